"""How did my application go: by card, or by receipt number and query code."""

from __future__ import annotations

from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent, LookUpByCard, LookUpByNumber
from kiosk.flow.moves import Advanced, end_visit, go, stay
from kiosk.flow.session import Session, Step
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer an event of the progress screens; None: not one of these."""
    match session.step, event:
        case Step.HOME, ev.StatusAsked(at, session_id):
            return go(session, Step.STATUS_ASK, at, session_id=session_id), ()
        case Step.STATUS_ASK, ev.StatusByCardChosen(at):
            return go(session, Step.STATUS_CARD, at, card_problem=None, reader_is_gone=False), ()
        case Step.STATUS_ASK, ev.StatusByNumberChosen(at):
            return go(session, Step.STATUS_NUMBER, at, status_problem=""), ()
        case Step.STATUS_ASK, ev.WentBack(at):
            return end_visit(session, world, at, JournalEvent.VISIT_ENDED)
        case Step.STATUS_CARD, _:
            return _card(session, event)
        case Step.STATUS_NUMBER, ev.StatusTyped(_, number, code):
            asked = stay(session, status_number=number, status_problem="")[0]
            return asked, (LookUpByNumber(session.session_id, number, code),)
        case Step.STATUS_NUMBER, ev.StatusFound(at, _, items, problem):
            if problem:
                return stay(session, status_problem=problem)
            return go(session, Step.STATUS_SHOWN, at, status_items=items), ()
        case ((Step.STATUS_NUMBER | Step.STATUS_SHOWN), ev.WentBack(at)):
            return go(session, Step.STATUS_ASK, at, status_items=(), status_problem=""), ()
        case Step.STATUS_SHOWN, ev.Continued(at):
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
            number = person.document_number
            return seen, (LookUpByCard(session.session_id, person.document_type, number),)
        case ev.CardUnreadable(_, reason):
            return stay(session, card_problem=reason, reader_is_gone=False)
        case ev.ReaderGone():
            return stay(session, reader_is_gone=True)
        case ev.StatusFound(at, _, items, problem):
            return go(
                session, Step.STATUS_SHOWN, at, status_items=items, status_problem=problem
            ), ()
        case ev.WentBack(at):
            return go(session, Step.STATUS_ASK, at, card_problem=None), ()
        case _:
            return None
