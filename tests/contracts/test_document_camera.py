"""What every document camera promises: the same cases on the simulated one, a network camera and a
file.

The network camera is an HTTP server on loopback, read by OpenCV through a real socket.
"""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from devices.desk_state import SheetScene
from devices.document_camera.drawn_desk import draw_scene
from devices.document_camera.simulated import SCENES
from devices.document_camera.worker_document_camera import open_document_camera
from kiosk.ports.camera import NoPicture
from kiosk.ports.document_camera import (
    WHOLE_PICTURE,
    DocumentCamera,
    NotCut,
    Page,
    PageAdvice,
    PageKind,
    PageStyle,
    PaperLook,
    Side,
    Still,
)
from tests.support.desk_scenes import worst_corner
from tests.support.document_stages import (
    CONFIG,
    HEIGHT_PX,
    STAGES,
    WIDTH_PX,
    Stage,
    pictures,
    shows,
)
from tests.support.waiting import wait_until

PATIENT_S = 5.0
WHILE_BUSY_S = 2.0
"""Of less a busy machine makes a driver that seems to hang."""
PAPER = PageStyle()


@pytest.fixture(params=STAGES, scope="module")
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Make each kind of camera in turn, for tests that leave it as it was."""
    made = STAGES[request.param](tmp_path_factory.mktemp("stage"), CONFIG)
    first_look(made.camera)  # its process belongs to all these tests, and not to the first
    yield made
    made.close()


@pytest.fixture(params=STAGES)
def fragile(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """Make each kind of camera in turn, for one test that breaks it."""
    made = STAGES[request.param](tmp_path, CONFIG)
    yield made
    made.close()


def first_look(camera: DocumentCamera) -> PaperLook:
    """Return the first picture, however long the camera needs."""
    found: list[PaperLook] = []

    def looked() -> bool:
        answer = camera.look(PATIENT_S)
        if isinstance(answer, PaperLook):
            found.append(answer)
        return bool(found)

    wait_until(looked, 30, "a picture")
    return found[0]


def still_of(stage: Stage, scene: SheetScene) -> Still:
    """Lay something down and capture it; a stream may deliver what lay there before."""
    stage.show(scene)
    taken: list[Still] = []

    def is_there() -> bool:
        answer = stage.camera.take(PATIENT_S)
        if isinstance(answer, Still):
            taken.append(answer)
        return isinstance(answer, Still) and shows(answer, scene)

    wait_until(is_there, 30, f"a picture of {scene}")
    return taken[-1]


def page_of(stage: Stage, still: Still, style: PageStyle = PAPER) -> Page:
    """Cut the page that was found."""
    corners = still.found.corners if still.found else WHOLE_PICTURE
    page = stage.camera.cut([Side(still, corners)], style, 20)
    assert isinstance(page, Page)
    return page


def wait_for(camera: DocumentCamera, expected: NoPicture) -> None:
    """Look until the camera says why it has no picture."""
    wait_until(lambda: camera.look(WHILE_BUSY_S) is expected, 30, f"the camera to be {expected}")


def test_a_look_has_pixels_and_an_outline(stage: Stage) -> None:
    """A live picture holds all its pixels, fits the screen's size, and says where the page is."""
    look = first_look(stage.camera)
    assert (look.frame.width_px, look.frame.height_px) == (640, 480)
    assert len(look.frame.bgr) == 640 * 480 * 3
    assert look.found is not None
    assert look.found.is_whole
    (left, top), _, (right, bottom), _ = look.found.corners
    assert 0.1 < left < 0.4
    assert 0.6 < right < 0.9
    assert bottom - top > 0.7
    again = first_look(stage.camera)
    assert again.frame.number == look.frame.number + 1


