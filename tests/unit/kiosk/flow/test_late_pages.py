"""Pages that come when nobody waits for them any more."""

from __future__ import annotations

import pytest

from kiosk.flow import events as ev
from kiosk.flow import page_events as pe
from kiosk.flow.answers import PoseHeld
from kiosk.flow.paper_answers import PageCut, PageSeen, PageTaken
from kiosk.flow.paper_effects import CutPage, TakePage
from kiosk.flow.session import StaffStep, Step
from kiosk.ports.document_camera import PageAdvice
from kiosk.readiness import PortName
from kiosk.shown_papers import TrustLevel
from tests.support.builders import A_VOLUNTEER
from tests.support.shown_papers import A_SIDE, BOOK, CARD, a_page
from tests.support.walk import Walk
from tests.unit.kiosk.flow.test_shown_papers import at_papers, keep, lay, shown

OTHER = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))


@pytest.mark.parametrize("kind", [PageTaken, PageCut])
def test_answers_that_nobody_waits_for_change_nothing(kind: type[PageTaken | PageCut]) -> None:
    """Late, or of another visit."""
    walk = at_papers(BOOK)
    before = walk.session
    walk.answer(kind, A_SIDE, a_page())
    walk.on(kind, "another", A_SIDE, a_page())
    assert walk.session == before


def test_a_page_that_was_given_up_is_not_taken_for_the_next_paper() -> None:
    """Its picture comes late, when another paper is being taken already."""
    walk = at_papers(BOOK, CARD)
    walk.on(ev.ShutterPressed)
    (first,) = walk.to_do(TakePage)
    walk.on(ev.PhotoDeclined)
    walk.on(ev.ShutterPressed)
    (second,) = walk.to_do(TakePage)
    walk.answer(PageTaken, A_SIDE, a_page(), first.order)
    assert walk.now().papers.page is None
    walk.answer(PageTaken, A_SIDE, a_page(), second.order)
    assert walk.now().papers.page is not None


def test_a_cut_that_comes_while_the_corners_are_dragged_is_taken_in() -> None:
    """Else the page would be "being cut" for ever, and could not be kept."""
    walk = at_papers(CARD)
    lay(walk)
    walk.on(pe.PageTurned)
    (order,) = walk.to_do(CutPage)
    walk.on(pe.CornersAsked)
    walk.answer(PageCut, order.side, a_page())
    walk.on(ev.WentBack)
    assert (walk.now().papers.asked, walk.now().papers.side) == (None, order.side)
    walk.on(ev.Continued)
    assert walk.now().papers.front == order.side


def test_turning_a_page_that_is_being_cut_keeps_the_corners_that_were_dragged() -> None:
    """And two touches turn it twice."""
    walk = at_papers(CARD)
    lay(walk)
    walk.on(pe.CornersAsked)
    walk.on(pe.CornersSet, OTHER)
    walk.on(pe.PageTurned)
    walk.on(pe.PageTurned)
    (order,) = walk.to_do(CutPage)
    assert (order.side.corners, order.side.quarter_turns) == (OTHER, 2)
    walk.on(pe.CornersAsked)
    walk.on(pe.CornersSet, OTHER)
    assert walk.to_do(CutPage)[0].side.quarter_turns == 2


def test_a_paper_that_was_left_while_it_was_taken_does_not_break_the_next_camera() -> None:
    """That no picture came of it is no news of the camera for faces."""
    walk = at_papers(CARD)
    walk.on(ev.ShutterPressed)
    (order,) = walk.to_do(TakePage)
    walk.on(ev.PhotoDeclined)
    assert walk.step == Step.PHOTO
    walk.answer(ev.PhotoFailed, order.order)
    assert not walk.now().camera_is_gone


def test_that_was_all_gives_up_the_page_that_is_being_taken() -> None:
    """Where somebody could still look at the original, nothing waits for a picture."""
    walk = at_papers(BOOK, duty=A_VOLUNTEER)
    keep(walk)
    walk.on(ev.ShutterPressed)
    walk.on(pe.PagesEnded)
    assert (walk.step, walk.now().is_taking_photo) == (Step.PAPER, False)


def test_an_original_that_is_seen_keeps_the_pages_that_were_laid_down() -> None:
    """Of a card, both sides as they were taken, or its front."""
    for is_turned in (False, True):
        walk = at_papers(CARD, duty=A_VOLUNTEER)
        keep(walk)
        if is_turned:
            lay(walk)
        walk.on(ev.OtherWayChosen)
        walk.on(ev.PinTyped, "270418")
        walk.answer(ev.WitnessAccepted, A_VOLUNTEER)
        seen = shown(walk, CARD)
        assert seen.level is TrustLevel.B
        assert [page.sides for page in seen.pages] == [2 if is_turned else 1]


def at_test(port: PortName, walk: Walk) -> None:
    """Let the technician test a part in front of a suspended visit."""
    walk.to_staff(StaffStep.MAINTENANCE)
    walk.on(ev.DeviceTestAsked, port)


def test_what_the_technician_lays_down_is_not_taken_for_the_residents_paper() -> None:
    """The camera runs for the test alone; then the visit goes on where it stood."""
    walk = at_papers(BOOK)
    at_test(PortName.DOCUMENT_CAMERA, walk)
    assert walk.wanted().papers
    walk.on(PageSeen, None, True)
    assert walk.to_do(TakePage) == []
    walk.on(ev.ShutterPressed)
    assert walk.to_do(TakePage) == []
    walk.on(ev.StaffDoorClosed)
    assert walk.now().papers.page is None
    walk.on(PageSeen, PageAdvice.NO_PAPER)
    assert walk.now().papers.advice is PageAdvice.NO_PAPER


def test_the_technician_is_not_photographed_for_the_resident() -> None:
    """Whoever tests the camera looks into it, too."""
    walk = Walk().to(Step.PHOTO)
    at_test(PortName.CAMERA, walk)
    walk.clock.pass_s(10)
    assert walk.on(PoseHeld) == ()
    assert not walk.now().is_taking_photo
