"""Finding out at install what a printer answers, and which profile fits; nothing is printed."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from printing.escpos import ASK_FULL_STATUS, CLEAR_BUFFERS, INITIALISE, status_request
from printing.escpos_answers import (
    BuffersCleared,
    FullStatus,
    ProcessDone,
    StatusByte,
)
from printing.escpos_talk import Talk
from printing.printer_lines import Line
from printing.printer_profiles import (
    GENERIC,
    Confirmation,
    PrinterProfile,
    StatusDialect,
)

LISTEN_S = 0.7
"""How long each answer is waited for."""
_PROCESS_ID = b"HALO"
_IN_FULL = PrinterProfile(status=StatusDialect.FULL)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a printer answered."""

    asks: tuple[int, ...]
    """Which of DLE EOT 1 to 4."""
    has_full_status: bool
    """DLE EOT 20."""
    says_done: bool
    """GS ( H."""
    clears: bool
    """DLE DC4 8."""

    @property
    def status(self) -> StatusDialect:
        """The dialect in which it tells most."""
        if self.has_full_status:
            return StatusDialect.FULL
        return StatusDialect.EOT if self.asks else StatusDialect.NONE

    @property
    def confirms(self) -> Confirmation:
        """How it can say that a paper is done; that it sees its mouth is only likely."""
        if self.says_done:
            return Confirmation.PROCESS_ID
        return Confirmation.TICKET if self.has_full_status else Confirmation.NONE


def probe(line: Line) -> Abilities:
    """Ask a printer that is idle and ready everything that a profile is about.

    Raises:
        OSError: It can't be reached, or the line broke.
    """
    asks = tuple(
        kind
        for kind in GENERIC.asks
        if any(isinstance(it, StatusByte) for it in _heard(line, status_request(kind), GENERIC))
    )
    full = _heard(line, ASK_FULL_STATUS, _IN_FULL)
    done = _heard(line, INITIALISE + b"\x1d(H\x06\x0000" + _PROCESS_ID, GENERIC)
    cleared = _heard(line, CLEAR_BUFFERS, GENERIC)
    return Abilities(
        asks,
        any(isinstance(it, FullStatus) for it in full),
        ProcessDone(_PROCESS_ID) in done,
        BuffersCleared() in cleared,
    )


def fitting(
    found: Abilities, dots: int, profiles: Iterable[PrinterProfile]
) -> list[PrinterProfile]:
    """Return the profiles that claim no more than the printer answered, the richest first.

    Args:
        found: What it answered.
        dots: How wide its paper is printed on.
        profiles: To choose from.
    """
    fit = [it for it in profiles if _claims_no_more(it, found) and _is_as_wide(it, dots)]
    return sorted(fit, key=lambda it: (-_claims(it), it.name))


def _heard(line: Line, question: bytes, profile: PrinterProfile) -> list[object]:
    # A connection each: what a printer makes of a question it does not know ends with it.
    deadline = time.monotonic() + LISTEN_S
    with Talk(line.open(deadline), profile) as talk:
        return list(talk.hear(question, deadline))


def _claims_no_more(profile: PrinterProfile, found: Abilities) -> bool:
    knows = {
        StatusDialect.EOT: set(profile.asks) <= set(found.asks),
        StatusDialect.FULL: found.has_full_status,
        StatusDialect.NONE: True,
    }[profile.status]
    if profile.confirms is Confirmation.PROCESS_ID and not found.says_done:
        return False
    return knows and (found.clears or not profile.clears)


def _is_as_wide(profile: PrinterProfile, dots: int) -> bool:
    return dots <= profile.dots - profile.left_dots < dots + 128


def _claims(profile: PrinterProfile) -> int:
    status = {StatusDialect.FULL: 5, StatusDialect.EOT: len(profile.asks), StatusDialect.NONE: 0}
    confirms = {Confirmation.PROCESS_ID: 8, Confirmation.TICKET: 4, Confirmation.NONE: 0}
    return status[profile.status] + confirms[profile.confirms] + profile.clears
