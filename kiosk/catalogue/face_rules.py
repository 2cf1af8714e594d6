"""What a service may ask of faces: a program's comparison is never the only way.

One place for both: `kiosk catalogue build` says it to the office that writes the service, and a
kiosk refuses what was compiled without it.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.catalogue.service import PhotoNeed, Service
from kiosk.domain import IdentityAssurance

_FACE = IdentityAssurance.CARD_AND_FACE


def face_faults(service: Service) -> Iterator[tuple[str, str]]:
    """Yield (what is wrong, what to do) for what the service says of faces."""
    needs_face, beside = service.least_identity is _FACE, service.beside_face
    ways = ", ".join(it for it in IdentityAssurance if not it.is_by_machine)
    if needs_face and beside is None:
        yield (
            'least_identity = "card_and_face" makes a program\'s look at a face the only way',
            f"Name the way beside it: beside_face = one of {ways}.",
        )
    if beside is not None and beside.is_by_machine:
        yield (
            f'beside_face can\'t be "{beside}": nobody of the staff stands for it',
            f"Write one of: {ways}.",
        )
    if beside is not None and not needs_face:
        yield (
            "beside_face is of use only beside a face",
            'Take it out, or write least_identity = "card_and_face".',
        )
    if needs_face and not service.consent_comparison:
        yield (
            "least_identity needs a comparison that nobody is asked about",
            "Write consent_comparison, in every language.",
        )
    if service.photo_format and service.photo is not PhotoNeed.WANTED:
        yield (
            "photo_format is of a photo that is not taken",
            'Write photo = "wanted", or take the format out.',
        )
    if service.consent_comparison and service.photo is not PhotoNeed.WANTED:
        yield (
            "consent_comparison asks about a photo that is not taken",
            'Write photo = "wanted", or take the text out.',
        )
