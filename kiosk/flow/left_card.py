"""A card that was left behind: shown and said until it is taken, then heard, and written down.

The bell calls whoever is on duty. Any touch hushes it, since somebody is there then, and so does
time: nobody listens to it for a night. The screen stays as long as the card, and so does the
voice, less often. Where the reader can't tell whether a card lies there, it is said once.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow import events as ev
from kiosk.flow.effects import (
    Effect,
    HushBell,
    JournalEvent,
    RingBell,
    SayAloud,
    WriteJournal,
)
from kiosk.flow.moves import Advanced, go
from kiosk.flow.session import Overlay, Session, Step
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence

RINGS_S = 300.0
"""So long the bell rings at most."""

SAID_EVERY_S = 15.0
"""So often it is said to whoever was served, who may still be packing up."""

SAID_LATER_S = 60.0
"""So often it is said to whoever comes by, once it was reported."""


def hushed(session: Session, event: ev.Event) -> Advanced:
    """Hush the bell that calls for a card, if somebody touched the screen."""
    if not (session.is_card_bell and isinstance(event, ev.Touch)):
        return session, ()
    return replace(session, is_card_bell=False), (HushBell(),)


def is_of_a_visit_before(session: Session, event: ev.CardSeen) -> bool:
    """Say whether a card was found by a reading whose visit ended meanwhile: nobody begins another
    one with it.
    """
    is_home = session.step is Step.HOME and session.staff is None
    return is_home and event.presence is Presence.PRESENT and event.wanted_since is not None


def called_for(session: Session, event: ev.CardSeen) -> Session:
    """Return the reminder of that visit, which ended before anybody knew that a card lay there."""
    session_id = "" if event.wanted_since is None else event.wanted_since[0]
    reminder = replace(session, session_id=session_id, last_touch_s=event.at.monotonic_s)
    return go(reminder, Step.TAKE_CARD, event.at)


def gone(session: Session) -> tuple[Effect, ...]:
    """Return what is to be done once the card is gone: silence, and a line if it was reported."""
    bell: tuple[Effect, ...] = (HushBell(),) if session.is_card_bell else ()
    line = (WriteJournal(JournalEvent.LEFT_CARD_GONE),) if session.is_card_left else ()
    return (*bell, *line)


def said_once(session: Session, event: ev.Ticked) -> Advanced:
    """Say once that a card is to be taken: nobody knows whether one lies there."""
    return (session, ()) if session.card_said_s is not None else _say(session, event)


def tick(session: Session, event: ev.Ticked, world: World) -> Advanced:
    """Let time pass over a card that still lies on the reader."""
    lies_s = event.at.monotonic_s - session.step_since_s
    if session.is_card_bell and lies_s >= world.rules.card_left_s + RINGS_S:
        return replace(session, is_card_bell=False), (HushBell(),)
    if session.is_card_left or lies_s < world.rules.card_left_s:
        return _say(session, event) if _is_time_to_say(session, event) else (session, ())
    left = WriteJournal(JournalEvent.CARD_LEFT)
    if session.overlay is Overlay.HELP:  # it rings already, and somebody is coming
        return replace(session, is_card_left=True), (left,)
    return replace(session, is_card_left=True, is_card_bell=True), (RingBell(), left)


def _is_time_to_say(session: Session, event: ev.Ticked) -> bool:
    if session.is_card_bell or session.overlay is Overlay.HELP:
        return False  # nobody understands a voice beside the bell
    every_s = SAID_LATER_S if session.is_card_left else SAID_EVERY_S
    said_s = session.card_said_s
    return said_s is None or event.at.monotonic_s - said_s >= every_s


def _say(session: Session, event: ev.Ticked) -> Advanced:
    key = "take_card.left" if session.is_card_left else "take_card.title"
    return replace(session, card_said_s=event.at.monotonic_s), (SayAloud(key),)
