"""The pictures of papers by a button."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kiosk.domain import AppId
from kiosk.flow.paper_state import AskedSlip, ReceiptState, Slip
from kiosk.flow.session import Overlay, Session, StatusItem, Step
from kiosk.ports.printer import PrinterState


def paper_sessions(
    visit: Session, item: StatusItem, app_id: AppId
) -> Iterator[tuple[str, Session]]:
    """Yield the papers of what was found, and slips of guide and help: names, and sessions."""
    found = replace(item, app_id=app_id)
    papers = replace(visit, step=Step.STATUS_PAPERS, service_id="")

    def with_item(state: ReceiptState, copies: int) -> Session:
        return replace(papers, status_items=(replace(found, receipt=state, copies=copies),))

    yield "papers-later", with_item(ReceiptState.NOT_PRINTED, 0)
    yield "papers-asked", with_item(ReceiptState.UNCONFIRMED, 1)
    yield "papers-enough", with_item(ReceiptState.PRINTED, 3)
    offered = replace(with_item(ReceiptState.NOT_PRINTED, 0), step=Step.STATUS_SHOWN)
    yield "status_shown-no-receipt", offered
    guide = replace(visit, step=Step.GUIDE, slip=AskedSlip(Slip.BRING_LIST))
    yield "guide-printing", guide
    failed = AskedSlip(Slip.HELP, None, ReceiptState.FAILED, PrinterState.PAPER_OUT)
    yield "over-help-no-paper", replace(guide, overlay=Overlay.HELP, slip=failed)
