"""One receipt per application: what may be printed, and what is kept of how it went.

Pure. The flow asks the same before it orders; this is asked again of what is durable, so that an
order that comes twice prints once.
"""

from __future__ import annotations

from kiosk.flow.effects import PrintReceipt
from kiosk.flow.paper_state import ReceiptState
from kiosk.ports.printer import PrintAnswer, Printed, PrintFailed, PrintUnconfirmed
from kiosk.store.prints import PrintRecord


def may_print(order: PrintReceipt, record: PrintRecord, most: int) -> bool:
    """Say whether a receipt may be printed.

    Args:
        order: Who asks, and who stands beside.
        record: What is known of the papers so far.
        most: So many residents get by themselves, the first one included.
    """
    if not order.is_asked:
        return record == PrintRecord()
    return order.is_staff_there or record.copies < most


def to_keep(answer: PrintAnswer) -> tuple[ReceiptState, bool]:
    """Return what is kept of a paper, and whether it may lie somewhere: one of which a part may
    still come out is asked about when its owner returns.
    """
    match answer:
        case Printed():
            return ReceiptState.PRINTED, True
        case PrintUnconfirmed() | PrintFailed(may_follow=True):
            return ReceiptState.UNCONFIRMED, True
        case PrintFailed():
            return ReceiptState.FAILED, False
