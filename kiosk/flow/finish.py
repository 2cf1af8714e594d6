"""From the signature to an empty Home: stored, told, printed, rated, card taken."""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow import events as ev
from kiosk.flow import another, left_card, visit
from kiosk.flow.effects import (
    JournalEvent,
    PrintReceipt,
    SealRating,
    WakeCourier,
    WriteJournal,
)
from kiosk.flow.face_state import FaceState
from kiosk.flow.moves import Advanced, empty_session, end_visit, go, stay
from kiosk.flow.session import ReceiptState, Session, Step
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence

_CAN_PRINT_AGAIN = frozenset({ReceiptState.PRINTED, ReceiptState.UNCONFIRMED, ReceiptState.FAILED})


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer an event of the steps after the signature; None: not one of these."""
    match session.step, event:
        case Step.SEALING, ev.ApplicationSealed():
            return _sealed(session, event, world)
        case Step.SEALING, ev.SealingFailed(at, _, code):
            failed = go(session, Step.SEAL_FAILED, at, seal_problem=code)
            return failed, (WriteJournal(JournalEvent.SEALING_FAILED, (("code", code),)),)
        case Step.SEAL_FAILED, ev.Continued(at):
            return visit.seal(session, at, world)
        case (
            (Step.RECEIVED | Step.RATING),
            (ev.ReceiptPrinted() | ev.ReceiptUnconfirmed() | ev.ReceiptFailed()),
        ):
            return paper_told(session, event)
        case Step.RECEIVED, ev.PaperConfirmed() if session.receipt is ReceiptState.UNCONFIRMED:
            return stay(session, receipt=ReceiptState.PRINTED)
        case Step.RECEIVED, ev.ReprintAsked() if session.receipt in _CAN_PRINT_AGAIN:
            return _print(session)
        case Step.RECEIVED, ev.Continued(at):
            return go(session, Step.RATING, at), ()
        case Step.RATING, ev.Rated():
            return _rated(session, event, world)
        case Step.RATING, ev.Continued(at):
            return another.offered(session, at, world)
        case Step.NOT_KEPT, ev.Continued(at):
            return end_visit(session, world, at, JournalEvent.VISIT_ENDED)
        case Step.TAKE_CARD, ev.Continued() if session.card_presence is not Presence.PRESENT:
            return replace(empty_session(world), staff=session.staff), left_card.gone(session)
        case _:
            return None


def _sealed(session: Session, event: ev.ApplicationSealed, world: World) -> Advanced:
    """Show the number; what was said, photographed and signed is no longer needed here, but for
    what another application of this visit may use.
    """
    received = go(
        session,
        Step.RECEIVED,
        event.at,
        sealed=event.sealed,
        earlier=another.kept(session, world),
        answers=(),
        photo=None,
        face=FaceState(),
        card_pictures=(),
        applicant=None,
        signature=None,
        last_touch_s=event.at.monotonic_s,
    )
    session, effects = _print(received)
    return session, (*effects, WakeCourier())


def _print(session: Session) -> Advanced:
    if session.sealed is None:
        return session, ()
    display = session.display
    order = PrintReceipt(
        session.session_id, session.sealed.app_id, display.language, display.wants_large_print
    )
    return replace(session, receipt=ReceiptState.PRINTING, printer_state=None), (order,)


def paper_told(
    session: Session, event: ev.ReceiptPrinted | ev.ReceiptUnconfirmed | ev.ReceiptFailed
) -> Advanced:
    """Keep what the printer says of the paper that was asked for."""
    match event:
        case ev.ReceiptPrinted():
            return stay(session, receipt=ReceiptState.PRINTED)
        case ev.ReceiptUnconfirmed():
            return stay(session, receipt=ReceiptState.UNCONFIRMED)
        case ev.ReceiptFailed(_, _, state):
            failed = replace(session, receipt=ReceiptState.FAILED, printer_state=state)
            fields = (("state", state.value),)
            return failed, (WriteJournal(JournalEvent.RECEIPT_FAILED, fields),)


def _rated(session: Session, event: ev.Rated, world: World) -> Advanced:
    if session.sealed is None:
        return session, ()
    order = SealRating(
        session.session_id,
        session.sealed.app_id,
        session.service_id,
        event.rating,
        session.display.language,
    )
    after, effects = another.offered(session, event.at, world)
    return after, (order, WakeCourier(), *effects)
