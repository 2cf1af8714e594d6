"""Papers on the simulated sheet camera: shown, raised by a volunteer, and read by the office."""

from __future__ import annotations

import cv2
import numpy as np

from devices.desk_state import SheetScene, SimulatedSheet
from kiosk.flow import events as ev
from kiosk.flow.page_events import PagesEnded
from kiosk.flow.session import Session, Step
from kiosk.ports.document_camera import PageAdvice
from kiosk.readiness import PortName
from kiosk.shown_papers import PAGE_BYTES, TrustLevel
from tests.support.central_server import CentralServer
from tests.support.homes import TECHNICIAN_PIN, Home, files_with, opened
from tests.support.visit import Staff, Visit


def test_a_paper_is_laid_down_taken_and_read_by_the_office(
    visit: Visit, central: CentralServer, home: Home
) -> None:
    """A page takes itself, another is asked for, the pages reach the office straight and marked."""
    machine = visit.machine
    visit.shows_papers = True
    visit.start().insert_card().consent(photo=False).answer()
    assert visit.session.step is Step.PAPER
    machine.until(lambda session: session.papers.advice is not None, "that nothing lies there")
    home.desk.write(SimulatedSheet(SheetScene.LETTER))
    machine.until(lambda session: session.papers.page is not None, "a page that takes itself")
    page = visit.session.papers.page
    assert page is not None
    assert page.findings.advice == (PageAdvice.TOO_SMALL,), "the camera of journeys is small"
    machine.touch(ev.Continued)
    assert len(visit.session.papers.pages) == 1
    home.desk.write(SimulatedSheet(SheetScene.NOTHING))
    machine.until(lambda session: session.papers.advice is PageAdvice.NO_PAPER, "it is taken away")
    home.desk.write(SimulatedSheet(SheetScene.UPSIDE_DOWN))
    machine.until(lambda session: session.papers.page is not None, "the next page")
    second = visit.session.papers.side
    assert second is not None
    assert second.quarter_turns == 2, "it was turned"
    machine.touch(ev.Continued)
    machine.touch(PagesEnded)
    visit.confirm().sign().expect_receipt()
    machine.until_delivered(visit.app_id)
    (told,) = opened(central, visit.app_id).papers
    assert dict(told.name)["en"] == "Household register"
    assert (told.shown.level, told.shown.is_open) == (TrustLevel.C, False)
    assert len(told.shown.pages) == 2
    for copy in told.shown.pages:
        assert copy.simulated
        assert len(copy.jpeg) <= PAGE_BYTES
        image = cv2.imdecode(np.frombuffer(copy.jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert image is not None
        assert image.shape[0] > image.shape[1], "upright"
    assert files_with(home.folder, "JFIF", without=("papers",)) == []


def test_what_is_at_home_is_told_and_the_application_goes_in(
    visit: Visit, central: CentralServer
) -> None:
    """At most one trip more, and the office knows what it waits for."""
    visit.start().insert_card().consent(photo=False).answer()
    assert Step.PAPERS_MISSING in visit.machine.steps
    visit.confirm().sign().expect_receipt()
    assert [it.paper_id for it in visit.session.papers.open] == ["household_register"]
    visit.machine.until_delivered(visit.app_id)
    (told,) = opened(central, visit.app_id).papers
    assert (told.shown.level, told.shown.is_open) == (None, True)


def test_a_camera_that_is_unplugged_is_no_dead_end(visit: Visit, home: Home) -> None:
    """The screen says so, and works again once it is back."""
    machine = visit.machine
    visit.shows_papers = True
    visit.start().insert_card().consent(photo=False).answer()
    home.desk.write(SimulatedSheet(SheetScene.UNPLUGGED))
    machine.until(lambda session: session.camera_is_gone, "that there is no camera")
    home.desk.write(SimulatedSheet(SheetScene.NOTHING))
    machine.until(lambda session: not session.camera_is_gone, "the camera")
    home.desk.write(SimulatedSheet(SheetScene.UNPLUGGED))
    machine.until(lambda session: session.camera_is_gone, "that it is gone again")
    machine.touch(ev.PhotoDeclined)
    assert visit.session.step is Step.PAPERS_MISSING


def test_the_technician_tests_the_camera_over_papers_in_front_of_a_visit(
    visit: Visit, home: Home
) -> None:
    """Light and sharpness of what lies there; it is nobody's paper, and no picture is kept."""
    machine = visit.machine
    visit.shows_papers = True
    visit.start().insert_card().consent(photo=False).answer()
    machine.until(lambda session: session.papers.advice is not None, "that nothing lies there")
    technician = Staff(machine).sign_in("", TECHNICIAN_PIN)
    machine.until(lambda session: _states(session, tested=False), "the report")
    assert _states(visit.session, tested=False) == {"empty"}
    machine.touch(ev.DeviceTestAsked, PortName.DOCUMENT_CAMERA)
    machine.until(lambda session: _states(session, tested=True) == {"lay_one"}, "an empty desk")
    home.desk.write(SimulatedSheet(SheetScene.LETTER))
    machine.until(lambda session: _states(session, tested=True) == {"hard"}, "a page of few pixels")
    assert visit.session.papers.page is None
    home.desk.write(SimulatedSheet(SheetScene.NOTHING))
    machine.until(lambda session: _states(session, tested=True) == {"lay_one"}, "it taken away")
    technician.close()
    assert visit.session.step is Step.PAPER
    assert (visit.session.papers.page, visit.session.papers.pages) == (None, ())
    assert files_with(home.folder, "JFIF", without=("papers",)) == []


def _states(session: Session, *, tested: bool) -> set[str]:
    """Return what is said of the camera over papers: by the report, or by the test."""
    panel = session.staff
    if panel is None:
        return set()
    found = panel.tests if tested else () if panel.report is None else panel.report.ports
    return {it.state for it in found if it.port is PortName.DOCUMENT_CAMERA}
