"""Telling a resident, at their next card, of an application whose number nobody was shown.

The power failed between storing it and showing it. It counts, and whoever does not know so would
hand it in once more.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow import events as ev
from kiosk.flow import finish
from kiosk.flow.effects import JournalEvent, MarkSeen, PrintReceipt
from kiosk.flow.moves import Advanced, end_visit, go
from kiosk.flow.session import ReceiptState, Session, Step
from kiosk.flow.world import World

_CAN_BE_TOLD = frozenset({Step.CONSENT_DATA, Step.CONSENT_PHOTO, Step.QUESTION, Step.REVIEW})
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
            resumed = replace(resumed, receipt=ReceiptState.NOT_PRINTED, printer_state=None)
            return resumed, (_seen(session),)
        case Step.UNSEEN, ev.WentBack(at):
            ended, effects = end_visit(session, world, at, JournalEvent.VISIT_ENDED)
            return ended, (_seen(session), *effects)
        case Step.UNSEEN, ev.ReprintAsked():
            if session.receipt is ReceiptState.PRINTING:
                return session, ()
            orders = tuple(
                PrintReceipt(session.session_id, item.app_id, session.display.language)
                for item in session.unseen
            )
            return replace(session, receipt=ReceiptState.PRINTING, printer_state=None), orders
        case (
            Step.UNSEEN,
            (ev.ReceiptPrinted() | ev.ReceiptUnconfirmed() | ev.ReceiptFailed()),
        ):
            return finish.paper_told(session, event)
        case _:
            return None


def _seen(session: Session) -> MarkSeen:
    return MarkSeen(tuple(item.app_id for item in session.unseen))
