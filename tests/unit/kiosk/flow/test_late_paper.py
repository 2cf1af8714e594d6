"""A paper that comes out after its visit is told, and is nobody else's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent
from kiosk.flow.late_paper import RINGS_S
from kiosk.flow.session import Overlay, ReceiptState, Step
from kiosk.flow.world import Room, World
from kiosk.ports.printer import PrinterState
from tests.support.builders import a_world
from tests.support.walk import Walk

HUSH = ef.HushBell()


def late(walk: Walk) -> tuple[ef.Effect, ...]:
    """Let the printer say that the paper of a visit that is over came out."""
    return walk.on(ev.ReceiptPrinted, "s-0")


def written(outcome: str) -> ef.WriteJournal:
    """Return the line in the journal."""
    return ef.WriteJournal(JournalEvent.PAPER_LATE, (("outcome", outcome),))


@pytest.mark.parametrize("kind", [ev.ReceiptPrinted, ev.ReceiptUnconfirmed])
def test_on_home_the_screen_says_so_and_the_bell_rings(kind: type[ev.Event]) -> None:
    """Whoever comes next reads that the paper is not theirs; a touch closes it and hushes."""
    walk = Walk()
    outcome = "printed" if kind is ev.ReceiptPrinted else "unconfirmed"
    assert walk.on(kind, "s-0") == (written(outcome), ef.RingBell())
    assert (walk.step, walk.overlay) == (Step.HOME, Overlay.LATE_PAPER)
    assert walk.on(ev.StillHere) == (HUSH,)
    assert (walk.step, walk.overlay) == (Step.HOME, Overlay.NONE)


def test_nobody_listens_to_it_for_a_night() -> None:
    """The bell ends; the words stay until somebody is there."""
    walk = Walk()
    late(walk)
    assert walk.wait(int(RINGS_S) + 5) == (HUSH,)
    assert walk.overlay == Overlay.LATE_PAPER
    assert walk.on(ev.StillHere) == ()


def test_a_card_put_down_beneath_it_begins_a_visit() -> None:
    """The bell ends, the words stay until they are touched, and then all is as ever."""
    walk = Walk()
    late(walk)
    assert HUSH in walk.on(ev.Started, "s-1")
    walk.lay_card()
    assert (walk.step, walk.overlay) == (Step.GUIDE, Overlay.LATE_PAPER)
    walk.on(ev.StillHere)
    assert (walk.step, walk.overlay, walk.now().session_id) == (Step.GUIDE, Overlay.NONE, "s-1")


def test_who_leaves_a_card_beneath_it_is_called_for_it() -> None:
    """The next person gets neither the visit nor the card: it ends like any other."""
    walk = Walk()
    late(walk)
    walk.on(ev.Started, "s-1")
    walk.lay_card()
    walk.wait(int(walk.world.rules.idle_s + walk.world.rules.still_there_s) + 5)
    assert (walk.step, walk.now().is_visit) == (Step.TAKE_CARD, True)
    walk.on(ev.StillHere)
    assert (walk.step, walk.now().service_id) == (Step.TAKE_CARD, "")


@pytest.mark.parametrize(
    "world", [replace(a_world(), services=()), replace(a_world(), room=Room.FULL)]
)
def test_where_a_card_begins_nothing_the_words_stay(world: World) -> None:
    """Nothing to begin, or no room for it: as on any Home."""
    walk = Walk(world)
    late(walk)
    walk.on(ev.Started, "s-1")
    walk.lay_card()
    assert (walk.step, walk.overlay) == (Step.HOME, Overlay.LATE_PAPER)


@pytest.mark.parametrize("step", [Step.GUIDE, Step.QUESTION, Step.RECEIVED])
def test_the_next_visit_is_told_and_goes_on(step: Step) -> None:
    """It covers the step, without a bell; nothing of that visit changes, its own paper least."""
    walk = Walk().to(step)
    before = walk.now()
    assert late(walk) == (written("printed"),)
    assert walk.overlay == Overlay.LATE_PAPER
    assert walk.now().receipt is before.receipt
    walk.on(ev.StillHere)
    assert (walk.step, walk.overlay) == (step, Overlay.NONE)


def test_a_visit_that_nobody_answers_for_ends_as_ever() -> None:
    """The words do not hold a visit for ever."""
    walk = Walk().to(Step.QUESTION)
    late(walk)
    walk.wait(int(walk.world.rules.idle_s + walk.world.rules.still_there_s) + 5)
    assert not walk.now().is_visit or walk.step == Step.TAKE_CARD


def test_who_was_called_already_is_not_covered() -> None:
    """Help stays on the screen: somebody is coming, and the journal says the rest."""
    walk = Walk().to(Step.QUESTION)
    walk.on(ev.HelpAsked)
    assert late(walk) == (written("printed"),)
    assert walk.overlay == Overlay.HELP


def test_while_the_card_is_taken_the_person_may_still_be_there() -> None:
    """Then it is only written down."""
    walk = Walk().to(Step.TAKE_CARD)
    assert late(walk) == (written("printed"),)
    assert walk.overlay == Overlay.NONE


def test_what_failed_late_lies_nowhere() -> None:
    """It is written down, and nobody is told of a paper that is not there."""
    walk = Walk()
    assert walk.on(ev.ReceiptFailed, "s-0", PrinterState.PAPER_OUT) == (written("paper_out"),)
    assert walk.on(ev.ReceiptFailed, "s-0", None) == (written("not_made"),)
    assert walk.overlay == Overlay.NONE


def test_ones_own_paper_is_not_late() -> None:
    """The visit that waits for it takes it."""
    walk = Walk().to(Step.RECEIVED)
    assert walk.answer(ev.ReceiptPrinted) == ()
    assert (walk.overlay, walk.now().receipt) == (Overlay.NONE, ReceiptState.PRINTED)
