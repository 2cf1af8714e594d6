"""From the signature to an empty Home: stored, told, printed, rated, card taken."""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow import another, left_card, papers, visit
from kiosk.flow import events as ev
from kiosk.flow.effects import (
    Effect,
    JournalEvent,
    KeepPaperWord,
    PrintReceipt,
    SayAloud,
    SealRating,
    WakeCourier,
    WriteJournal,
)
from kiosk.flow.face_state import FaceState
from kiosk.flow.moves import Advanced, empty_session, end_visit, go
from kiosk.flow.papers_wanted import open_papers
from kiosk.flow.session import ReceiptState, Session, Step
from kiosk.flow.shown_state import ShownState
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence

_CAN_PRINT_AGAIN = frozenset({ReceiptState.PRINTED, ReceiptState.UNCONFIRMED, ReceiptState.FAILED})
_WRITE_DOWN = "received.aloud.no_printer"
_ALOUD = {
    ReceiptState.UNCONFIRMED: "received.aloud.look",
    ReceiptState.FAILED: "received.aloud.write_down",
}
"""Said, for who does not see it; never the number itself, which others would hear."""


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
            (Step.RECEIVED | Step.RATING | Step.ANOTHER),
            (
                ev.ReceiptPrinted()
                | ev.ReceiptUnconfirmed()
                | ev.ReceiptFailed()
                | ev.ReceiptWithheld()
            ),
        ):
            return _receipt_told(session, event)
        case Step.RECEIVED, ev.PaperConfirmed() if session.receipt is ReceiptState.UNCONFIRMED:
            return _confirmed(session)
        case Step.RECEIVED, ev.ReprintAsked() if session.receipt in _CAN_PRINT_AGAIN:
            return _print_again(session, world)
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
    to_bring = tuple(replace(paper, pages=()) for paper in open_papers(session, world))
    received = go(
        session,
        Step.RECEIVED,
        event.at,
        sealed=event.sealed,
        earlier=another.kept(session, world),
        answers=(),
        papers=ShownState(to_bring),
        photo=None,
        shots=(),
        face=FaceState(),
        card_pictures=(),
        applicant=None,
        signature=None,
        last_touch_s=event.at.monotonic_s,
    )
    session, effects = _print(received, world)
    return session, (*effects, WakeCourier())


def _print(session: Session, world: World) -> Advanced:
    """Order the receipt; where no printer is meant to be there, nothing is asked of one."""
    if session.sealed is None:
        return session, ()
    if not world.has_printer:
        return replace(session, receipt=ReceiptState.NOT_PRINTED), (SayAloud(_WRITE_DOWN),)
    display = session.display
    order = PrintReceipt(
        session.session_id, session.sealed.app_id, display.language, display.wants_large_print
    )
    return replace(session, receipt=ReceiptState.PRINTING, printer_state=None), (order,)


def _print_again(session: Session, world: World) -> Advanced:
    """Print for who asks, as far as that is let; who says that none came out is believed."""
    if session.sealed is None or not world.has_printer:
        return session, ()
    app_id = session.sealed.app_id
    word: tuple[Effect, ...] = ()
    if session.receipt is ReceiptState.UNCONFIRMED:
        word = (KeepPaperWord(app_id, came_out=False),)
    if not papers.may_copy(session.copies, session, world):
        missed = replace(session, receipt=ReceiptState.FAILED, printer_state=None)
        return (missed, word) if word else (session, ())
    printing = replace(session, receipt=ReceiptState.PRINTING, printer_state=None)
    return printing, (*word, *papers.asked_receipt(session, app_id, session.copies))


def _confirmed(session: Session) -> Advanced:
    known = replace(session, receipt=ReceiptState.PRINTED)
    if session.sealed is None:
        return known, ()
    return known, (KeepPaperWord(session.sealed.app_id, came_out=True),)


def _receipt_told(session: Session, event: papers.Told) -> Advanced:
    """Keep what is told of this visit's own receipt, and say aloud what one has to look at."""
    if session.sealed is not None and event.app_id not in {None, session.sealed.app_id}:
        return session, ()
    told, effects = paper_told(replace(session, copies=event.copies), event)
    key = _ALOUD.get(told.receipt)
    is_heard = key is not None and session.step is Step.RECEIVED
    return told, (*effects, SayAloud(key)) if key is not None and is_heard else effects


def paper_told(session: Session, event: papers.Told) -> Advanced:
    """Keep what the printer says of the paper that was asked for."""
    state, why = papers.state_told(event)
    form = session.receipt_form
    if isinstance(event, ev.ReceiptPrinted | ev.ReceiptUnconfirmed):
        form = event.form
    told = replace(session, receipt=state, printer_state=why, receipt_form=form)
    return told, papers.journal_of(event)


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
