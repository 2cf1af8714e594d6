"""How did my application go, and what does this machine still know about me: by card, or by receipt
number and query code.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow import events as ev
from kiosk.flow import finish
from kiosk.flow.effects import (
    Effect,
    JournalEvent,
    LookUpByCard,
    LookUpByNumber,
    MarkSeen,
    PrintKnown,
)
from kiosk.flow.moves import Advanced, end_visit, go, stay
from kiosk.flow.session import ReceiptState, Session, Step
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer an event of the progress screens; None: not one of these."""
    match session.step, event:
        case Step.HOME, ev.StatusAsked(at, session_id):
            return go(session, Step.STATUS_ASK, at, session_id=session_id), ()
        case Step.STATUS_ASK, _:
            return _ask(session, event, world)
        case Step.STATUS_CARD, _:
            return _card(session, event)
        case Step.STATUS_NUMBER, _:
            return _number(session, event)
        case ((Step.STATUS_SHOWN | Step.KNOWN), ev.WentBack(at)):
            asking = go(session, Step.STATUS_ASK, at, **_NOTHING_FOUND)
            return asking, _told(session)
        case ((Step.STATUS_SHOWN | Step.STATUS_PAPERS | Step.KNOWN), ev.Continued(at)):
            ended, effects = end_visit(session, world, at, JournalEvent.VISIT_ENDED)
            return ended, (*_told(session), *effects)
        case Step.KNOWN, _:
            return _known(session, event, world)
        case _:
            return None


_NOTHING_FOUND: dict[str, object] = {
    "status_items": (),
    "status_problem": "",
    "status_heard_at": None,
    "known": None,
    "receipt": ReceiptState.NOT_PRINTED,
    "printer_state": None,
}


def _ask(session: Session, event: ev.Event, world: World) -> Advanced | None:
    match event:
        case ev.KnownAsked(at):
            return go(session, Step.STATUS_ASK, at, asks_known=True), ()
        case ev.StatusByCardChosen(at):
            return go(session, Step.STATUS_CARD, at, card_problem=None, reader_is_gone=False), ()
        case ev.StatusByNumberChosen(at):
            return go(session, Step.STATUS_NUMBER, at, status_problem=""), ()
        case ev.WentBack() if session.asks_known:
            return stay(session, asks_known=False)
        case ev.WentBack(at):
            return end_visit(session, world, at, JournalEvent.VISIT_ENDED)
        case _:
            return None


def _card(session: Session, event: ev.Event) -> Advanced | None:
    match event:
        case ev.CardRead(_, person, _):
            seen = stay(
                session,
                card_presence=Presence.PRESENT,
                card_problem=None,
                reader_is_gone=False,
            )[0]
            order = LookUpByCard(
                session.session_id,
                person.document_type,
                person.document_number,
                session.asks_known,
            )
            return seen, (order,)
        case ev.CardUnreadable(_, reason):
            return stay(session, card_problem=reason, reader_is_gone=False)
        case ev.ReaderGone():
            return stay(session, reader_is_gone=True)
        case ev.StatusFound() | ev.KnownFound():
            return _found(session, event, event.problem)
        case ev.WentBack(at):
            return go(session, Step.STATUS_ASK, at, card_problem=None), ()
        case _:
            return None


def _number(session: Session, event: ev.Event) -> Advanced | None:
    match event:
        case ev.StatusTyped(_, number, code):
            asked = stay(session, status_number=number, status_problem="")[0]
            order = LookUpByNumber(session.session_id, number, code, session.asks_known)
            return asked, (order,)
        case ev.StatusFound() | ev.KnownFound() if event.problem:
            return stay(session, status_problem=event.problem)
        case ev.StatusFound() | ev.KnownFound():
            return _found(session, event, session.status_problem)
        case ev.WentBack(at):
            return go(session, Step.STATUS_ASK, at, status_items=(), status_problem=""), ()
        case _:
            return None


def _found(session: Session, event: ev.StatusFound | ev.KnownFound, problem: str) -> Advanced:
    """Show what was found, if it is what is asked for now."""
    match event:
        case ev.StatusFound(at, _, items, _, heard_at) if not session.asks_known:
            shown = go(session, Step.STATUS_SHOWN, at, status_items=items, status_problem=problem)
            return replace(shown, status_heard_at=heard_at), ()
        case ev.KnownFound(at, _, known, _) if session.asks_known and known is not None:
            return go(session, Step.KNOWN, at, known=known, status_problem=""), ()
        case _:
            return session, ()


def _known(session: Session, event: ev.Event, world: World) -> Advanced | None:
    match event:
        case ev.ReprintAsked():
            is_printing = session.receipt is ReceiptState.PRINTING
            if session.known is None or is_printing or not world.has_printer:
                return session, ()
            display = session.display
            order = PrintKnown(
                session.session_id, session.known, display.language, display.wants_large_print
            )
            printing = replace(session, receipt=ReceiptState.PRINTING, printer_state=None)
            return printing, (order,)
        case ev.ReceiptPrinted() | ev.ReceiptUnconfirmed() | ev.ReceiptFailed():
            return None if event.app_id is not None else finish.paper_told(session, event)
        case _:
            return None


def _told(session: Session) -> tuple[Effect, ...]:
    """Return what remembers that somebody was told of what nobody had been shown."""
    items = session.status_items
    told = [it.app_id for it in items if it.is_unseen and it.app_id is not None]
    if session.known is not None:
        told += [it.app_id for it in session.known.applications if it.is_unseen]
    return (MarkSeen(tuple(told)),) if told else ()
