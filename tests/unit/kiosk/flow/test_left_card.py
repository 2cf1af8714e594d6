"""A card left behind is said and called for until somebody comes, and shown until it is taken."""

from __future__ import annotations

from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent
from kiosk.flow.left_card import RINGS_S
from kiosk.flow.session import Step
from kiosk.ports.card_reader import Presence
from tests.support.walk import Walk

TAKE = ef.SayAloud("take_card.title")
HAND_IT_IN = ef.SayAloud("take_card.left")


def at_the_end(presence: Presence = Presence.PRESENT) -> Walk:
    """Return a machine whose resident has just come to the end of the visit."""
    walk = Walk().to(Step.RATING)
    walk.on(ev.CardSeen, presence)
    walk.on(ev.Continued)
    assert walk.step == Step.TAKE_CARD
    return walk


def left_behind() -> Walk:
    """Return a machine whose resident has gone and left the card."""
    walk = Walk().to(Step.RATING)
    walk.on(ev.Continued)
    assert walk.step == Step.TAKE_CARD
    walk.lay_card()
    return walk


def test_it_is_said_at_once_and_again_until_it_is_taken() -> None:
    """To whoever was served, every quarter of a minute."""
    walk = at_the_end()
    assert walk.wait(1) == (TAKE,)
    assert walk.wait(14) == ()
    assert walk.wait(30) == (TAKE, TAKE)
    walk.on(ev.CardSeen, Presence.ABSENT)
    assert walk.wait(60) == ()
    assert walk.step == Step.HOME


def test_where_the_reader_cannot_tell_it_is_said_once() -> None:
    """Nobody is told for ever to take what may not be there."""
    walk = at_the_end(Presence.CANT_TELL)
    assert walk.wait(30) == (TAKE,)
    assert walk.step == Step.HOME


def test_after_a_while_the_bell_rings_once_and_it_is_written_down() -> None:
    """Not at once: whoever is packing up is not rung at."""
    walk = left_behind()
    assert set(walk.wait(55)) == {TAKE}
    told = walk.wait(30)
    assert told == (ef.RingBell(), ef.WriteJournal(JournalEvent.CARD_LEFT))
    assert walk.step == Step.TAKE_CARD


def test_taking_the_card_hushes_it_and_leads_home() -> None:
    """The screen goes away with the card, and not before; that it is gone is written down."""
    walk = left_behind()
    walk.wait(70)
    walk.on(ev.CardSeen, Presence.ABSENT)
    told = walk.on(ev.Ticked)
    assert told == (ef.HushBell(), ef.WriteJournal(JournalEvent.LEFT_CARD_GONE))
    assert walk.step == Step.HOME
    assert not walk.now().is_card_left


def test_a_card_that_is_taken_in_time_was_never_left() -> None:
    """Nothing is written down of it."""
    walk = left_behind()
    walk.wait(20)
    walk.on(ev.CardSeen, Presence.ABSENT)
    walk.on(ev.Ticked)
    assert walk.step == Step.HOME
    assert not {JournalEvent.CARD_LEFT, JournalEvent.LEFT_CARD_GONE} & set(walk.journal())


def test_any_touch_hushes_it_and_the_voice_asks_for_the_card() -> None:
    """Somebody is there; the card still is, too."""
    walk = left_behind()
    walk.wait(70)
    assert walk.on(ev.Continued) == (ef.HushBell(),)
    assert walk.step == Step.TAKE_CARD
    said = walk.wait(600)
    assert set(said) == {HAND_IT_IN}
    assert len(said) == 10


def test_nobody_listens_to_it_for_a_night() -> None:
    """After some minutes it falls silent; screen and voice go on asking for the card."""
    walk = left_behind()
    walk.wait(70)
    assert ef.HushBell() in walk.wait(int(RINGS_S))
    assert set(walk.wait(600)) == {HAND_IT_IN}
    assert walk.step == Step.TAKE_CARD


def test_help_that_rings_already_rings_on() -> None:
    """One bell is enough, and no voice beside it; it is written down all the same."""
    walk = left_behind()
    walk.on(ev.HelpAsked)
    told = walk.wait(400)
    assert not {ef.RingBell(), TAKE, HAND_IT_IN} & set(told)
    assert JournalEvent.CARD_LEFT in walk.journal()


def test_help_asked_while_it_rings_goes_on_ringing_for_help() -> None:
    """The bell of the card ends, and that of the help begins."""
    walk = left_behind()
    walk.wait(70)
    told = walk.on(ev.HelpAsked)
    assert told[:2] == (ef.HushBell(), ef.RingBell())
