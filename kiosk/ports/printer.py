"""Paper: what is to be printed, as data, and what a printer can answer.

The words are composed by `kiosk.papers`; `printing/` knows only how blocks are laid out and how
bytes reach a printer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


class TextSize(StrEnum):
    """Sizes on paper, by meaning; the layout gives them millimetres."""

    SMALL = "small"
    BODY = "body"
    LARGE = "large"
    HUGE = "huge"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, wrapped to the paper's width."""

    text: str
    size: TextSize = TextSize.BODY
    is_bold: bool = False
    is_centred: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A name with its value, the value set bold: "Received at" · "20 November 2026, 9:52"."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class NumberGroups:
    """A number in speakable groups, as large as the paper allows, on one line."""

    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step of "what happens next"."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code (ISO/IEC 18004, level M) of `content`, centred."""

    content: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to bring or to do, with a box to tick by hand."""

    text: str


@dataclass(frozen=True, slots=True)
class SealPlace:
    """Room for a seal stamped by hand, at the right, with lines in it: who seals, the date."""

    lines: tuple[str, ...]
    code: str = ""
    """A QR code at its left, as `QrCode` has it; on a narrow paper above it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Band:
    """White on black across the paper: "SIMULATED DEVICE - NOT VALID"."""

    text: str


Block = Line | Fact | NumberGroups | Step | Tick | QrCode | SealPlace | Rule | Band


class PaperForm(StrEnum):
    """What a paper is made for."""

    SLIP = "slip"
    """A roll, as wide as the printer's; one page as long as needed."""
    A4 = "a4"
    """Sheets of ISO 216, as many as needed."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: blocks from top to bottom. `job_id` is unique per print, so that a job can't be
    finished twice.
    """

    job_id: str
    title: str
    language: str
    blocks: tuple[Block, ...]
    form: PaperForm = PaperForm.SLIP
    is_large: bool = False
    """In large print."""
    missing_note: str = ""
    """Printed at the end if a character had to be printed as 〓: what that means."""


class PrinterState(StrEnum):
    """What the printer says of itself."""

    READY = "ready"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    JAM = "jam"
    """Paper is stuck in it."""
    PAUSED = "paused"
    """Its queue was stopped and takes or prints nothing."""
    CUTTER = "cutter"
    """The cutter is stuck."""
    OVERHEATED = "overheated"
    """The head is too hot; it goes on by itself once it has cooled down."""
    OFFLINE = "offline"
    """It takes no jobs and does not say why: somebody holds its button, or switched it off line."""
    UNSUPPORTED_FORMAT = "unsupported_format"
    """It takes papers in no form that the kiosk makes."""
    FAULT = "fault"
    """Head, power, or anything else that needs a technician."""
    UNREACHABLE = "unreachable"
    CANT_TELL = "cant_tell"
    """Reachable but silent about its state: never taken for ready."""


@dataclass(frozen=True, slots=True)
class Printed:
    """The printer confirmed that the paper is out."""


@dataclass(frozen=True, slots=True)
class PrintUnconfirmed:
    """Everything was sent and the printer did not say whether it printed: never printed again by
    itself.
    """

    may_follow: bool = False
    """It stopped, and what it holds may still come out once somebody mends it."""


@dataclass(frozen=True, slots=True)
class PrintFailed:
    """No usable paper came out, and why."""

    state: PrinterState
    may_follow: bool = False
    """The printer did not say that it forgot what it had got: a part of it may still come out."""


PrintAnswer = Printed | PrintUnconfirmed | PrintFailed


class Printer(Protocol):
    """A receipt printer used from one thread; it is opened per job, so that others may use it in
    between.
    """

    def print_paper(self, paper: Paper, timeout_s: float) -> PrintAnswer:
        """Print one slip and say what is known of it afterwards.

        Args:
            paper: What to print.
            timeout_s: Upper limit for the whole call, 5 to 60.
        """

    def state(self, timeout_s: float) -> PrinterState:
        """Ask the printer how it is.

        Args:
            timeout_s: Upper limit for the whole call, 0.2 to 10.
        """

    def close(self) -> None:
        """Let go of the printer; may be called twice, never raises."""


@runtime_checkable
class Misset(Protocol):
    """Stands for a printer that the settings describe wrongly; it prints nothing."""

    def misset(self) -> str:
        """Return what is wrong, and what to do."""


@runtime_checkable
class CountsPaper(Protocol):
    """A printer that knows how much paper went through it."""

    def paper_used_mm(self) -> int:
        """Return how much since it was opened, torn papers too."""


@runtime_checkable
class CountsSheets(Protocol):
    """A printer that knows how many sheets went through it."""

    def sheets_used(self) -> int:
        """Return how many since it was opened, those that may have come out too."""


@dataclass(frozen=True, slots=True)
class Supply:
    """Something that a printer uses up beside paper: toner, ink, a drum."""

    name: str
    """As the printer calls it."""
    percent: int | None
    """How much is left, 0 to 100; None: it only says that it is little."""
    is_low: bool


@runtime_checkable
class TellsSupplies(Protocol):
    """A printer that knows what is left of what it prints with."""

    def supplies(self, timeout_s: float) -> tuple[Supply, ...]:
        """Return what it tells, in its order; nothing where it does not say.

        Args:
            timeout_s: Upper limit for the whole call, 0.2 to 10.
        """
