"""A card left behind is called for until somebody comes, and is shown until it is taken."""

from __future__ import annotations

from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent
from kiosk.flow.left_card import RINGS_S
from kiosk.flow.session import Step
from kiosk.ports.card_reader import Presence
from tests.support.walk import Walk


def left_behind() -> Walk:
    """Return a machine whose resident has gone and left the card."""
    walk = Walk().to(Step.RATING)
    walk.on(ev.Continued)
    assert walk.step == Step.TAKE_CARD
    walk.lay_card()
    return walk


def test_after_a_while_the_bell_rings_once_and_it_is_written_down() -> None:
    """Not at once: whoever is packing up is not rung at."""
    walk = left_behind()
    assert walk.wait(55) == ()
    told = walk.wait(30)
    assert told == (ef.RingBell(), ef.WriteJournal(JournalEvent.CARD_LEFT))
    assert walk.step == Step.TAKE_CARD


def test_taking_the_card_hushes_it_and_leads_home() -> None:
    """The screen goes away with the card, and not before."""
    walk = left_behind()
    walk.wait(70)
    walk.on(ev.CardSeen, Presence.ABSENT)
    assert walk.on(ev.Ticked) == (ef.HushBell(),)
    assert walk.step == Step.HOME
    assert not walk.now().is_card_left


def test_any_touch_hushes_it_and_the_screen_stays() -> None:
    """Somebody is there; the card still is, too."""
    walk = left_behind()
    walk.wait(70)
    assert walk.on(ev.Continued) == (ef.HushBell(),)
    assert walk.step == Step.TAKE_CARD
    assert walk.wait(600) == ()


def test_nobody_listens_to_it_for_a_night() -> None:
    """After some minutes it falls silent, and the screen goes on showing the card."""
    walk = left_behind()
    walk.wait(70)
    assert walk.wait(int(RINGS_S)) == (ef.HushBell(),)
    assert walk.wait(600) == ()
    assert walk.step == Step.TAKE_CARD


def test_help_that_rings_already_rings_on() -> None:
    """One bell is enough; it is written down all the same."""
    walk = left_behind()
    walk.on(ev.HelpAsked)
    told = walk.wait(400)
    assert ef.RingBell() not in told
    assert JournalEvent.CARD_LEFT in walk.journal()


def test_help_asked_while_it_rings_goes_on_ringing_for_help() -> None:
    """The bell of the card ends, and that of the help begins."""
    walk = left_behind()
    walk.wait(70)
    told = walk.on(ev.HelpAsked)
    assert told[:2] == (ef.HushBell(), ef.RingBell())