def test_a_still_becomes_a_page(stage: Stage) -> None:
    """Captured whole, cut out straight in its true shape, white, within its budget."""
    still = still_of(stage, SheetScene.LETTER)
    assert (still.width_px, still.height_px) == (WIDTH_PX, HEIGHT_PX)
    assert PillowImage.open(io.BytesIO(still.jpeg)).size == (WIDTH_PX, HEIGHT_PX)
    assert still.simulated is stage.is_simulated
    page = page_of(stage, still, PageStyle(max_bytes=90_000, is_grey=True))
    picture = PillowImage.open(io.BytesIO(page.jpeg))
    assert (picture.format, picture.mode) == ("JPEG", "L")
    assert picture.size == (page.width_px, page.height_px)
    assert page.height_px / page.width_px == pytest.approx(2**0.5, rel=0.01)
    assert len(page.jpeg) <= 90_000
    assert page.simulated is stage.is_simulated
    assert not {PageAdvice.TOO_DARK, PageAdvice.BLANK, PageAdvice.NOT_WHOLE} & set(
        page.findings.advice
    )


def test_an_empty_desk_is_said_to_be_empty(stage: Stage) -> None:
    """Nothing is found where nothing lies; the whole picture can be kept all the same."""
    still = still_of(stage, SheetScene.NOTHING)
    assert still.found is None
    assert page_of(stage, still).findings.advice[0] is PageAdvice.NO_PAPER


def test_front_and_back_are_one_picture(stage: Stage) -> None:
    """Both sides of a card lie one above the other, in colour."""
    sides = []
    for scene in (SheetScene.CARD, SheetScene.CARD_BACK):
        still = still_of(stage, scene)
        assert still.found is not None
        sides.append(Side(still, still.found.corners))
    page = stage.camera.cut(sides, PageStyle(PageKind.CARD), 20)
    assert isinstance(page, Page)
    assert page.sides == 2
    assert page.height_px / page.width_px == pytest.approx((2 * 0.6306 + 0.18) / 1.12, rel=0.03)


def test_corners_that_enclose_nothing_are_refused(stage: Stage) -> None:
    """A crossed or empty shape is no page, and the camera goes on."""
    still = still_of(stage, SheetScene.LETTER)
    crossed = ((0.2, 0.2), (0.8, 0.8), (0.8, 0.2), (0.2, 0.8))
    point = ((0.5, 0.5),) * 4
    for corners in (crossed, (point[0], point[1], point[2], point[3])):
        assert stage.camera.cut([Side(still, corners)], PAPER, 20) is NotCut.NO_AREA
    page_of(stage, still)


def test_what_is_no_picture_is_refused(stage: Stage) -> None:
    """Bytes that are no JPEG, or one cut short at its head, are an answer and no crash."""
    still = still_of(stage, SheetScene.LETTER)
    for raw in (b"", b"nothing", still.jpeg[:20]):
        broken = Still(raw, 10, 10, None, simulated=False)
        cut = stage.camera.cut([Side(broken, WHOLE_PICTURE)], PAPER, 20)
        assert cut is NotCut.NO_STILL


def test_an_absent_camera_comes_back(fragile: Stage) -> None:
    """Never seen it is missing, seen before it is lost; plugged in again it goes on counting."""
    camera = fragile.camera
    fragile.unplug()
    wait_for(camera, NoPicture.MISSING)
    assert camera.take(WHILE_BUSY_S) is NoPicture.MISSING
    fragile.mend()
    before = first_look(camera)
    fragile.unplug()
    wait_for(camera, NoPicture.LOST)
    assert camera.take(WHILE_BUSY_S) is NoPicture.LOST
    fragile.mend()
    assert first_look(camera).frame.number > before.frame.number


@pytest.mark.may_warn("that the worker failed")
def test_a_hanging_driver_holds_nobody_up(fragile: Stage) -> None:
    """While a driver hangs for ever every call answers; when it is mended, pictures come again."""
    before = first_look(fragile.camera)
    fragile.hang()
    wait_for(fragile.camera, NoPicture.LOST)
    fragile.mend()
    assert first_look(fragile.camera).frame.number > before.frame.number


