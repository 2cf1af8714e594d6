"""What the pictures show of card and face: the consent, what became of it, what a witness sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kiosk.catalogue.service import Words
from kiosk.domain import (
    ComparisonOutcome,
    FaceComparison,
    IdentityAssurance,
    Language,
    WhyNotCompared,
)
from kiosk.flow.face_state import FaceState
from kiosk.flow.session import Session, Step
from kiosk.flow.world import World
from kiosk.photos import Findings, Photo
from kiosk.ports.camera import Frame, Look
from launch.places import CARDS

_ASKED = Words(
    (
        (
            Language("zh_CN"),
            "程序在这台机器上比一比您的照片和证件里的照片，比完不留。窗口会知道结果。这样可以吗？",
        ),
        (
            Language("en"),
            "A program compares your photo with the card's. The office learns the outcome. OK?",
        ),
    )
)
_NO_MATCH = FaceComparison(ComparisonOutcome.NO_MATCH, 0.6, 0.412, "example", "1")


def face_sessions(known: Session, world: World) -> Iterator[tuple[str, Session, World]]:
    """Yield name, session and world of every picture."""
    asks = replace(
        world,
        services=(replace(world.services[0], consent_comparison=_ASKED), *world.services[1:]),
        has_face_matcher=True,
    )
    strict = replace(
        asks.services[0],
        least_identity=IdentityAssurance.CARD_AND_FACE,
        beside_face=IdentityAssurance.CARD_AND_ATTENDANT,
    )
    needs = replace(asks, services=(strict, *asks.services[1:]), duty=None)
    portrait = (CARDS / "drawn-face-dark.jpg").read_bytes()
    jpeg = (CARDS / "drawn-face.jpg").read_bytes()
    photo = Photo(jpeg, 358, 441, "cn.id_card", Findings(), simulated=True)
    face = FaceState(portrait, photo_sha256=photo.sha256)
    held = replace(known, photo=photo, face=face, step=Step.FACE_CHECK)

    def ended(result: FaceComparison, misses: int) -> Session:
        return replace(held, face=replace(face, result=result, misses=misses))

    yield "consent_comparison", replace(known, step=Step.CONSENT_COMPARISON), asks
    yield "face-comparing", replace(held, face=replace(face, is_running=True)), asks
    yield "face-no-match", ended(_NO_MATCH, 1), asks
    yield "face-no-match-twice", ended(_NO_MATCH, 2), asks
    yield "face-no-match-alone", ended(_NO_MATCH, 1), needs
    broken = FaceComparison(ComparisonOutcome.NOT_COMPARED, 0.6, why_not=WhyNotCompared.BROKE_OFF)
    yield "face-not-compared", ended(broken, 1), asks
    nobody = replace(broken, why_not=WhyNotCompared.PHOTO_UNUSABLE)
    yield "face-no-face", ended(nobody, 1), asks
    looking = replace(held, step=Step.WITNESS_LOOK)
    yield "witness-look", looking, asks
    yield "witness-look-before-photo", replace(looking, photo=None), asks
    assert known.identity is not None
    told = replace(known.identity, comparison=_NO_MATCH)
    yield "face-review", replace(held, step=Step.REVIEW, identity=told), asks


def drawn_face(face_width: float) -> tuple[Look, Photo]:
    """Return a drawn face as the camera would see it, and the portrait of it."""
    import cv2

    from devices.camera.drawn_face import Sitter, draw_sitter

    picture = draw_sitter(Sitter(face_width=face_width), 1280, 720)
    _, jpeg = cv2.imencode(".jpg", cv2.resize(picture[40:700, 372:908], (358, 441)))
    photo = Photo(jpeg.tobytes(), 358, 441, "cn.id_card", Findings(), simulated=True)
    return Look(Frame(picture.tobytes(), 1280, 720, 1), Findings()), photo
