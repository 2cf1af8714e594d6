"""The pictures of printers that want paper, and of papers that come from the other one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kiosk.diagnosis import of_printer
from kiosk.flow.session import ReceiptState, Session, Step
from kiosk.flow.staff_state import PinFor, StaffPanel, StaffStep
from kiosk.ports.printer import PaperForm, PrinterState
from kiosk.readiness import PortName, Report
from kiosk.texts import Texts


def staff_and_paper(
    empty: Session, panel: StaffPanel, found: Report, texts: Texts
) -> Iterator[tuple[str, Session]]:
    """Yield the screens of who puts in paper: the names of pictures, and their sessions."""
    roll = f"26.4 m, 88; {texts.say('left.roll', n=12)}"
    tray = f"{texts.say('left.used', n=243)}; {texts.say('left.sheets', n=7)}; Black Toner 75 %"
    printers = (
        of_printer(PrinterState.PAPER_LOW, texts, roll),
        of_printer(PrinterState.PAPER_LOW, texts, tray, PortName.OFFICE_PRINTER),
    )
    by_hand = tuple(replace(part, is_refilled_by_hand=True) for part in printers)
    others = tuple(part for part in found.ports if part.port is not PortName.PRINTER)
    report = replace(found, ports=(*by_hand, *others))
    shown = replace(panel, report=report)
    for step in (StaffStep.MAINTENANCE, StaffStep.ON_DUTY):
        told = replace(shown, step=step)
        yield f"staff-paper-{step}", replace(empty, staff=told)
        asked = replace(told, refilling=PortName.PRINTER)
        yield f"staff-paper-{step}-asked", replace(empty, staff=asked)
    typing = replace(shown, step=StaffStep.VOLUNTEER_PIN, refilling=PortName.PRINTER)
    yield "staff-paper-pin", replace(empty, staff=replace(typing, pin_for=PinFor.REFILL))
    yield "staff-sign-out-pin", replace(empty, staff=replace(typing, pin_for=PinFor.SIGN_OUT))


def on_sheets(received: Session) -> Iterator[tuple[str, Session]]:
    """Yield the screens of a receipt that came as a sheet."""
    sheet = replace(received, step=Step.RECEIVED, receipt_form=PaperForm.A4)
    for state in (ReceiptState.PRINTED, ReceiptState.UNCONFIRMED):
        yield f"received-sheet-{state}", replace(sheet, receipt=state)
