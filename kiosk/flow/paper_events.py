"""What residents touch about papers, and what is told of a paper."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.clock import Moment
from kiosk.domain import AppId
from kiosk.flow.paper_state import ReceiptState, Slip
from kiosk.flow.touch import Touch
from kiosk.ports.printer import PaperForm, PrinterState


@dataclass(frozen=True, slots=True)
class ReprintAsked(Touch):
    """Print the receipt once more; where it was asked whether it came out: no, print again."""


@dataclass(frozen=True, slots=True)
class PaperConfirmed(Touch):
    """The resident says that the paper came out; `app_id` None means the receipt at hand."""

    app_id: AppId | None = None


@dataclass(frozen=True, slots=True)
class PaperMissed(Touch):
    """The resident says that a receipt of before did not come out."""

    app_id: AppId


@dataclass(frozen=True, slots=True)
class PapersChosen(Touch):
    """Show which papers there are of the applications that were found."""


@dataclass(frozen=True, slots=True)
class SlipAsked(Touch):
    """Print this paper; `app_id` None means that it is about no application."""

    slip: Slip
    app_id: AppId | None = None


@dataclass(frozen=True, slots=True)
class ReceiptPrinted:
    """The printer confirmed the paper; `app_id` None: of no application."""

    at: Moment
    session_id: str
    app_id: AppId | None = None
    copies: int = 1
    """How many receipts came out by now, or may have come out."""
    form: PaperForm = PaperForm.SLIP
    """Whether it came from the roll or as a sheet."""


@dataclass(frozen=True, slots=True)
class ReceiptUnconfirmed:
    """Sent, and the printer does not say whether it printed."""

    at: Moment
    session_id: str
    app_id: AppId | None = None
    copies: int = 1
    form: PaperForm = PaperForm.SLIP


@dataclass(frozen=True, slots=True)
class ReceiptFailed:
    """No paper. `state` is what the printer says; None: the paper could not be made, and no printer
    was asked.
    """

    at: Moment
    session_id: str
    state: PrinterState | None
    app_id: AppId | None = None
    copies: int = 0


@dataclass(frozen=True, slots=True)
class ReceiptWithheld:
    """It was not printed: there are as many copies as there may be, or it was there already."""

    at: Moment
    session_id: str
    app_id: AppId
    state: ReceiptState
    """Of the last paper."""
    copies: int


@dataclass(frozen=True, slots=True)
class SlipTold:
    """How a slip went; `state` is PRINTED, UNCONFIRMED or FAILED."""

    at: Moment
    session_id: str
    slip: Slip
    app_id: AppId | None
    state: ReceiptState
    printer_state: PrinterState | None = None
    """Why it failed; None: it did not, or it could not be made and no printer was asked."""
    is_withheld: bool = False
    """None was printed: there are enough of it; `state` says nothing then."""
    copies: int = 0
    """How many of it are counted by now."""
    form: PaperForm = PaperForm.SLIP
