"""A card that was left behind: shown until it is taken, then heard, and written down.

The bell calls whoever is on duty. Any touch hushes it, since somebody is there then, and so does
time: nobody listens to it for a night. The screen stays as long as the card.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow import events as ev
from kiosk.flow.effects import Effect, HushBell, JournalEvent, RingBell, WriteJournal
from kiosk.flow.moves import Advanced
from kiosk.flow.session import Overlay, Session
from kiosk.flow.world import World

RINGS_S = 300.0
"""So long the bell rings at most."""


def hushed(session: Session, event: ev.Event) -> Advanced:
    """Hush the bell that calls for a card, if somebody touched the screen."""
    if not (session.is_card_bell and isinstance(event, ev.Touch)):
        return session, ()
    return replace(session, is_card_bell=False), (HushBell(),)


def bell_of(session: Session) -> tuple[Effect, ...]:
    """Return what silences the bell that calls for a card, once the card is gone."""
    return (HushBell(),) if session.is_card_bell else ()


def tick(session: Session, event: ev.Ticked, world: World) -> Advanced:
    """Let time pass over a card that still lies on the reader."""
    lies_s = event.at.monotonic_s - session.step_since_s
    if session.is_card_bell and lies_s >= world.rules.card_left_s + RINGS_S:
        return replace(session, is_card_bell=False), (HushBell(),)
    if session.is_card_left or lies_s < world.rules.card_left_s:
        return session, ()
    left = WriteJournal(JournalEvent.CARD_LEFT)
    if session.overlay is Overlay.HELP:  # it rings already, and somebody is coming
        return replace(session, is_card_left=True), (left,)
    return replace(session, is_card_left=True, is_card_bell=True), (RingBell(), left)
