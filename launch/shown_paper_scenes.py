"""What the pictures show of the papers of a visit: the household register of the sample service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from devices.desk_state import SheetScene
from kiosk.diagnosis import report
from kiosk.flow.paper_state import AskedSlip, ReceiptState, Slip
from kiosk.flow.session import Session, StaffPanel, Step
from kiosk.flow.shown_state import ShownState
from kiosk.ports.camera import Frame
from kiosk.ports.document_camera import Page, PageAdvice, PageStyle, PaperLook, Side, Still
from kiosk.ports.printer import PrinterState
from kiosk.readiness import Health, PortName
from kiosk.shown_papers import PaperShown
from kiosk.texts import Texts
from launch.places import WATERMARK_FONT

_PAPER = "household_register"


def shown_paper_sessions(
    visit: Session, watermark: str
) -> Iterator[tuple[str, Session, PaperLook | None]]:
    """Yield its screens, and what the camera sees."""
    for name, session in _without_a_page(visit):
        yield name, session, None
    look, side, page = _drawn(watermark)
    looking = ShownState(paper_id=_PAPER)
    at_paper = replace(visit, step=Step.PAPER, papers=looking)
    yield "paper-found", at_paper, look
    taken = replace(looking, side=side, page=page)
    yield "paper-taken", replace(at_paper, papers=taken), None
    yield "paper-corners", replace(at_paper, step=Step.PAPER_CORNERS, papers=taken), None


def tested_pages(panel: StaffPanel, texts: Texts) -> tuple[StaffPanel, PaperLook]:
    """Return the technician's test of the camera, and what the camera sees."""
    measured = texts.say("maintenance.page_measured", size="2592 x 1944", light=201, blur=1.3)
    port = PortName.DOCUMENT_CAMERA
    tested = report(port, Health.READY, "readable", texts, measured)
    look, _, _ = _drawn("")
    return replace(panel, testing=port, tests=(tested,)), look


def _drawn(watermark: str) -> tuple[PaperLook, Side, Page]:
    """Return a drawn sheet as the camera sees it, and the page that is cut out of it."""
    import cv2

    from devices.document_camera.drawn_desk import draw_scene
    from devices.document_camera.page_making import RawSide, find_page, make_page
    from devices.document_camera.simulated import SCENES

    image = draw_scene(SCENES[SheetScene.LETTER], 1600, 1200).image
    height, width = image.shape[:2]
    found = find_page(image)
    assert found is not None, "the drawn sheet is found"
    raw = RawSide(image, found.corners, 0, is_one_of_several=False)
    page = make_page([raw], PageStyle(watermark=watermark), str(WATERMARK_FONT), simulated=True)
    assert isinstance(page, Page), "the drawn sheet can be cut out"
    jpeg = cv2.imencode(".jpg", image)[1].tobytes()
    side = Side(Still(jpeg, width, height, found, simulated=True), found.corners)
    return PaperLook(Frame(image.tobytes(), width, height, 1), found), side, page


def _without_a_page(visit: Session) -> Iterator[tuple[str, Session]]:
    looking = ShownState(paper_id=_PAPER)
    at_paper = replace(visit, step=Step.PAPER, papers=looking)
    yield "paper-lay", at_paper
    nothing = replace(looking, advice=PageAdvice.NO_PAPER)
    yield "paper-nothing", replace(at_paper, papers=nothing)
    yield "paper-no-camera", replace(at_paper, camera_is_gone=True)
    yield "paper-seen", replace(at_paper, step=Step.PAPER_SEEN)
    told = replace(looking, decided=(PaperShown(_PAPER, True, None, is_open=True),))
    yield "paper-missing", replace(at_paper, papers=told)
    missing = replace(at_paper, step=Step.PAPERS_MISSING, papers=told)
    yield "papers-missing", missing
    failed = AskedSlip(Slip.MISSING, None, ReceiptState.FAILED, PrinterState.PAPER_OUT)
    yield "papers-missing-no-paper", replace(missing, slip=failed)
