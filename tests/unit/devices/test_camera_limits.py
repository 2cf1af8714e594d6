"""How long the workers of cameras wait for a picture: never so long that no time is left for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import pytest

from devices.camera.answers import NoShot
from devices.camera.picture import Shot
from devices.camera.studio import Source, Studio
from devices.document_camera.copy_stand import CopyStand
from devices.frames import PictureMemory
from devices.worker_child import WORK_S, Handler
from kiosk.device_lanes import LOOK_TIMEOUT_S, TAKE_TIMEOUT_S
from kiosk.paper_lane import LOOK_TIMEOUT_S as PAPER_LOOK_TIMEOUT_S
from tests.support.camera_stages import CONFIG
from tests.support.document_stages import CONFIG as SHEETS

Make = Callable[[Source, PictureMemory], Mapping[str, Handler]]


def for_faces(source: Source, memory: PictureMemory) -> Mapping[str, Handler]:
    """Return the calls of the camera for faces."""
    return Studio(source, CONFIG.as_json(), memory, simulated=True).handlers()


def for_papers(source: Source, memory: PictureMemory) -> Mapping[str, Handler]:
    """Return the calls of the camera over papers."""
    return CopyStand(source, SHEETS.as_json(), memory, simulated=True).handlers()


@pytest.mark.parametrize(
    ("make", "call", "limit_s"),
    [
        (for_faces, "look", LOOK_TIMEOUT_S),
        (for_faces, "take", TAKE_TIMEOUT_S),
        (for_faces, "take_whole", TAKE_TIMEOUT_S),
        (for_papers, "look", PAPER_LOOK_TIMEOUT_S),
        (for_papers, "take", TAKE_TIMEOUT_S),
    ],
)
def test_of_every_limit_time_is_kept_to_judge_the_picture(
    make: Make, call: str, limit_s: float
) -> None:
    """Else one that came late would be judged past the limit, and its worker killed for it."""
    waits: list[float] = []

    def source(_newer_than_s: float, until_s: float) -> Shot | NoShot:
        waits.append(until_s - time.monotonic())
        return NoShot.QUIET

    memory = PictureMemory.make(1)
    make(source, memory)[call]({"newer_than_s": 0.0, "photo_format": ""}, limit_s)
    memory.close()
    (wait_s,) = waits
    assert wait_s <= limit_s - WORK_S
    assert limit_s > WORK_S
