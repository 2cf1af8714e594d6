"""Whether faces are compared in this visit, and what that makes of the resident's identity. Pure.

A comparison is offered where a program is there, the service gives a consent text for it, and the
chip gave a portrait. It only ever adds: whoever refuses it, or is not matched, goes the attendant's
way (`kiosk.flow.face_check`).
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.catalogue.service import PhotoNeed
from kiosk.domain import (
    ComparisonOutcome,
    FaceComparison,
    Identity,
    IdentityAssurance,
    Purpose,
    WhyNotCompared,
)
from kiosk.flow.session import Session
from kiosk.flow.world import World

MOST_MISSES = 2
"""One photo taken again, and no more: with every try a stranger's face is likelier to match."""


def is_offered(session: Session, world: World) -> bool:
    """Say whether the resident is asked if two faces may be compared."""
    service, identity = world.service(session.service_id), session.identity
    return (
        world.has_face_matcher
        and not session.is_on_behalf  # the photo is the applicant's, the portrait another's
        and service is not None
        and bool(service.consent_comparison)
        and service.photo is PhotoNeed.WANTED
        and session.face.portrait != b""
        and identity is not None
        and identity.is_by_chip
        and identity.assurance.is_by_machine
    )


def is_due(session: Session, world: World) -> bool:
    """Say whether the photo that was taken is to be compared now."""
    return (
        is_offered(session, world)
        and session.consent(Purpose.FACE_COMPARISON) is True
        and session.photo is not None
        and session.face.result is None
        and session.face.misses < MOST_MISSES
    )


def may_match(session: Session, world: World) -> bool:
    """Say whether a comparison may still match in this visit, and a match would do."""
    service = world.service(session.service_id)
    if service is None or not service.accepts(IdentityAssurance.CARD_AND_FACE):
        return False
    refused = False in {
        session.consent(Purpose.FACE_PHOTO),
        session.consent(Purpose.FACE_COMPARISON),
    }
    is_left = session.face.misses < MOST_MISSES and session.photo_missing is None
    return is_offered(session, world) and is_left and not refused


def may_retake(session: Session) -> bool:
    """Say whether another photo may do better than the one that was compared."""
    result = session.face.result
    is_photos = result is not None and (
        result.outcome is ComparisonOutcome.NO_MATCH
        or result.why_not is WhyNotCompared.PHOTO_UNUSABLE
    )
    return is_photos and session.face.misses < MOST_MISSES


def is_identified(session: Session, world: World) -> bool:
    """Say whether what is known of the resident suffices for the service."""
    service = world.service(session.service_id)
    identity = session.identity
    return service is not None and identity is not None and service.accepts(identity.assurance)


def needs_attendant(session: Session, world: World) -> bool:
    """Say whether only somebody on duty can still make it suffice."""
    is_by_chip = session.identity is not None and session.identity.is_by_chip
    return is_by_chip and not is_identified(session, world) and not may_match(session, world)


def settled(session: Session) -> Session:
    """Return the session with no comparison but one of the photo that it holds, and the identity
    that follows from it.
    """
    face, photo = session.face, session.photo
    if face.result is not None and (photo is None or photo.sha256 != face.photo_sha256):
        face = replace(face, result=None, photo_sha256=b"")
    identity = session.identity
    if identity is not None and identity.comparison != face.result:
        identity = _with(identity, face.result)
    if face is session.face and identity is session.identity:
        return session
    return replace(session, face=face, identity=identity)


def _with(identity: Identity, result: FaceComparison | None) -> Identity:
    assurance = identity.assurance
    if assurance.is_by_machine:
        is_match = result is not None and result.outcome is ComparisonOutcome.MATCH
        assurance = IdentityAssurance.CARD_AND_FACE if is_match else IdentityAssurance.CARD_READ
    return replace(identity, assurance=assurance, comparison=result)
