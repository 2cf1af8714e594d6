"""The passing of time: nobody is hurried, and nothing of an abandoned visit stays."""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow import events as ev
from kiosk.flow import late_paper, left_card, papers
from kiosk.flow.effects import Effect, HushBell, JournalEvent, WriteJournal
from kiosk.flow.moves import Advanced, empty_session, end_visit
from kiosk.flow.session import Overlay, ReceiptState, Session, StaffPanel, StaffStep, Step
from kiosk.flow.staff import silence
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence

_NEVER_IDLE = frozenset({Step.SEALING, Step.OUT_OF_SERVICE})
_LONGEST_HOLD = 300.0
"""Seconds: how long help or a printer can hold an untouched visit before it is wiped after all."""
_MAINTENANCE_IDLE_S = 900.0


def tick(session: Session, event: ev.Ticked, world: World) -> Advanced:
    """Let time pass."""
    if session.staff is not None:
        return _staff(session, session.staff, event, world)
    if session.step in _NEVER_IDLE:
        return session, ()
    now_s = event.at.monotonic_s
    if session.step is Step.HOME and session.overlay is Overlay.LATE_PAPER:
        return late_paper.tick(session, event)
    if session.step is Step.HOME:
        return _home(session, now_s - session.last_touch_s, world)
    if session.step is Step.TAKE_CARD:
        return _take_card(session, event, world)
    if session.overlay is Overlay.STILL_THERE:
        # Counted from the question, not from the last touch: what held the visit may have ended
        # long after the usual limit, and the question must be seen for its whole time.
        if now_s - session.still_there_since_s >= world.rules.still_there_s:
            return end_visit(session, world, event.at, JournalEvent.VISIT_TIMED_OUT)
        return session, ()
    limit_s = world.rules.idle_s
    if _is_held(session):
        limit_s = max(limit_s, _LONGEST_HOLD)
    if now_s - session.last_touch_s < limit_s:
        return session, ()
    asked = replace(session, overlay=Overlay.STILL_THERE, still_there_since_s=now_s)
    return asked, (HushBell(),) if session.overlay is Overlay.HELP else ()


def _is_held(session: Session) -> bool:
    is_helped = session.overlay is Overlay.HELP or session.helper is not None
    is_printing = session.receipt is ReceiptState.PRINTING or papers.is_printing(session)
    return is_helped or session.is_taking_photo or is_printing


def _home(session: Session, idle_s: float, world: World) -> Advanced:
    """Give the next resident the usual screen; a bell that still rings goes on ringing."""
    if session.overlay is Overlay.HELP or idle_s < world.rules.idle_s:
        return session, ()
    empty = replace(empty_session(world), card_presence=session.card_presence)
    return (session, ()) if session.display == empty.display else (empty, ())


def _take_card(session: Session, event: ev.Ticked, world: World) -> Advanced:
    """Go Home once the card is gone; who asked for help here is not left alone with Home."""
    now_s = event.at.monotonic_s
    is_helped = session.overlay is Overlay.HELP
    if is_helped and now_s - session.last_touch_s < _LONGEST_HOLD:
        return session, ()
    empty = replace(empty_session(world), card_presence=session.card_presence)
    hush: tuple[Effect, ...] = (HushBell(),) if is_helped else left_card.gone(session)
    match session.card_presence:
        case Presence.PRESENT:
            return left_card.tick(session, event, world)
        case Presence.ABSENT:
            return empty, hush
        case Presence.CANT_TELL:
            is_over = now_s - session.step_since_s >= world.rules.take_card_s
            return (empty, hush) if is_over else left_card.said_once(session, event)


def _staff(session: Session, panel: StaffPanel, event: ev.Ticked, world: World) -> Advanced:
    open_s = event.at.monotonic_s - panel.opened_at.monotonic_s
    is_suspended = session.is_visit and session.step is not Step.TAKE_CARD
    if is_suspended and open_s >= world.rules.maintenance_wipe_s:
        return end_visit(session, world, event.at, JournalEvent.VISIT_TIMED_OUT)
    idle_s = event.at.monotonic_s - session.last_touch_s
    is_maintenance = panel.step is StaffStep.MAINTENANCE
    limit_s = _MAINTENANCE_IDLE_S if is_maintenance else world.rules.idle_s
    if idle_s < limit_s:
        return session, ()
    closed = replace(session, staff=None, last_touch_s=event.at.monotonic_s)
    if not is_maintenance:
        return closed, ()
    return closed, (WriteJournal(JournalEvent.MAINTENANCE_CLOSED), *silence(panel))