@pytest.mark.parametrize(
    ("fragile", "blow"),
    [("simulated", signal.SIGSTOP), ("network", signal.SIGSEGV), ("picture", signal.SIGSEGV)],
    indirect=["fragile"],
)
@pytest.mark.may_warn("that the worker failed")
def test_a_still_outlives_the_worker(fragile: Stage, blow: signal.Signals) -> None:
    """What was captured is cut by the next process, if the first hangs or crashes.

    After `close` no process holds a picture; it may be called twice, and a call opens it again.
    """
    camera = fragile.camera
    still = still_of(fragile, SheetScene.LETTER)
    pid = camera._worker.pid
    assert pid is not None
    os.kill(pid, blow)
    assert still.found is not None
    side = Side(still, still.found.corners)
    assert camera.cut([side], PAPER, 1.0) is NotCut.NOT_NOW
    wait_until(lambda: isinstance(camera.cut([side], PAPER, 20), Page), 30, "the next process")
    second = camera._worker.pid
    assert second != pid
    camera.close()
    camera.close()
    assert not Path(f"/proc/{second}").exists()
    assert isinstance(camera.cut([side], PAPER, 20), Page)


@pytest.mark.parametrize(("kind", "turn_deg"), [("simulated", 180), ("network", 90)])
def test_a_camera_that_is_mounted_turned_sees_papers_upright(
    kind: str, turn_deg: int, tmp_path: Path
) -> None:
    """Live pictures, stills and the page in them are turned alike, and nothing is lost."""
    turned = STAGES[kind](tmp_path, replace(CONFIG, rotation_deg=turn_deg))
    try:
        frame = first_look(turned.camera).frame
        still = turned.camera.take(PATIENT_S)
    finally:
        turned.close()
    width, height = (480, 640) if turn_deg == 90 else (640, 480)
    assert (frame.width_px, frame.height_px) == (width, height)
    assert isinstance(still, Still)
    assert still.width_px * height == still.height_px * width
    assert still.found is not None
    drawn = draw_scene(SCENES[SheetScene.LETTER], WIDTH_PX, HEIGHT_PX).papers[0]
    x, y = (drawn / (WIDTH_PX, HEIGHT_PX)).T
    expected = np.stack([1 - y, x] if turn_deg == 90 else [1 - x, 1 - y], 1)
    assert worst_corner(np.array(still.found.corners), expected) < 0.02


def test_a_page_is_asked_for_properly(stage: Stage) -> None:
    """No side, three sides, an endless watermark or a budget of nothing are the caller's bugs."""
    still = Still(b"", 1, 1, None, simulated=True)
    side = Side(still, WHOLE_PICTURE)
    for sides, style in (
        ([], PAPER),
        ([side] * 3, PAPER),
        ([side], PageStyle(watermark="x" * 121)),
        ([side], PageStyle(max_bytes=10)),
    ):
        with pytest.raises(ValueError, match=r"page|side"):
            stage.camera.cut(sides, style, 1)


def test_a_sheet_of_the_time_before_is_not_shown(tmp_path: Path) -> None:
    """What lay in the picture file when the camera was opened is somebody else's."""
    file = tmp_path / "newest.jpg"
    file.write_bytes(pictures(SheetScene.LETTER)[0])
    camera = open_document_camera(replace(CONFIG, source=str(file)))
    try:
        wait_until(lambda: camera.look(1.0) is NoPicture.STARTING, 30, "the camera to be open")
        assert camera.take(2.0) is NoPicture.STARTING
        fresh = tmp_path / "fresh.part"
        fresh.write_bytes(pictures(SheetScene.LETTER)[1])
        fresh.replace(file)
        wait_until(lambda: not isinstance(camera.look(1.0), NoPicture), 30, "the new sheet")
    finally:
        camera.close()
