"""Paper that was put in is told twice; a paper that nobody may have more of is not ordered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent
from kiosk.flow.paper_state import AskedSlip, ReceiptState, Slip
from kiosk.flow.session import StaffPanel, StaffStep, Step
from kiosk.flow.staff_effects import LookAtPaper, RefillPaper
from kiosk.flow.staff_events import RefillAsked, RefillConfirmed, RefillDropped
from kiosk.ports.printer import PaperForm, PrinterState
from kiosk.readiness import Health, PortName, PortReport, Report
from tests.support.builders import A_VOLUNTEER, a_sealed, a_status
from tests.support.walk import Walk

ROLL, TRAY = PortName.PRINTER, PortName.OFFICE_PRINTER
OURS = a_sealed().app_id
MOST = Walk().world.rules.slips_most


def a_report(*by_hand: PortName) -> Report:
    """Return what was found: both printers, these with paper that is counted."""
    ports = tuple(
        PortReport(port, Health.READY, "ready", "", is_refilled_by_hand=port in by_hand)
        for port in (ROLL, TRAY)
    )
    return Report(Walk().clock.now().at, ports, (), (), ())


def at_staff(step: StaffStep) -> Walk:
    """Return a walk to that screen of the staff, with both printers reported on."""
    walk = Walk()
    walk.to_staff(step)
    walk.on(ev.ReportMade, a_report(ROLL, TRAY))
    return walk


def panel_of(walk: Walk) -> StaffPanel:
    """Return the staff's panel."""
    panel = walk.now().staff
    assert panel is not None
    return panel


@pytest.mark.parametrize(
    ("step", "who"), [(StaffStep.MAINTENANCE, "technician"), (StaffStep.ON_DUTY, "v-7")]
)
@pytest.mark.parametrize("port", [ROLL, TRAY])
def test_new_paper_is_counted_once_it_was_said_twice(
    step: StaffStep, who: str, port: PortName
) -> None:
    """By a technician, and by a volunteer, who stands beside the machine; one count each."""
    walk = at_staff(step)
    assert walk.on(RefillAsked, port) == ()
    assert panel_of(walk).refilling is port
    line = ef.WriteJournal(JournalEvent.PAPER_REFILLED, (("part", port.value), ("staff", who)))
    assert walk.on(RefillConfirmed) == (RefillPaper(port), line)
    assert panel_of(walk).refilling is None
    assert walk.on(RefillConfirmed) == ()


@pytest.mark.parametrize("step", [StaffStep.MAINTENANCE, StaffStep.ON_DUTY])
def test_what_was_touched_by_mistake_counts_nothing(step: StaffStep) -> None:
    """They say no, or go away."""
    walk = at_staff(step)
    walk.on(RefillAsked, ROLL)
    assert walk.on(RefillDropped) == ()
    assert walk.on(RefillConfirmed) == ()
    walk.on(RefillAsked, ROLL)
    walk.on(ev.StaffDoorClosed)
    assert walk.all(RefillPaper) == []


def test_a_printer_that_does_not_count_is_not_asked_about() -> None:
    """Nor one that nobody has reported on yet."""
    walk = Walk()
    walk.to_staff(StaffStep.MAINTENANCE)
    walk.on(RefillAsked, ROLL)
    walk.on(ev.ReportMade, a_report(TRAY))
    walk.on(RefillAsked, ROLL)
    assert walk.on(RefillConfirmed) == ()


def test_residents_and_who_only_opened_the_door_count_nothing() -> None:
    """Somebody has to be on duty, or the technician."""
    for step in (None, StaffStep.DOOR, StaffStep.VOLUNTEER_PIN):
        walk = Walk()
        if step is not None:
            walk.to_staff(step)
        for kind, *told in ((RefillAsked, ROLL), (RefillConfirmed,)):
            walk.on(kind, *told)
        assert walk.all(RefillPaper) == []


@pytest.mark.parametrize("port", [ROLL, TRAY])
def test_whoever_touches_the_name_on_duty_counts_nothing(port: PortName) -> None:
    """Saying yes, they are asked for the PIN; with it the paper is counted, without it not."""
    walk = at_staff(StaffStep.ON_DUTY)
    walk.on(ev.WentBack)
    walk.on(ev.StaffChosen, A_VOLUNTEER.staff_id)
    walk.on(ev.ReportMade, a_report(ROLL, TRAY))
    assert walk.on(RefillConfirmed) == ()
    assert walk.staff_step == StaffStep.ON_DUTY
    walk.on(RefillAsked, port)
    assert walk.on(RefillConfirmed) == ()
    assert walk.staff_step == StaffStep.VOLUNTEER_PIN
    walk.on(ev.WentBack)
    assert (walk.staff_step, panel_of(walk).refilling) == (StaffStep.ON_DUTY, None)
    walk.on(RefillAsked, port)
    walk.on(RefillConfirmed)
    walk.on(ev.PinTyped, "270418")
    counted, line = walk.on(ev.PinAccepted, A_VOLUNTEER)
    assert (counted, walk.staff_step) == (RefillPaper(port), StaffStep.ON_DUTY)
    fields = (("part", port.value), ("staff", A_VOLUNTEER.staff_id))
    assert line == ef.WriteJournal(JournalEvent.PAPER_REFILLED, fields)
    walk.on(RefillAsked, port)
    assert walk.on(RefillConfirmed)[0] == RefillPaper(port)  # the PIN was typed just now


