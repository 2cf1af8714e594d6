"""How did my application go: by card, or by receipt number and query code."""

from __future__ import annotations

import pytest

from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import ReaderMode
from kiosk.flow.moves import empty_session
from kiosk.flow.session import Overlay, Step
from kiosk.ports.card_reader import UnreadableReason
from tests.support.builders import a_person, a_status
from tests.support.walk import Walk


def test_by_card() -> None:
    """The card is read for the look-up alone: no person is kept."""
    walk = Walk().to_status()
    assert walk.step == Step.STATUS_ASK
    walk.on(ev.StatusByCardChosen)
    assert walk.wanted().reader is ReaderMode.READ
    looked_up = walk.on(ev.CardRead, a_person(), "cn.resident_id")
    assert looked_up == (ef.LookUpByCard("s-1", "cn.resident_id", "11010519491231002X"),)
    assert walk.now().person is None
    walk.answer(ev.StatusFound, (a_status(),), "")
    assert walk.step == Step.STATUS_SHOWN
    assert walk.now().status_items == (a_status(),)
    walk.on(ev.Continued)
    assert walk.step == Step.TAKE_CARD
    assert walk.now().status_items == ()


def test_by_card_nothing_found() -> None:
    """What is not known under this card is said, not hidden."""
    walk = Walk().to_status()
    walk.on(ev.StatusByCardChosen)
    walk.on(ev.CardRead, a_person(), "cn.resident_id")
    walk.answer(ev.StatusFound, (), "status.problem.no_lookup")
    assert (walk.step, walk.now().status_problem) == (
        Step.STATUS_SHOWN,
        "status.problem.no_lookup",
    )


def test_by_a_card_that_cannot_be_read() -> None:
    """Reasons are told, a lost reader too, and there is a way back to the number."""
    walk = Walk().to_status()
    walk.on(ev.StatusByCardChosen)
    walk.on(ev.ReaderGone)
    assert walk.now().reader_is_gone
    walk.on(ev.CardUnreadable, UnreadableReason.FOREIGN)
    assert walk.now().card_problem is UnreadableReason.FOREIGN
    assert not walk.now().reader_is_gone
    walk.on(ev.Continued)
    assert walk.step == Step.STATUS_CARD
    walk.on(ev.WentBack)
    assert walk.step == Step.STATUS_ASK
    assert walk.now().card_problem is None
    walk.on(ev.StatusByCardChosen)
    walk.on(ev.CardUnreadable, UnreadableReason.LIFT_FIRST)
    walk.lay_card()
    walk.lift_card()
    assert walk.now().card_problem is None


def test_by_number() -> None:
    """Number and code together find the application; a wrong pair says so and stays."""
    walk = Walk().to_status()
    walk.on(ev.StatusByNumberChosen)
    assert walk.wanted().reader is ReaderMode.PRESENCE
    assert walk.on(ev.StatusTyped, "37020001K7", "AAAAAA") == (
        ef.LookUpByNumber("s-1", "37020001K7", "AAAAAA"),
    )
    walk.answer(ev.StatusFound, (), "status.problem.unknown")
    assert walk.step == Step.STATUS_NUMBER
    assert walk.now().status_number == "37020001K7"
    assert walk.now().status_problem == "status.problem.unknown"
    walk.on(ev.StatusTyped, "37020001K7", "7K4MPQ")
    assert walk.now().status_problem == ""
    walk.answer(ev.StatusFound, (a_status(),), "")
    assert walk.step == Step.STATUS_SHOWN


def test_answers_for_another_visit_are_not_shown() -> None:
    """Nobody sees what somebody else looked up."""
    walk = Walk().to_status()
    walk.on(ev.StatusByNumberChosen)
    walk.on(ev.StatusFound, "s-0", (a_status(),), "")
    assert (walk.step, walk.now().status_items) == (Step.STATUS_NUMBER, ())


def test_a_second_answer_changes_nothing() -> None:
    """What is shown stays."""
    walk = Walk().to_status()
    walk.on(ev.StatusByNumberChosen)
    walk.answer(ev.StatusFound, (a_status(),), "")
    walk.answer(ev.StatusFound, (), "status.problem.unknown")
    assert walk.now().status_items == (a_status(),)


@pytest.mark.parametrize("kind", [ev.StatusByCardChosen, ev.StatusByNumberChosen])
def test_back_leads_to_the_choice_and_then_home(
    kind: type[ev.StatusByCardChosen | ev.StatusByNumberChosen],
) -> None:
    """Nothing found, nothing kept."""
    walk = Walk().to_status()
    walk.on(kind)
    walk.on(ev.WentBack)
    assert walk.step == Step.STATUS_ASK
    walk.on(ev.WentBack)
    assert walk.session == empty_session(walk.world)


def test_back_from_what_was_shown_forgets_it() -> None:
    """The next look-up begins with nothing."""
    walk = Walk().to_status()
    walk.on(ev.StatusByNumberChosen)
    walk.answer(ev.StatusFound, (a_status(),), "")
    walk.on(ev.WentBack)
    assert (walk.step, walk.now().status_items) == (Step.STATUS_ASK, ())


@pytest.mark.parametrize("kind", [ev.StatusByCardChosen, ev.StatusByNumberChosen])
def test_stop_ends_the_look_up_at_once(
    kind: type[ev.StatusByCardChosen | ev.StatusByNumberChosen],
) -> None:
    """There is nothing to lose."""
    walk = Walk().to_status()
    walk.on(kind)
    walk.on(ev.StopAsked)
    assert walk.session == empty_session(walk.world)


def test_an_abandoned_look_up_is_wiped() -> None:
    """The next resident does not see it."""
    walk = Walk().to_status()
    walk.on(ev.StatusByNumberChosen)
    walk.answer(ev.StatusFound, (a_status(),), "")
    walk.wait(90)
    assert walk.overlay == Overlay.STILL_THERE
    walk.wait(30)
    assert walk.session == empty_session(walk.world)
