"""The situations of card and face: asked for, compared, not matched, and seen by a witness."""

from __future__ import annotations

from typing import Any

from kiosk.domain import (
    ComparisonOutcome,
    FaceComparison,
    Identity,
    IdentityAssurance,
    WhyNotCompared,
)
from kiosk.flow.face_state import FaceState
from kiosk.flow.session import Step
from kiosk.photos import Findings, Photo
from tests.screens.places import NOW, VOLUNTEER
from tests.support.face_matchers import face_jpeg

PHOTO = Photo(jpeg=b"", width_px=358, height_px=441, format_id="cn", findings=Findings())
_NO_MATCH = FaceComparison(ComparisonOutcome.NO_MATCH, 0.6, 0.41, "example", "1")
_WHYS = {
    why: FaceComparison(ComparisonOutcome.NOT_COMPARED, 0.6, why_not=why) for why in WhyNotCompared
}


def _ended(result: FaceComparison, misses: int = 1) -> tuple[Step, dict[str, Any]]:
    face = FaceState(b"portrait", result, PHOTO.sha256, misses=misses)
    return Step.FACE_CHECK, {"photo": PHOTO, "face": face}


FACES: dict[str, tuple[Step, dict[str, Any]]] = {
    "consent to comparison": (Step.CONSENT_COMPARISON, {"helper": VOLUNTEER}),
    "faces being compared": (Step.FACE_CHECK, {"face": FaceState(is_running=True)}),
    "no match": _ended(_NO_MATCH),
    "no match again": _ended(_NO_MATCH, 2),
    **{f"not compared {why}": _ended(result) for why, result in _WHYS.items()},
    "witness looks": (Step.WITNESS_LOOK, {"face": FaceState(face_jpeg(), witness=VOLUNTEER)}),
    "witness looks at two": (
        Step.WITNESS_LOOK,
        {"face": FaceState(face_jpeg(), witness=VOLUNTEER), "photo": PHOTO},
    ),
    "review after no match": (
        Step.REVIEW,
        {
            "photo": PHOTO,
            "identity": Identity(IdentityAssurance.CARD_READ, NOW, comparison=_NO_MATCH),
        },
    ),
}
"""By name; the matches look as the review of any visit."""
