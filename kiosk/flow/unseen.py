"""Telling a resident, at their next card, of an application whose number nobody was shown.

The power failed between storing it and showing it. It counts, and whoever does not know so would
hand it in once more.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow import events as ev
from kiosk.flow import finish
from kiosk.flow.effects import JournalEvent, MarkSeen, PrintReceipt
from kiosk.flow.known import Unseen
from kiosk.flow.moves import Advanced, end_visit, go
from kiosk.flow.session import ReceiptState, Session, Step
from kiosk.flow.world import World

_CAN_BE_TOLD = frozenset(
    {
        Step.CONSENT_DATA,
        Step.CONSENT_PHOTO,
        Step.CONSENT_COMPARISON,
        Step.QUESTION,
        Step.REVIEW,
    }
)
"""Not while the camera may be taking a picture; by then the answer is long there."""


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer what was found, and an event of the screen that tells it; None: neither."""
    match session.step, event:
        case step, ev.UnseenFound(at, _, document_number, unseen) if step in _CAN_BE_TOLD:
            # Another card may lie there by now: nobody hears what is somebody else's.
            person = session.person
            is_proven = session.identity is not None and session.identity.is_by_chip
            if not unseen or not is_proven or person is None:
                return session, ()
            if person.document_number != document_number:
                return session, ()
            return go(session, Step.UNSEEN, at, unseen=unseen, resume=step), ()
        case Step.UNSEEN, ev.Continued(at):
            resumed = go(session, session.resume or Step.CONSENT_DATA, at, resume=None, unseen=())
            resumed = replace(
                resumed,
                receipt=ReceiptState.NOT_PRINTED,
                printer_state=None,
                unseen_to_print=(),
            )
            return resumed, (_seen(session), *_waiting(session))
        case Step.UNSEEN, ev.WentBack(at):
            ended, effects = end_visit(session, world, at, JournalEvent.VISIT_ENDED)
            return ended, (_seen(session), *_waiting(session), *effects)
        case Step.UNSEEN, ev.ReprintAsked():
            if session.receipt is ReceiptState.PRINTING or not world.has_printer:
                return session, ()
            return _print_next(session, session.unseen)
        case Step.UNSEEN, ev.ReceiptPrinted() if session.unseen_to_print:
            return _print_next(session, session.unseen_to_print)
        case (
            Step.UNSEEN,
            (
                ev.ReceiptPrinted()
                | ev.ReceiptUnconfirmed()
                | ev.ReceiptFailed()
                | ev.ReceiptWithheld()
            ),
        ):
            return finish.paper_told(replace(session, unseen_to_print=()), event)
        case _:
            return None


def _print_next(session: Session, items: tuple[Unseen, ...]) -> Advanced:
    """Print one receipt after the other: what is said of the paper is said of all of them."""
    first, *rest = items
    printing = replace(
        session,
        receipt=ReceiptState.PRINTING,
        printer_state=None,
        unseen_to_print=tuple(rest),
    )
    return printing, (_print(session, first),)


def _print(session: Session, item: Unseen) -> PrintReceipt:
    display = session.display
    return PrintReceipt(
        session.session_id,
        item.app_id,
        display.language,
        display.wants_large_print,
        is_asked=True,
        is_staff_there=session.helper is not None,
    )


def _seen(session: Session) -> MarkSeen:
    return MarkSeen(tuple(item.app_id for item in session.unseen))


def _waiting(session: Session) -> tuple[PrintReceipt, ...]:
    """Return what was asked for and is not on paper yet; who goes on gets it all the same."""
    return tuple(_print(session, item) for item in session.unseen_to_print)
