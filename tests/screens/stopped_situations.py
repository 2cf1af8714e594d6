"""Every situation of who stopped midway and waits for a slip."""

from __future__ import annotations

from typing import Any

from kiosk.flow.paper_state import AskedSlip, ReceiptState, Slip
from kiosk.flow.session import Step
from kiosk.ports.printer import PrinterState

STOPPED: dict[str, tuple[Step, dict[str, Any]]] = {
    f"stopped, {state}": (
        Step.STOPPED,
        {
            "person": None,
            "identity": None,
            "slip": AskedSlip(Slip.DRAFT, None, state, PrinterState.COVER_OPEN),
        },
    )
    for state in ReceiptState
    if state is not ReceiptState.NOT_PRINTED  # of a slip that was asked for, something is known
}
