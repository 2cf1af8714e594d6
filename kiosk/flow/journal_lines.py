"""What the journal of this machine records of visits, staff and papers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class JournalEvent(StrEnum):
    """What the journal of this machine records; never what somebody said."""

    VISIT_STARTED = "VISIT_STARTED"
    ANOTHER_STARTED = "ANOTHER_STARTED"
    VISIT_REFUSED = "VISIT_REFUSED"
    VISIT_ENDED = "VISIT_ENDED"
    VISIT_STOPPED = "VISIT_STOPPED"
    VISIT_TIMED_OUT = "VISIT_TIMED_OUT"
    CARD_UNREADABLE = "CARD_UNREADABLE"
    CARD_LEFT = "CARD_LEFT"
    LEFT_CARD_GONE = "LEFT_CARD_GONE"
    WITNESSED = "WITNESSED"
    PAPER_SEEN = "PAPER_SEEN"
    FACES_COMPARED = "FACES_COMPARED"
    CONSENT_REFUSED = "CONSENT_REFUSED"
    HELP_ASKED = "HELP_ASKED"
    HELP_ANSWERED = "HELP_ANSWERED"
    HELPER_JOINED = "HELPER_JOINED"
    SIGNED_IN = "SIGNED_IN"
    SIGNED_OUT = "SIGNED_OUT"
    PIN_REJECTED = "PIN_REJECTED"
    MAINTENANCE_OPENED = "MAINTENANCE_OPENED"
    MAINTENANCE_CLOSED = "MAINTENANCE_CLOSED"
    SEALING_FAILED = "SEALING_FAILED"
    RECEIPT_FAILED = "RECEIPT_FAILED"
    RECEIPT_COPIED = "RECEIPT_COPIED"
    SLIP_COPIED = "SLIP_COPIED"
    PAPER_LATE = "PAPER_LATE"
    PAPER_REFILLED = "PAPER_REFILLED"
    BROKE = "BROKE"


@dataclass(frozen=True, slots=True)
class WriteJournal:
    """Write one line to the machine's journal; `fields` never hold personal data."""

    event: JournalEvent
    fields: tuple[tuple[str, str], ...] = ()
