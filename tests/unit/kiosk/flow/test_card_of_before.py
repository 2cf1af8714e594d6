"""A card that was being read when its visit was stopped: its owner takes it, and begins nothing."""

from __future__ import annotations

import pytest

from kiosk.flow import events as ev
from kiosk.flow.moves import wanting
from kiosk.flow.session import Overlay, Step
from kiosk.ports.card_reader import Presence
from tests.support.walk import Walk


def stopped_while_reading() -> tuple[Walk, tuple[str, str, float]]:
    """Stop a visit while the reader reads, and return for whom it reads."""
    walk = Walk().to(Step.CARD)
    since = wanting(walk.now())
    walk.on(ev.StopAsked)
    walk.on(ev.StopConfirmed)
    assert walk.step == Step.HOME
    return walk, since


def test_it_is_asked_for_and_no_visit_begins() -> None:
    """The reminder is that visit's: it knows nobody, and ends when the card is taken."""
    walk, since = stopped_while_reading()
    walk.on(ev.CardSeen, Presence.PRESENT, since)
    assert (walk.step, walk.now().session_id, walk.now().person) == (Step.TAKE_CARD, "s-1", None)
    walk.on(ev.CardSeen, Presence.ABSENT)
    walk.wait(2)
    assert walk.step == Step.HOME


def test_a_card_that_was_only_seen_is_not_called_for() -> None:
    """On Home it is the next visit's, and whoever holds the session begins one."""
    walk, _ = stopped_while_reading()
    walk.on(ev.CardSeen, Presence.PRESENT)
    assert walk.step == Step.HOME


def test_the_next_visit_keeps_what_it_is_told() -> None:
    """Somebody who was faster at the screen has the card that lies there, whoever laid it."""
    walk, since = stopped_while_reading()
    walk.to(Step.GUIDE)
    walk.on(ev.CardSeen, Presence.PRESENT, since)
    assert (walk.step, walk.now().card_presence) == (Step.GUIDE, Presence.PRESENT)


def test_a_reading_of_this_visit_says_that_a_card_lies_there() -> None:
    """As ever."""
    walk = Walk().to(Step.CARD)
    walk.on(ev.CardSeen, Presence.PRESENT, wanting(walk.now()))
    assert (walk.step, walk.now().card_presence) == (Step.CARD, Presence.PRESENT)


@pytest.mark.parametrize("presence", [Presence.ABSENT, Presence.CANT_TELL])
def test_nothing_found_calls_nobody(presence: Presence) -> None:
    """Home stays."""
    walk, since = stopped_while_reading()
    walk.on(ev.CardSeen, presence, since)
    assert (walk.step, walk.overlay) == (Step.HOME, Overlay.NONE)
