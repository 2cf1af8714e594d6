"""Papers of thirteen megapixels on the camera's lane: an answer within its limit, whatever happens.

The real worker reads the real picture file; native code hangs or crashes at a picture, or other
programs take all the processors. The lane says what is so, and the next picture is served.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from time import monotonic

import cv2
import numpy as np
import pytest

from devices.document_camera.drawn_desk import Desk, Scene, draw_scene
from devices.document_camera.worker_document_camera import (
    DocumentCameraConfig,
    WorkerDocumentCamera,
)
from devices.worker import GRACE_S, KILL_WAIT_S
from kiosk import paper_lane
from kiosk.flow import events as ev
from kiosk.flow.paper_answers import PageTaken
from kiosk.flow.paper_effects import TakePage
from kiosk.paper_lane import LOOK_TIMEOUT_S, PageRounds
from kiosk.ports.camera import NoPicture
from kiosk.ports.document_camera import Page, PageAdvice, PageStyle, PaperLook
from tests.support.builders import FakeClock
from tests.support.native_faults import CRASH, HANG
from tests.support.printed_pages import FONT
from tests.support.waiting import wait_until

SMALL, TIMES = (1040, 780), 4
TAKE = TakePage("s-1", "days_away", PageStyle())
SLACK_S = 3.0
"""For the test's own process, which a busy machine may leave waiting; far below a hang."""


@cache
def still(colour: tuple[int, int, int] | None = None) -> bytes:
    """Return a JPEG of 4160 x 3120 with a letter, and a mark in its corner."""
    image = draw_scene(Scene(Desk.WOOD, turn_deg=6, height=0.7), *SMALL).image
    large = cv2.resize(image, None, fx=TIMES, fy=TIMES, interpolation=cv2.INTER_CUBIC)
    if colour is not None:
        large[:64, :64] = colour
    is_made, raw = cv2.imencode(".jpg", large, [cv2.IMWRITE_JPEG_QUALITY, 90])
    assert is_made
    return raw.tobytes()


class Lane:
    """The lane, the camera behind it, and the file that another program writes."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "newest.jpg"
        config = DocumentCameraConfig(str(self.path), FONT, 4160, 3120)
        self.camera = WorkerDocumentCamera(
            "tests.support.native_faults:host", config, config.as_json()
        )
        self.events: list[ev.Event] = []
        self.looks: list[PaperLook | NoPicture] = []
        self.rounds = PageRounds(
            self.events.append, self.looks.append, FakeClock(), lambda: self.camera
        )
        self.rounds.want(is_on=True)

    def lay(self, raw: bytes) -> None:
        """Replace the file, as a camera's program does."""
        fresh = self.path.with_suffix(".part")
        fresh.write_bytes(raw)
        fresh.replace(self.path)

    def look(self) -> PaperLook | NoPicture:
        """Go one round, which ends within the lane's own limit."""
        from_s = monotonic()
        self.rounds.round()
        assert monotonic() - from_s < LOOK_TIMEOUT_S + GRACE_S + KILL_WAIT_S + SLACK_S
        return self.looks[-1]

    def wait_for_paper(self) -> PaperLook:
        """Look until a page is seen; the camera's program goes on writing, as such programs do."""

        def is_seen() -> bool:
            answer = self.look()
            if isinstance(answer, NoPicture):
                self.lay(still())
            return isinstance(answer, PaperLook)

        wait_until(is_seen, 60, "a picture")
        look = self.looks[-1]
        assert isinstance(look, PaperLook)
        assert look.found is not None
        return look


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Lane]:
    """Make the lane; what lies there from before is not shown, so lay it once it is open."""
    made = Lane(tmp_path)
    wait_until(lambda: made.camera.look(1.0) is NoPicture.MISSING, 60, "the worker")
    made.lay(still())
    yield made
    made.rounds.close()


@pytest.fixture
def load() -> Iterator[None]:
    """Keep every processor busy with two programs each."""
    programs = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(2 * (os.cpu_count() or 1))
    ]
    yield
    for program in programs:
        program.kill()
        program.wait()


@pytest.mark.usefixtures("load")
def test_large_papers_under_load(lane: Lane) -> None:
    """With the processors taken, thirteen megapixels are found, taken and cut all the same."""
    lane.wait_for_paper()
    taken = lane.rounds.perform(TAKE, "")
    assert isinstance(taken, PageTaken)
    assert isinstance(taken.page, Page)
    assert taken.page.height_px / taken.page.width_px == pytest.approx(2**0.5, rel=0.01)
    assert PageAdvice.NO_PAPER not in taken.page.findings.advice


@pytest.mark.may_warn("that the worker failed")
def test_native_code_that_hangs_is_told_within_the_limit(lane: Lane) -> None:
    """After four seconds the screen hears that the camera is gone; the next picture is served."""
    lane.wait_for_paper()
    hanging = lane.camera._worker.pid
    lane.lay(still(HANG))
    wait_until(lambda: lane.look() is NoPicture.LOST, 60, "the hang to be told")
    assert isinstance(lane.events[-1], ev.CameraGone)
    assert lane.camera._worker.pid is None
    assert not Path(f"/proc/{hanging}").exists()
    lane.lay(still())
    lane.wait_for_paper()


@pytest.mark.may_warn("that the worker failed")
@pytest.mark.parametrize("colour", [HANG, CRASH])
def test_a_page_that_native_code_dies_at_is_not_taken(
    lane: Lane, colour: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A still that hangs or kills the worker is a photo that failed; the next one is a page."""
    monkeypatch.setattr(paper_lane, "TAKE_TIMEOUT_S", 1.5)
    lane.wait_for_paper()
    lane.lay(still(colour))
    failed = lane.rounds.perform(TAKE, "")
    assert isinstance(failed, ev.PhotoFailed)
    assert (failed.session_id, failed.order) == (TAKE.session_id, TAKE.order)
    lane.lay(still())
    lane.wait_for_paper()
    monkeypatch.undo()
    taken = lane.rounds.perform(TAKE, "")
    assert isinstance(taken, PageTaken)
    assert isinstance(taken.page, Page)


def test_the_stills_are_as_large_as_said() -> None:
    """Thirteen megapixels, and the marks survive JPEG."""
    for colour in (HANG, CRASH):
        image = cv2.imdecode(np.frombuffer(still(colour), np.uint8), cv2.IMREAD_COLOR)
        assert image is not None
        assert image.shape == (3120, 4160, 3)
        assert np.abs(image[0, 0].astype(int) - colour).max() < 40
