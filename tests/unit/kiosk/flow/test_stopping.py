"""Stopping with a slip: wiped first, printed then, and never in front of somebody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent
from kiosk.flow.moves import empty_session
from kiosk.flow.paper_state import AskedSlip, ReceiptState, Slip
from kiosk.flow.session import Overlay, Step
from kiosk.flow.shown_state import ShownState
from kiosk.flow.stopping import is_offered
from kiosk.ports.card_reader import Presence
from kiosk.ports.printer import PrinterState
from kiosk.shown_papers import PaperShown
from tests.support.builders import a_world
from tests.support.shown_papers import BOOK, service_with_papers
from tests.support.visit_rules import check_reminder
from tests.support.walk import Walk

STEPS = [Step.CARD, Step.CONSENT_DATA, Step.QUESTION, Step.PHOTO, Step.REVIEW, Step.SIGN]
TOLD = [ReceiptState.PRINTED, ReceiptState.UNCONFIRMED, ReceiptState.FAILED]


def asked(step: Step = Step.REVIEW) -> Walk:
    """Return a visit that is asked whether to stop."""
    walk = Walk().to(step)
    walk.on(ev.StopAsked)
    assert walk.overlay == Overlay.STOP
    return walk


def stopped(step: Step = Step.REVIEW) -> Walk:
    """Return one that stopped and waits for its slip."""
    walk = asked(step)
    walk.on(ev.SlipAsked, Slip.DRAFT)
    assert walk.step == Step.STOPPED
    return walk


@pytest.mark.parametrize("step", STEPS)
def test_all_is_wiped_before_anything_is_printed(step: Step) -> None:
    """The order comes from a session that knows nobody, and bears the id of this visit."""
    walk = asked(step)
    display = walk.now().display
    line, order = walk.on(ev.SlipAsked, Slip.DRAFT)
    assert line == ef.WriteJournal(JournalEvent.VISIT_STOPPED, (("step", step.value),))
    service_id = walk.world.services[0].service_id
    assert order == ef.PrintSlip("s-1", Slip.DRAFT, display.language, service_id=service_id)
    check_reminder(walk.now())
    usual = replace(
        empty_session(walk.world),
        step=Step.STOPPED,
        display=display,
        session_id="s-1",
        service_id=service_id,
        slip=AskedSlip(Slip.DRAFT),
        card_presence=walk.now().card_presence,
        step_since_s=walk.now().step_since_s,
        last_touch_s=walk.now().last_touch_s,
    )
    assert walk.now() == usual


@pytest.mark.parametrize("state", TOLD)
def test_the_page_stays_until_the_paper_is_told(state: ReceiptState) -> None:
    """Nobody is led to Home beside a paper that is about to come out."""
    walk = stopped()
    assert walk.on(ev.Continued) == ()
    assert walk.on(ev.StopAsked) == ()
    assert walk.on(ev.SlipAsked, Slip.DRAFT) == ()
    assert walk.step == Step.STOPPED
    walk.answer(ev.SlipTold, Slip.DRAFT, None, state, PrinterState.JAM)
    assert walk.now().slip is not None
    walk.on(ev.CardSeen, Presence.ABSENT)
    assert walk.on(ev.Continued)[-1].event is JournalEvent.VISIT_ENDED  # type: ignore[union-attr]
    assert walk.step == Step.HOME


def test_it_can_be_printed_again() -> None:
    """By the same id, with the same papers on it, as often as it failed."""
    walk = stopped()
    (first,) = walk.to_do(ef.PrintSlip)
    walk.answer(ev.SlipTold, Slip.DRAFT, None, ReceiptState.FAILED, PrinterState.PAPER_OUT)
    assert walk.on(ev.SlipAsked, Slip.DRAFT) == (first,)
    assert walk.on(ev.SlipAsked, Slip.DRAFT) == ()


def test_a_card_that_lies_there_is_asked_for_after_it() -> None:
    """The reminder comes as ever."""
    walk = stopped()
    walk.on(ev.CardSeen, Presence.PRESENT)
    walk.answer(ev.SlipTold, Slip.DRAFT, None, ReceiptState.PRINTED)
    walk.on(ev.Continued)
    assert walk.step == Step.TAKE_CARD


def test_whoever_walks_away_is_waited_for_and_no_longer() -> None:
    """Asked whether they are still there, then Home; a paper that comes then is told."""
    walk = stopped()
    walk.on(ev.CardSeen, Presence.ABSENT)
    walk.wait(250)
    assert (walk.step, walk.overlay) == (Step.STOPPED, Overlay.NONE)
    walk.wait(100)
    assert walk.step == Step.HOME
    walk.on(ev.SlipTold, "s-1", Slip.DRAFT, None, ReceiptState.PRINTED)
    assert walk.overlay == Overlay.LATE_PAPER


def test_it_is_offered_where_stopping_is_asked_and_paper_comes() -> None:
    """Not on the page itself, not without a printer, not while it is known that none comes."""
    walk = asked()
    assert is_offered(walk.now(), walk.world)
    taken = replace(walk.now(), overlay=Overlay.CARD_TAKEN)
    assert is_offered(taken, walk.world)
    for world in (
        replace(a_world(), has_printer=False),
        replace(a_world(), printer=PrinterState.PAPER_OUT),
        replace(a_world(), services=()),
    ):
        assert not is_offered(walk.now(), world)
    walk.on(ev.StopDeclined)
    assert walk.on(ev.SlipAsked, Slip.DRAFT) == ()
    assert walk.step == Step.REVIEW


def test_which_papers_were_missing_stays_and_no_page_of_them() -> None:
    """What was shown is no business of the slip's, and pictures are wiped."""
    service = service_with_papers(BOOK)
    walk = Walk(replace(a_world(), services=(service,))).to(Step.QUESTION)
    paper = service.papers[0]
    missing = PaperShown(paper.paper_id, is_required=True, level=None, is_open=True)
    walk.session = replace(walk.now(), papers=ShownState((missing,)), overlay=Overlay.STOP)
    walk.on(ev.SlipAsked, Slip.DRAFT)
    (order,) = walk.to_do(ef.PrintSlip)
    assert order.missing == (missing,)
    assert walk.now().papers == ShownState((missing,))
