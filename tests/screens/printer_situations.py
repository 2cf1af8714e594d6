"""Every situation of who puts in paper, and of papers that come as sheets or not any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.flow.paper_state import AskedSlip, ReceiptState, Slip
from kiosk.flow.session import Sealed, StatusItem, Step
from kiosk.flow.staff_state import PinFor, StaffPanel, StaffStep
from kiosk.ports.printer import PaperForm
from kiosk.readiness import Health, PortName, PortReport, Report
from tests.screens.places import NOW, moment

PRINTERS = (
    PortReport(
        PortName.PRINTER,
        Health.WARNING,
        "paper_low",
        "The paper is nearly used up. (26.4 m, 88; paper for about 12 receipts)",
        "Have a new roll ready, or put it in now.",
        is_refilled_by_hand=True,
    ),
    PortReport(
        PortName.OFFICE_PRINTER,
        Health.READY,
        "ready",
        "The office printer is ready. (243 sheets used; about 7 sheets left; Black Toner 75 %)",
        is_refilled_by_hand=True,
    ),
)


def _panel(
    step: StaffStep, refilling: PortName | None = None, pin_for: PinFor | None = None
) -> dict[str, Any]:
    report = Report(NOW, PRINTERS, (), (("doorstep", "0.1.0"),), ())
    panel = StaffPanel(step, moment(), "v1", report=report, refilling=refilling, pin_for=pin_for)
    return {"staff": panel}


def printer_situations(sealed: Sealed, item: StatusItem) -> dict[str, tuple[Step, dict[str, Any]]]:
    """Return them, about an application that was received, and about one that was found."""
    received = {"sealed": sealed, "receipt": ReceiptState.PRINTED}
    found: dict[str, Any] = {"person": None, "service_id": ""}
    acknowledgement = AskedSlip(Slip.ACKNOWLEDGEMENT, sealed.app_id, ReceiptState.PRINTED)
    enough = replace(item, slips=tuple((slip, 3) for slip in Slip))
    return {
        "maintenance, new paper": (Step.HOME, _panel(StaffStep.MAINTENANCE)),
        "maintenance, new roll?": (Step.HOME, _panel(StaffStep.MAINTENANCE, PortName.PRINTER)),
        "on duty, new paper": (Step.QUESTION, _panel(StaffStep.ON_DUTY)),
        "on duty, tray filled?": (
            Step.QUESTION,
            _panel(StaffStep.ON_DUTY, PortName.OFFICE_PRINTER),
        ),
        "PIN for the tray": (
            Step.QUESTION,
            _panel(StaffStep.VOLUNTEER_PIN, PortName.OFFICE_PRINTER, PinFor.REFILL),
        ),
        "PIN to sign out": (Step.HOME, _panel(StaffStep.VOLUNTEER_PIN, pin_for=PinFor.SIGN_OUT)),
        **{
            f"received on a sheet, {state}": (
                Step.RECEIVED,
                received | {"receipt": state, "receipt_form": PaperForm.A4},
            )
            for state in (ReceiptState.PRINTED, ReceiptState.UNCONFIRMED)
        },
        "received, acknowledgement on a sheet": (
            Step.RECEIVED,
            received | {"slip": replace(acknowledgement, form=PaperForm.A4, copies=1)},
        ),
        "received, last acknowledgement": (
            Step.RECEIVED,
            received | {"slip": replace(acknowledgement, copies=3)},
        ),
        "papers, enough slips": (Step.STATUS_PAPERS, found | {"status_items": (enough,)}),
        "papers, slip withheld": (
            Step.STATUS_PAPERS,
            found
            | {
                "status_items": (enough,),
                "slip": AskedSlip(
                    Slip.PROGRESS, item.app_id, ReceiptState.NOT_PRINTED, is_withheld=True
                ),
            },
        ),
        "guide, list withheld": (
            Step.GUIDE,
            {
                "person": None,
                "slip": AskedSlip(
                    Slip.BRING_LIST, None, ReceiptState.NOT_PRINTED, is_withheld=True
                ),
            },
        ),
    }
