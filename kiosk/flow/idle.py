"""The passing of time: nobody is hurried, and nothing of an abandoned visit stays."""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow import events as ev
from kiosk.flow.effects import Effect, HushBell, JournalEvent, WriteJournal
from kiosk.flow.moves import Advanced, empty_session, end_visit
from kiosk.flow.session import Overlay, ReceiptState, Session, StaffStep, Step
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence

_NEVER_IDLE = frozenset({Step.SEALING, Step.OUT_OF_SERVICE})
_LONGEST_HOLD = 300.0
"""Seconds: how long help or a printer can hold an untouched visit before it is wiped after all."""
_MAINTENANCE_IDLE_S = 900.0


def tick(session: Session, event: ev.Ticked, world: World) -> Advanced:
    """Let time pass."""
    if session.staff is not None:
        return _staff(session, event, world)
    if session.step in _NEVER_IDLE:
        return session, ()
    idle_s = event.at.monotonic_s - session.last_touch_s
    if session.step is Step.HOME:
        return _home(session, idle_s, world)
    if session.step is Step.TAKE_CARD:
        return _take_card(session, event, world)
    limit_s = world.rules.idle_s
    if _is_held(session):
        limit_s = max(limit_s, _LONGEST_HOLD)
    if idle_s >= limit_s + world.rules.still_there_s and session.overlay is Overlay.STILL_THERE:
        return end_visit(session, world, event.at, JournalEvent.VISIT_TIMED_OUT)
    if idle_s >= limit_s and session.overlay is not Overlay.STILL_THERE:
        hush: tuple[Effect, ...] = (HushBell(),) if session.overlay is Overlay.HELP else ()
        return replace(session, overlay=Overlay.STILL_THERE), hush
    return session, ()


def _is_held(session: Session) -> bool:
    is_printing = session.receipt is ReceiptState.PRINTING
    return session.overlay is Overlay.HELP or session.is_taking_photo or is_printing


def _home(session: Session, idle_s: float, world: World) -> Advanced:
    """Give the next resident the usual screen; a bell that still rings goes on ringing."""
    if session.overlay is Overlay.HELP or idle_s < world.rules.idle_s:
        return session, ()
    empty = empty_session(world)
    return (session, ()) if session.display == empty.display else (empty, ())


def _take_card(session: Session, event: ev.Ticked, world: World) -> Advanced:
    shown_s = event.at.monotonic_s - session.step_since_s
    match session.card_presence:
        case Presence.PRESENT:
            return session, ()
        case Presence.ABSENT:
            return empty_session(world), ()
        case Presence.CANT_TELL:
            is_over = shown_s >= world.rules.take_card_s
            return (empty_session(world), ()) if is_over else (session, ())


def _staff(session: Session, event: ev.Ticked, world: World) -> Advanced:
    panel = session.staff
    if panel is None:
        return session, ()
    open_s = event.at.monotonic_s - panel.opened_at.monotonic_s
    if session.is_visit and open_s >= world.rules.maintenance_wipe_s:
        return end_visit(session, world, event.at, JournalEvent.VISIT_TIMED_OUT)
    idle_s = event.at.monotonic_s - session.last_touch_s
    is_maintenance = panel.step is StaffStep.MAINTENANCE
    limit_s = _MAINTENANCE_IDLE_S if is_maintenance else world.rules.idle_s
    if idle_s < limit_s:
        return session, ()
    closed = replace(session, staff=None, last_touch_s=event.at.monotonic_s)
    if is_maintenance:
        return closed, (WriteJournal(JournalEvent.MAINTENANCE_CLOSED),)
    return closed, ()
