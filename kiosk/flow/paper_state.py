"""Papers as the flow knows them: which there are, and what is known of one that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain import AppId
from kiosk.ports.printer import PaperForm, PrinterState


class ReceiptState(StrEnum):
    """What is known of the paper."""

    NOT_PRINTED = "not_printed"
    PRINTING = "printing"
    PRINTED = "printed"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"


class Slip(StrEnum):
    """A paper that a resident can have by a button."""

    RECEIPT = "receipt"
    """Of an application that was handed in before: counted, and limited."""
    PROGRESS = "progress"
    """How an application stands."""
    MISSING = "missing"
    """What the office still needs: in its own words, or what a visit found to be missing."""
    ACKNOWLEDGEMENT = "acknowledgement"
    """On A4, where an office printer is configured."""
    BRING_LIST = "bring_list"
    """What to bring for a service; no visit comes of it."""
    DRAFT = "draft"
    """For who stops midway: nothing was kept, what to bring, how to begin again."""
    HELP = "help"
    """Whom to call, and what to say."""


@dataclass(frozen=True, slots=True)
class AskedSlip:
    """A paper that was asked for, and how it goes."""

    slip: Slip
    app_id: AppId | None = None
    """The application that it is about; None: none."""
    state: ReceiptState = ReceiptState.PRINTING
    printer_state: PrinterState | None = None
    """Why it failed, as far as the printer says; None: it could not be made."""
    is_withheld: bool = False
    """There are enough of it: none was printed, and only somebody on duty can have more."""
    copies: int = 0
    """How many of it are counted by now, as far as the paper's lane said."""
    form: PaperForm = PaperForm.SLIP
    """Whether it came from the roll or as a sheet."""
