"""Papers by a button: of an application handed in before, of a service, for who needs help.

A receipt is printed once by itself and then only for who asks, as often as the rules of the site
let; whether the last one came out is asked before another is printed. The other slips about an
application have an end, too; of one that nobody may have more of, the button says so.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain import AppId
from kiosk.flow import events as ev
from kiosk.flow.effects import (
    Effect,
    JournalEvent,
    KeepPaperWord,
    PrintReceipt,
    PrintSlip,
    WriteJournal,
)
from kiosk.flow.moves import Advanced, go, stay
from kiosk.flow.paper_state import AskedSlip, ReceiptState, Slip
from kiosk.flow.papers_wanted import open_papers
from kiosk.flow.session import Overlay, Session, StatusItem, Step
from kiosk.flow.world import World
from kiosk.ports.printer import PrinterState
from kiosk.shown_papers import PaperShown

Told = ev.ReceiptPrinted | ev.ReceiptUnconfirmed | ev.ReceiptFailed | ev.ReceiptWithheld
"""What may be told of a receipt."""

_OF_FOUND = frozenset({Slip.RECEIPT, Slip.PROGRESS, Slip.MISSING, Slip.ACKNOWLEDGEMENT})


def everywhere(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer what is told of papers by a button, and the help slip, which lies over any step."""
    match event:
        case ev.SlipTold():
            return _slip_told(session, event)
        case ev.SlipAsked(slip=Slip.HELP) if is_offered(session, Slip.HELP, None, world):
            return print_slip(session, AskedSlip(Slip.HELP), world)
        case (
            ev.ReceiptPrinted()
            | ev.ReceiptUnconfirmed()
            | ev.ReceiptFailed()
            | ev.ReceiptWithheld()
        ) if _found(session, event.app_id) is not None:
            return _receipt_told(session, event)
        case _:
            return None


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer the buttons for papers; None: not one of these."""
    match session.step, event:
        case Step.STATUS_SHOWN, ev.PapersChosen(at) if may_have_papers(session, world):
            return go(session, Step.STATUS_PAPERS, at), ()
        case Step.STATUS_PAPERS, ev.WentBack(at):
            return go(session, Step.STATUS_SHOWN, at), ()
        case Step.STATUS_PAPERS, ev.SlipAsked(_, Slip.RECEIPT, app_id):
            return _receipt(session, app_id, world)
        case Step.STATUS_PAPERS, ev.PaperConfirmed(_, app_id):
            return _confirmed(session, app_id)
        case Step.STATUS_PAPERS, ev.PaperMissed(_, app_id):
            return _missed(session, app_id, world)
        case _, ev.SlipAsked(_, slip, app_id) if is_offered(session, slip, app_id, world):
            return print_slip(session, AskedSlip(slip, app_id), world)
        case _:
            return None


def settled(session: Session) -> Session:
    """Return the session without a slip that its screen does not speak of any more; one that is
    being printed is remembered as long as the visit lasts.
    """
    slip = session.slip
    if slip is None or _is_shown(session, slip):
        return session
    if session.is_visit and is_printing(session):
        return session
    return replace(session, slip=None)


def is_printing(session: Session) -> bool:
    """Say whether a slip is on its way: no other is ordered meanwhile."""
    return session.slip is not None and session.slip.state is ReceiptState.PRINTING


def may_have_papers(session: Session, world: World) -> bool:
    """Say whether there is anything to print of what was found, and to print it with."""
    return world.has_printer and any(item.app_id is not None for item in session.status_items)


def may_copy(copies: int, session: Session, world: World) -> bool:
    """Say whether one more receipt may be printed; with somebody on duty beside, always."""
    return copies < world.rules.receipts_most or session.helper is not None


def has_enough(session: Session, slip: Slip, app_id: AppId | None, world: World) -> bool:
    """Say whether residents had as many of a slip as they get by themselves."""
    if app_id is None or session.helper is not None:
        return False
    return _count(session, slip, app_id) >= world.rules.slips_most


def is_offered(session: Session, slip: Slip, app_id: AppId | None, world: World) -> bool:
    """Say whether a slip other than the receipt is offered where the visit stands."""
    is_there = world.has_acknowledgement if slip is Slip.ACKNOWLEDGEMENT else world.has_printer
    if not is_there:
        return False
    if slip is Slip.HELP:
        return session.overlay is Overlay.HELP
    match session.step:
        case Step.GUIDE:
            return slip is Slip.BRING_LIST
        case Step.PAPERS_MISSING:
            return slip is Slip.MISSING and app_id is None and bool(missing_now(session, world))
        case Step.RECEIVED if slip in {Slip.ACKNOWLEDGEMENT, Slip.MISSING}:
            is_own = session.sealed is not None and session.sealed.app_id == app_id
            return is_own and (slip is not Slip.MISSING or bool(missing_now(session, world)))
        case Step.STATUS_PAPERS if slip in _OF_FOUND - {Slip.RECEIPT}:
            item = _found(session, app_id)
            is_wanted = slip is not Slip.MISSING or is_missing(item)
            return item is not None and has_words(item, world) and is_wanted
        case _:
            return False


def has_words(item: StatusItem, world: World) -> bool:
    """Say whether there is anything to print of: a service that is not offered any more is known
    by its id alone.
    """
    return world.service(item.service_id) is not None


def is_missing(item: StatusItem | None) -> bool:
    """Say whether the office named what it still needs."""
    return item is not None and item.office_state == "more_needed" and item.office_words != ""


def missing_now(session: Session, world: World) -> tuple[PaperShown, ...]:
    """Return the papers that the office waits for, without their pages, as far as a visit at hand
    knows them: on the list before it is handed in, and once it is.
    """
    match session.step:
        case Step.PAPERS_MISSING:
            return tuple(replace(it, pages=()) for it in open_papers(session, world))
        case Step.RECEIVED | Step.STOPPED:
            return session.papers.open
        case _:
            return ()


def print_slip(session: Session, asked: AskedSlip, world: World) -> Advanced:
    """Order a slip, unless another one is not out yet."""
    if is_printing(session):
        return session, ()
    before = _count(session, asked.slip, asked.app_id)
    if has_enough(session, asked.slip, asked.app_id, world):
        enough = replace(asked, state=ReceiptState.NOT_PRINTED, is_withheld=True, copies=before)
        return replace(session, slip=enough), ()
    display = session.display
    order = PrintSlip(
        session.session_id,
        asked.slip,
        display.language,
        display.wants_large_print,
        asked.app_id,
        session.service_id,
        world.duty.name if world.duty is not None and asked.slip is Slip.HELP else "",
        is_staff_there=session.helper is not None,
        missing=missing_now(session, world) if asked.slip in {Slip.MISSING, Slip.DRAFT} else (),
    )
    asked = replace(asked, copies=before)
    if asked.slip is not Slip.ACKNOWLEDGEMENT or not before:
        return replace(session, slip=asked), (order,)
    helped = ("helped", "yes" if session.helper else "no")
    fields = (("slip", asked.slip.value), ("copy", str(before + 1)), helped)
    return replace(session, slip=asked), (order, WriteJournal(JournalEvent.SLIP_COPIED, fields))


def _slip_told(session: Session, event: ev.SlipTold) -> Advanced:
    item, sealed = _found(session, event.app_id), session.sealed
    if item is not None:
        session = _with_item(session, replace(item, slips=_counted(item.slips, event)))
    elif sealed is not None and sealed.app_id == event.app_id:
        session = replace(session, sealed=replace(sealed, slips=_counted(sealed.slips, event)))
    return stay(session, slip=_after(session.slip, event))


def _counted(
    slips: tuple[tuple[Slip, int], ...], event: ev.SlipTold
) -> tuple[tuple[Slip, int], ...]:
    return tuple((dict(slips) | {event.slip: event.copies}).items())


def _after(slip: AskedSlip | None, event: ev.SlipTold) -> AskedSlip | None:
    is_it = slip is not None and (slip.slip, slip.app_id) == (event.slip, event.app_id)
    if slip is None or not is_it or slip.state is not ReceiptState.PRINTING:
        return slip
    return replace(
        slip,
        state=event.state,
        printer_state=event.printer_state,
        is_withheld=event.is_withheld,
        copies=event.copies,
        form=event.form,
    )


def _count(session: Session, slip: Slip, app_id: AppId | None) -> int:
    """Return how many of a slip are counted, as far as it was told in this visit."""
    item, asked, sealed = _found(session, app_id), session.slip, session.sealed
    of_item = 0 if item is None else item.count_of(slip)
    if sealed is not None and sealed.app_id == app_id:
        of_item = dict(sealed.slips).get(slip, 0)
    is_it = asked is not None and (asked.slip, asked.app_id) == (slip, app_id)
    return max(of_item, asked.copies) if asked is not None and is_it else of_item


def _receipt(session: Session, app_id: AppId | None, world: World) -> Advanced:
    """Print a receipt that was asked for, unless it is not known whether the last one came out."""
    item = _found(session, app_id)
    if item is None or item.receipt in {ReceiptState.PRINTING, ReceiptState.UNCONFIRMED}:
        return session, ()
    return _print_receipt(session, item, world)


def _print_receipt(session: Session, item: StatusItem, world: World) -> Advanced:
    if item.app_id is None or not has_words(item, world):
        return session, ()
    if is_printing(session) or not may_copy(item.copies, session, world):
        return session, ()
    printing = _with_item(session, replace(item, receipt=ReceiptState.PRINTING))
    asked = AskedSlip(Slip.RECEIPT, item.app_id)
    return replace(printing, slip=asked), asked_receipt(session, item.app_id, item.copies)


def asked_receipt(session: Session, app_id: AppId, copies: int) -> tuple[Effect, ...]:
    """Return the order for a receipt that somebody asked for; one more than one is written down."""
    display = session.display
    order = PrintReceipt(
        session.session_id,
        app_id,
        display.language,
        display.wants_large_print,
        is_asked=True,
        is_staff_there=session.helper is not None,
    )
    if not copies:
        return (order,)
    fields = (("copy", str(copies + 1)), ("helped", "yes" if session.helper else "no"))
    return (order, WriteJournal(JournalEvent.RECEIPT_COPIED, fields))


def _confirmed(session: Session, app_id: AppId | None) -> Advanced:
    item = _found(session, app_id)
    if item is None or item.app_id is None or item.receipt is not ReceiptState.UNCONFIRMED:
        return session, ()
    known = _with_item(session, replace(item, receipt=ReceiptState.PRINTED))
    return replace(known, slip=None), (KeepPaperWord(item.app_id, came_out=True),)


def _missed(session: Session, app_id: AppId, world: World) -> Advanced:
    """Print another one for who says that none came out, as far as that is let."""
    item = _found(session, app_id)
    if item is None or item.receipt is not ReceiptState.UNCONFIRMED:
        return session, ()
    missed = replace(item, receipt=ReceiptState.FAILED)
    session, effects = _print_receipt(_with_item(session, missed), missed, world)
    return session, (KeepPaperWord(app_id, came_out=False), *effects)


def _receipt_told(session: Session, event: Told) -> Advanced:
    item = _found(session, event.app_id)
    if item is None:
        return session, ()
    state, why = state_told(event)
    session = _with_item(session, replace(item, receipt=state, copies=event.copies))
    slip = session.slip
    if slip is not None and (slip.slip, slip.app_id) == (Slip.RECEIPT, event.app_id):
        session = replace(session, slip=replace(slip, state=state, printer_state=why))
    return session, journal_of(event)


def state_told(event: Told) -> tuple[ReceiptState, PrinterState | None]:
    """Return what an answer says of the paper, and of the printer."""
    match event:
        case ev.ReceiptPrinted():
            return ReceiptState.PRINTED, None
        case ev.ReceiptUnconfirmed():
            return ReceiptState.UNCONFIRMED, None
        case ev.ReceiptFailed(_, _, why):
            return ReceiptState.FAILED, why
        case ev.ReceiptWithheld(_, _, _, state):
            return state, None


def journal_of(event: Told) -> tuple[Effect, ...]:
    """Return the line for the journal, if there is one: a paper that failed."""
    if not isinstance(event, ev.ReceiptFailed):
        return ()
    state = outcome_words(event.state)
    return (WriteJournal(JournalEvent.RECEIPT_FAILED, (("state", state),)),)


def outcome_words(state: PrinterState | None) -> str:
    """Return the word of the journal for why no paper came out."""
    return "not_made" if state is None else state.value


def _found(session: Session, app_id: AppId | None) -> StatusItem | None:
    if app_id is None:
        return None
    return next((item for item in session.status_items if item.app_id == app_id), None)


def _with_item(session: Session, item: StatusItem) -> Session:
    items = tuple(item if it.app_id == item.app_id else it for it in session.status_items)
    return replace(session, status_items=items)


def _is_shown(session: Session, slip: AskedSlip) -> bool:
    match slip.slip:
        case Slip.HELP:
            return session.overlay is Overlay.HELP
        case Slip.BRING_LIST:
            return session.step is Step.GUIDE
        case Slip.DRAFT:
            return session.step is Step.STOPPED
        case Slip.ACKNOWLEDGEMENT | Slip.MISSING if session.step is Step.RECEIVED:
            return slip.app_id is not None
        case Slip.MISSING if session.step is Step.PAPERS_MISSING:
            return slip.app_id is None
        case _:
            return session.step is Step.STATUS_PAPERS
