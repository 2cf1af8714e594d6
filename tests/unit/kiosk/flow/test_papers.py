"""Papers by a button: the receipt of before, and the slips that are not counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain import AppId
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent
from kiosk.flow.paper_state import AskedSlip, ReceiptState, Slip
from kiosk.flow.session import Overlay, StatusItem, Step
from kiosk.ports.printer import PrinterState
from tests.support.builders import A_VOLUNTEER, a_sealed, a_status
from tests.support.walk import Walk

OURS = a_sealed().app_id
OTHER = AppId("019aa0b0-0000-7000-8000-00000000000f")
ZH = Walk().now().display.language


def at_papers(receipt: ReceiptState = ReceiptState.NOT_PRINTED, copies: int = 0) -> Walk:
    """Return a visit that found one application, before its papers."""
    walk = Walk().to_status()
    walk.on(ev.StatusByNumberChosen)
    walk.on(ev.StatusTyped, "3702 0001 K7", "7K4MPQ")
    item = replace(a_status(), app_id=OURS, receipt=receipt, copies=copies)
    walk.answer(ev.StatusFound, (item,), "")
    walk.on(ev.PapersChosen)
    assert walk.step == Step.STATUS_PAPERS
    return walk


def item_of(walk: Walk) -> StatusItem:
    """Return what is known of the application."""
    (item,) = walk.now().status_items
    return item


def an_order(*, is_staff_there: bool = False) -> ef.PrintReceipt:
    """Return the order for a receipt by a button."""
    return ef.PrintReceipt("s-1", OURS, ZH, is_asked=True, is_staff_there=is_staff_there)


def test_a_receipt_that_never_came_out_is_printed_when_its_owner_returns() -> None:
    """Nothing is printed by itself, however the page is come to; one touch prints one."""
    walk = at_papers()
    assert walk.all(ef.PrintReceipt) == []
    assert walk.on(ev.SlipAsked, Slip.RECEIPT, OURS) == (an_order(),)
    assert walk.on(ev.SlipAsked, Slip.RECEIPT, OURS) == ()
    walk.answer(ev.ReceiptPrinted, OURS, 1)
    assert (item_of(walk).receipt, item_of(walk).copies) == (ReceiptState.PRINTED, 1)


def test_copies_are_limited_and_somebody_on_duty_is_not() -> None:
    """Each is written down; the visit of before counts, too."""
    walk = at_papers(ReceiptState.PRINTED, copies=2)
    order, line = walk.on(ev.SlipAsked, Slip.RECEIPT, OURS)
    assert order == an_order()
    assert isinstance(line, ef.WriteJournal)
    assert (line.event, line.fields[0]) == (JournalEvent.RECEIPT_COPIED, ("copy", "3"))
    walk.answer(ev.ReceiptPrinted, OURS, 3)
    assert walk.on(ev.SlipAsked, Slip.RECEIPT, OURS) == ()
    walk.session = replace(walk.session, helper=A_VOLUNTEER)
    order, _ = walk.on(ev.SlipAsked, Slip.RECEIPT, OURS)
    assert order == an_order(is_staff_there=True)


def test_whether_the_last_one_came_out_is_asked_first() -> None:
    """Neither button of the paper prints before that is answered."""
    walk = at_papers(ReceiptState.UNCONFIRMED, copies=1)
    assert walk.on(ev.SlipAsked, Slip.RECEIPT, OURS) == ()
    assert walk.on(ev.PaperConfirmed, OURS) == (ef.KeepPaperWord(OURS, came_out=True),)
    assert item_of(walk).receipt is ReceiptState.PRINTED
    assert walk.on(ev.PaperMissed, OURS) == ()
    walk = at_papers(ReceiptState.UNCONFIRMED, copies=1)
    word, order, _ = walk.on(ev.PaperMissed, OURS)
    assert word == ef.KeepPaperWord(OURS, came_out=False)
    assert order == an_order()
    walk = at_papers(ReceiptState.UNCONFIRMED, copies=3)
    assert walk.on(ev.PaperMissed, OURS) == (ef.KeepPaperWord(OURS, came_out=False),)
    assert item_of(walk).receipt is ReceiptState.FAILED


def test_what_becomes_of_it_stands_at_the_application() -> None:
    """Failed with why, uncertain, or withheld by the desk, which counts for itself."""
    walk = at_papers()
    walk.on(ev.SlipAsked, Slip.RECEIPT, OURS)
    walk.answer(ev.ReceiptFailed, PrinterState.COVER_OPEN, OURS, 0)
    assert item_of(walk).receipt is ReceiptState.FAILED
    assert walk.journal()[-1] is JournalEvent.RECEIPT_FAILED
    slip = walk.now().slip
    assert slip is not None
    assert slip.printer_state is PrinterState.COVER_OPEN
    walk.on(ev.SlipAsked, Slip.RECEIPT, OURS)
    walk.answer(ev.ReceiptUnconfirmed, OURS, 1)
    assert item_of(walk).receipt is ReceiptState.UNCONFIRMED
    walk = at_papers()
    walk.on(ev.SlipAsked, Slip.RECEIPT, OURS)
    walk.answer(ev.ReceiptWithheld, OURS, ReceiptState.PRINTED, 3)
    assert (item_of(walk).receipt, item_of(walk).copies) == (ReceiptState.PRINTED, 3)


def test_nothing_is_printed_of_what_was_not_found() -> None:
    """An application of somebody else has no button, and a touch for it does nothing."""
    walk = at_papers()
    for slip in Slip:
        assert walk.on(ev.SlipAsked, slip, OTHER) == ()
    assert walk.on(ev.PaperMissed, OTHER) == ()
    assert walk.on(ev.SlipAsked, Slip.RECEIPT) == ()
    walk.on(ev.WentBack)
    assert walk.on(ev.SlipAsked, Slip.PROGRESS, OURS) == ()


def test_slips_of_an_application_are_offered_as_they_make_sense() -> None:
    """How it stands always; what is missing where the office named it; sheets where they print."""
    walk = at_papers()
    order = ef.PrintSlip("s-1", Slip.PROGRESS, ZH, app_id=OURS)
    assert walk.on(ev.SlipAsked, Slip.PROGRESS, OURS) == (order,)
    assert walk.on(ev.SlipAsked, Slip.PROGRESS, OURS) == ()
    walk.answer(ev.SlipTold, Slip.PROGRESS, OURS, ReceiptState.PRINTED)
    assert walk.now().slip == AskedSlip(Slip.PROGRESS, OURS, ReceiptState.PRINTED)
    assert walk.on(ev.SlipAsked, Slip.MISSING, OURS) == ()
    assert walk.on(ev.SlipAsked, Slip.ACKNOWLEDGEMENT, OURS) == ()
    walk.world = replace(walk.world, has_acknowledgement=True)
    assert len(walk.on(ev.SlipAsked, Slip.ACKNOWLEDGEMENT, OURS)) == 1
    lacking = replace(item_of(walk), office_state="more_needed", office_words="A copy")
    walk.session = replace(walk.session, status_items=(lacking,), slip=None)
    assert len(walk.on(ev.SlipAsked, Slip.MISSING, OURS)) == 1


def test_what_to_bring_is_printed_before_anything_is_begun() -> None:
    """On the guide page alone; its answer says nothing of a receipt."""
    walk = Walk().to(Step.GUIDE)
    (order,) = walk.on(ev.SlipAsked, Slip.BRING_LIST)
    assert order == ef.PrintSlip("s-1", Slip.BRING_LIST, ZH, service_id="days_away")
    walk.on(ev.Continued)
    walk.on(ev.WentBack)
    assert walk.on(ev.SlipAsked, Slip.BRING_LIST) == (), "it is still being printed"
    walk.on(ev.Continued)
    walk.answer(ev.SlipTold, Slip.BRING_LIST, None, ReceiptState.PRINTED)
    assert walk.now().slip is None
    assert walk.on(ev.SlipAsked, Slip.BRING_LIST) == ()


def test_the_help_slip_lies_over_any_step_and_names_who_is_on_duty() -> None:
    """On Home too; whoever closes the help leaves nothing of it."""
    walk = Walk()
    walk.world = replace(walk.world, duty=A_VOLUNTEER)
    assert walk.on(ev.SlipAsked, Slip.HELP) == ()
    usual = walk.session
    walk.on(ev.HelpAsked)
    (order,) = walk.on(ev.SlipAsked, Slip.HELP)
    assert order == ef.PrintSlip("", Slip.HELP, ZH, on_duty=A_VOLUNTEER.name)
    walk.answer(ev.SlipTold, Slip.HELP, None, ReceiptState.FAILED, PrinterState.PAPER_OUT)
    slip = walk.now().slip
    assert slip is not None
    assert slip.printer_state is PrinterState.PAPER_OUT
    walk.on(ev.HelpAnswered)
    assert walk.session == replace(usual, last_touch_s=walk.session.last_touch_s)


def test_without_a_printer_nothing_is_offered() -> None:
    """A button that can never work is not there."""
    walk = at_papers()
    walk.world = replace(walk.world, has_printer=False)
    assert walk.on(ev.SlipAsked, Slip.PROGRESS, OURS) == ()
    walk = Walk()
    walk.world = replace(walk.world, has_printer=False)
    walk.on(ev.HelpAsked)
    assert walk.on(ev.SlipAsked, Slip.HELP) == ()


def test_a_sheet_of_ones_own_application_is_had_at_once() -> None:
    """After handing in, where there is an office printer; never somebody else's."""
    walk = Walk()
    walk.world = replace(walk.world, has_acknowledgement=True)
    walk.to(Step.RECEIVED)
    assert walk.on(ev.SlipAsked, Slip.ACKNOWLEDGEMENT, OTHER) == ()
    (order,) = walk.on(ev.SlipAsked, Slip.ACKNOWLEDGEMENT, OURS)
    assert isinstance(order, ef.PrintSlip)
    assert order.app_id == OURS
    assert walk.now().receipt is ReceiptState.PRINTING


def test_the_pages_of_papers_lead_back_and_end() -> None:
    """Back to what was found; the end forgets all of it."""
    walk = at_papers()
    walk.on(ev.WentBack)
    assert walk.step == Step.STATUS_SHOWN
    walk.on(ev.PapersChosen)
    walk.on(ev.Continued)
    assert (walk.step, walk.now().status_items) == (Step.HOME, ())


@pytest.mark.parametrize("slip", [Slip.PROGRESS, Slip.HELP])
def test_a_visit_is_held_while_its_slip_is_printed(slip: Slip) -> None:
    """Nobody is asked whether they are still there while they wait for paper."""
    walk = at_papers()
    if slip is Slip.HELP:
        walk.on(ev.HelpAsked)
    walk.on(ev.SlipAsked, slip, OURS if slip is Slip.PROGRESS else None)
    walk.wait(int(walk.world.rules.idle_s) + 1)
    assert walk.overlay != Overlay.STILL_THERE
