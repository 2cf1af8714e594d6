"""What a network camera does on a bad day: it freezes, goes black, vanishes and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.desk_state import FaceScene
from kiosk.photos import Advice, Photo
from kiosk.ports.camera import Look, NoPicture
from tests.support.camera_stages import CONFIG, HEIGHT_PX, WIDTH_PX, NetworkStage, pictures
from tests.support.waiting import wait_until

PATIENT_S = 2.0
"""Who waits longer for a picture takes the camera for lost, who waits less a busy one for stuck."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[NetworkStage]:
    """A camera on the network that gives good pictures."""
    made = NetworkStage(tmp_path, CONFIG)
    wait_until(lambda: isinstance(made.camera.look(PATIENT_S), Look), 30, "a picture")
    yield made
    made.close()


def await_answer(stage: NetworkStage, expected: NoPicture) -> None:
    """Look until the camera says why it has no picture."""
    wait_until(lambda: stage.camera.look(PATIENT_S) is expected, 30, f"the camera to be {expected}")


def await_face(stage: NetworkStage) -> None:
    """Look until somebody is well seen again."""

    def is_good() -> bool:
        look = stage.camera.look(PATIENT_S)
        return isinstance(look, Look) and not look.findings.advice

    wait_until(is_good, 30, "a good picture")


def test_a_frozen_stream_is_lost_and_comes_back(stage: NetworkStage) -> None:
    """The same picture for ever is no live picture: nobody is photographed as of a minute ago."""
    stage.server.show(pictures(FaceScene.GOOD)[:1])
    await_answer(stage, NoPicture.LOST)
    assert stage.camera.take(PATIENT_S) is NoPicture.LOST
    stage.server.show(pictures(FaceScene.GOOD)[1:])
    await_face(stage)


def test_a_black_stream_is_a_picture_that_is_too_dark(stage: NetworkStage) -> None:
    """A covered lens is no broken camera: what to do about it is said, and the shutter works."""
    black = cv2.imencode(".jpg", np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.uint8))[1].tobytes()
    stage.server.show([black])

    def is_dark() -> bool:
        look = stage.camera.look(PATIENT_S)
        return isinstance(look, Look) and look.findings.advice[:1] == (Advice.TOO_DARK,)

    wait_until(is_dark, 30, "the dark to be told")
    assert isinstance(stage.camera.take(5.0), Photo)
    stage.server.show(pictures(FaceScene.GOOD))
    await_face(stage)


def test_a_stream_that_vanishes_and_returns_again_and_again(stage: NetworkStage) -> None:
    """Each time it is told, and each time pictures come again by themselves."""
    for _ in range(2):
        stage.server.unplug()
        await_answer(stage, NoPicture.LOST)
        stage.server.plug_in()
        await_face(stage)


def test_pictures_that_are_none_are_not_shown(stage: NetworkStage) -> None:
    """Bytes that no decoder takes cost pictures, not the camera."""
    stage.server.show([b"\xff\xd8\xff\xe0 no picture at all", b"", b"\xff\xd8\xff\xd9"])
    await_answer(stage, NoPicture.LOST)
    stage.server.show(pictures(FaceScene.GOOD))
    await_face(stage)