def test_the_printers_are_asked_when_somebody_is_on_duty() -> None:
    """Also when they come back to their screen: how much is left is told there."""
    walk = at_staff(StaffStep.ON_DUTY)
    assert walk.all(LookAtPaper) == [LookAtPaper()]
    walk.on(ev.WentBack)
    walk.on(ev.StaffChosen, A_VOLUNTEER.staff_id)
    assert walk.all(LookAtPaper) == [LookAtPaper()] * 2


def at_papers(*counted: tuple[Slip, int]) -> Walk:
    """Return a visit that found one application, before its papers."""
    walk = Walk()
    walk.world = replace(walk.world, has_acknowledgement=True)
    walk.to_status()
    walk.on(ev.StatusByNumberChosen)
    walk.on(ev.StatusTyped, "3702 0001 K7", "7K4MPQ")
    walk.answer(ev.StatusFound, (replace(a_status(), app_id=OURS, slips=counted),), "")
    walk.on(ev.PapersChosen)
    assert walk.step == Step.STATUS_PAPERS
    return walk


def test_a_slip_of_which_there_are_enough_is_not_ordered() -> None:
    """The button says so; of another slip there may still be some, and beside staff of all."""
    walk = at_papers((Slip.ACKNOWLEDGEMENT, MOST))
    assert walk.on(ev.SlipAsked, Slip.ACKNOWLEDGEMENT, OURS) == ()
    slip = walk.now().slip
    assert slip == AskedSlip(
        Slip.ACKNOWLEDGEMENT, OURS, ReceiptState.NOT_PRINTED, is_withheld=True, copies=MOST
    )
    assert len(walk.on(ev.SlipAsked, Slip.PROGRESS, OURS)) == 1
    walk.answer(ev.SlipTold, Slip.PROGRESS, OURS, ReceiptState.PRINTED)
    walk.session = replace(walk.session, helper=A_VOLUNTEER)
    order, line = walk.on(ev.SlipAsked, Slip.ACKNOWLEDGEMENT, OURS)
    assert isinstance(order, ef.PrintSlip)
    assert order.is_staff_there
    fields = (("slip", "acknowledgement"), ("copy", str(MOST + 1)), ("helped", "yes"))
    assert line == ef.WriteJournal(JournalEvent.SLIP_COPIED, fields)


def test_what_was_printed_in_this_visit_counts_too() -> None:
    """As the paper's lane tells it, which knows what is durable."""
    walk = at_papers((Slip.ACKNOWLEDGEMENT, MOST - 1))
    walk.on(ev.SlipAsked, Slip.ACKNOWLEDGEMENT, OURS)
    told = (Slip.ACKNOWLEDGEMENT, OURS, ReceiptState.PRINTED, None, False, MOST, PaperForm.A4)
    walk.answer(ev.SlipTold, *told)
    slip = walk.now().slip
    assert slip is not None
    assert (slip.copies, slip.form) == (MOST, PaperForm.A4)
    assert walk.on(ev.SlipAsked, Slip.ACKNOWLEDGEMENT, OURS) == ()
    walk.on(ev.SlipAsked, Slip.PROGRESS, OURS)
    walk.answer(ev.SlipTold, Slip.PROGRESS, OURS, ReceiptState.FAILED, PrinterState.JAM)
    assert walk.on(ev.SlipAsked, Slip.ACKNOWLEDGEMENT, OURS) == ()


def test_of_what_was_just_handed_in_the_count_outlasts_another_slip() -> None:
    """Whom to call was printed meanwhile: there are enough all the same, and a copy is noted."""
    walk = Walk()
    walk.world = replace(walk.world, has_acknowledgement=True)
    walk.to(Step.RECEIVED)
    sealed = walk.now().sealed
    assert sealed is not None
    own = sealed.app_id
    for copies in (MOST - 1, MOST):
        walk.on(ev.SlipAsked, Slip.ACKNOWLEDGEMENT, own)
        printed = (ReceiptState.PRINTED, None, False, copies)
        walk.answer(ev.SlipTold, Slip.ACKNOWLEDGEMENT, own, *printed)
        walk.on(ev.HelpAsked)
        walk.on(ev.SlipAsked, Slip.HELP)
        walk.answer(ev.SlipTold, Slip.HELP, None, ReceiptState.PRINTED)
        walk.on(ev.HelpAnswered)
    copied = [it for it in walk.all(ef.WriteJournal) if it.event is JournalEvent.SLIP_COPIED]
    assert [dict(it.fields)["copy"] for it in copied] == [str(MOST)]
    assert walk.on(ev.SlipAsked, Slip.ACKNOWLEDGEMENT, own) == ()
    slip = walk.now().slip
    assert slip is not None
    assert slip.is_withheld


def test_a_slip_that_was_withheld_after_its_visit_is_no_late_paper() -> None:
    """Nothing came out."""
    walk = Walk()
    told = ev.SlipTold(
        walk.clock.now(), "of before", Slip.PROGRESS, OURS, ReceiptState.NOT_PRINTED, None, True
    )
    assert walk.on(lambda _: told) == ()
    assert walk.overlay == "none"


def test_where_the_receipt_lies_is_kept_with_it() -> None:
    """Who is to take a sheet is not sent to the slot."""
    walk = Walk().to(Step.RECEIVED)
    walk.answer(ev.ReceiptPrinted, OURS, 1, PaperForm.A4)
    assert walk.now().receipt_form is PaperForm.A4
    walk.on(ev.ReprintAsked)
    walk.answer(ev.ReceiptUnconfirmed, OURS, 2, PaperForm.SLIP)
    assert walk.now().receipt_form is PaperForm.SLIP
