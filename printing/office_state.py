"""What a printer's own words mean: `printer-state` and its reasons (RFC 8011, section 5.4.12).

Pure. Makers differ in how grave they call a reason (`-report`, `-warning`, `-error`), so only its
front counts. What CUPS adds about itself begins with `cups-`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from kiosk.ports.printer import PrinterState
from printing.ipp_message import Attribute, Tag, Value
from printing.trays import TRAY_ATTRIBUTES, feeds_a4

STATE_ATTRIBUTES = (
    "printer-state",
    "printer-state-reasons",
    "printer-state-message",
    "printer-is-accepting-jobs",
    "device-uri",
    *TRAY_ATTRIBUTES,
)

A4_ONCE = (
    Attribute("copies", Tag.INTEGER, (1,)),
    Attribute("media", Tag.KEYWORD, ("iso_a4_210x297mm",)),
)
"""What is asked of a job. Without a size some printers want the paper that is their default."""
_NO_PAPER_HERE = ("media-empty", "input-tray-missing")
"""Said of any tray, also of one that no sheet of ours would come from."""
_NEEDED = ("media-needed",)
"""The same (RFC 8011: "a tray has run out of media"), unless a job waits for it."""
# In this order: what people can mend comes before what only says that nothing goes on.
_MEANINGS = (
    (("media-jam",), PrinterState.JAM),
    (_NEEDED, PrinterState.PAPER_OUT),
    (_NO_PAPER_HERE, PrinterState.PAPER_OUT),
    (("cover-open", "door-open", "interlock-open"), PrinterState.COVER_OPEN),
    (("toner-empty", "marker-supply-empty", "fuser-", "output-area-full"), PrinterState.FAULT),
    (("spool-area-full", "output-tray-missing", "marker-waste-full"), PrinterState.FAULT),
    (("connecting-to-device", "timed-out", "offline", "shutdown"), PrinterState.UNREACHABLE),
    (("paused", "moving-to-paused"), PrinterState.PAUSED),
    (("media-low",), PrinterState.PAPER_LOW),
)
STOPPED = frozenset(
    {
        PrinterState.PAPER_OUT,
        PrinterState.JAM,
        PrinterState.COVER_OPEN,
        PrinterState.FAULT,
        PrinterState.PAUSED,
        PrinterState.UNREACHABLE,
    }
)
"""It prints nothing until somebody does something about it."""
_NOT_SURE = frozenset({"job-completed-with-errors", "queued-in-device"})
"""Completed, with a sheet missing perhaps, or handed on to a device that tells nothing (RFC 8011,
section 5.3.8)."""
_UNSUPPORTED = "unsupported-document-format"
"""Found out only when the job was begun (RFC 8011, section 5.3.8)."""
_OF_CUPS = "cups-"
_GONE = "The printer may not exist or is unavailable"
"""What CUPS says when it can't reach the printer; its reasons stay what they were then."""


class PrinterIs(IntEnum):
    """`printer-state` (RFC 8011, section 5.4.11)."""

    IDLE = 3
    PROCESSING = 4
    STOPPED = 5


class JobIs(IntEnum):
    """`job-state` (RFC 8011, section 5.3.7)."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9

    @property
    def is_over(self) -> bool:
        """Say whether nothing more happens to the job."""
        return self >= JobIs.CANCELED


@dataclass(frozen=True, slots=True)
class Job:
    """What is known of a job."""

    number: int
    state: JobIs
    sheets: int | None
    """Sheets that came out as far as the printer says; None: it does not say."""
    name: str = ""
    """As far as the printer tells it."""
    is_sure: bool = True
    """With "completed" it means that the paper is out, whole."""
    is_unsupported: bool = False
    """The printer gave it up because it can't read such a document."""
    never_began: bool = False
    """It came into the list and was never taken up; False also if the printer tells no times."""


def printer_state(attributes: Mapping[str, tuple[Value, ...]]) -> PrinterState:
    """Return what a printer or a queue says of itself; silence is CANT_TELL."""
    reasons = [it for it in attributes.get("printer-state-reasons", ()) if isinstance(it, str)]
    told = [it for it in reasons if it != "none" and not it.startswith(_OF_CUPS)]
    message = next(iter(attributes.get("printer-state-message", ())), "")
    if isinstance(message, str) and message.startswith(_GONE):
        return PrinterState.UNREACHABLE
    now = next(iter(attributes.get("printer-state", ())), None)
    if now != PrinterIs.STOPPED and feeds_a4(attributes):
        # Idle, it waits for no sheet of a job: it needs media for the tray that has run out.
        here = _NO_PAPER_HERE + (_NEEDED if now == PrinterIs.IDLE else ())
        told = ["media-low" if it.startswith(here) else it for it in told]
    for fronts, state in _MEANINGS:
        if any(reason.startswith(fronts) for reason in told):
            return state
    match now:
        case PrinterIs.IDLE | PrinterIs.PROCESSING:
            return PrinterState.READY
        case PrinterIs.STOPPED:
            return PrinterState.FAULT  # it says no reason that anybody here knows
        case _:
            return PrinterState.CANT_TELL


def is_closed(attributes: Mapping[str, tuple[Value, ...]]) -> bool:
    """Say whether a queue takes no jobs: somebody wants it so."""
    return next(iter(attributes.get("printer-is-accepting-jobs", ())), True) is False


def is_paused(attributes: Mapping[str, tuple[Value, ...]]) -> bool:
    """Say whether a queue was stopped, whatever else it says of the printer behind it."""
    reasons = attributes.get("printer-state-reasons", ())
    return any(it in {"paused", "moving-to-paused"} for it in reasons)


def job_from(attributes: Mapping[str, tuple[Value, ...]]) -> Job | None:
    """Return what is said of a job; None if it says too little to know it by."""
    number, state = _integer(attributes, "job-id"), _integer(attributes, "job-state")
    if number is None or state not in list(JobIs):
        return None
    counts = ("job-media-sheets-completed", "job-impressions-completed")
    told = [it for name in counts if (it := _integer(attributes, name)) is not None]
    reasons = set(attributes.get("job-state-reasons", ()))
    return Job(
        number,
        JobIs(state),
        max(told, default=None),
        name=first_text(attributes, "job-name"),
        is_sure=not reasons & _NOT_SURE,
        is_unsupported=state == JobIs.ABORTED and _UNSUPPORTED in reasons,
        # A printer that tells times tells "no value" of what has not happened; one that leaves it
        # out has said nothing.
        never_began=_integer(attributes, "time-at-creation") is not None
        and attributes.get("time-at-processing") == (),
    )


def first_text(attributes: Mapping[str, tuple[Value, ...]], name: str) -> str:
    """Return the first value of a text, "" without one."""
    value = next(iter(attributes.get(name, ())), "")
    return value if isinstance(value, str) else ""


def _integer(attributes: Mapping[str, tuple[Value, ...]], name: str) -> int | None:
    value = next(iter(attributes.get(name, ())), None)
    return value if type(value) is int else None  # true and false are no numbers
