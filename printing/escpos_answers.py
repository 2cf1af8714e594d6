"""What a receipt printer answers, and what that means.

Bits are those of Epson's ESC/POS reference (DLE EOT, GS a, GS ( H) and of the manuals of Custom's
kiosk heads (DLE EOT 20), which the clones follow as far as they go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kiosk.ports.printer import PrinterState
from printing.printer_profiles import GENERIC, PrinterProfile, StatusDialect

_OFFLINE = 0x08  # n = 1
_COVER_OPEN, _STOPPED_BY_PAPER_END, _ERROR = 0x04, 0x20, 0x40  # n = 2
_CUTTER, _UNRECOVERABLE, _COOLS_DOWN, _ANY_ERROR = 0x08, 0x20, 0x40, 0x6C  # n = 3
_NEAR_END, _PAPER_END = 0x0C, 0x60  # n = 4
_ASB_COVER_OPEN = 0x20  # first byte of an automatic status
_ASB_NEAR_END, _ASB_PAPER_END = 0x03, 0x0C  # third byte
_FULL_MARK = b"\x10\x0f"
_FULL_BYTES = 6
_AUTOMATIC_BYTES = 4
_BLOCK, _DONE, _CLEARED = 0x37, b"\x22", b"\x25"
_DONE_BYTES = 5
"""After the mark of a block: what it is, and four bytes of ours."""
_FLOW_CONTROL = b"\x11\x13"
_PORT_PAPER_END, _PORT_NOT_ERROR = 0x20, 0x08


@dataclass(frozen=True, slots=True)
class StatusByte:
    """The answer to DLE EOT 1 to 4."""

    bits: int


@dataclass(frozen=True, slots=True)
class FullStatus:
    """The answer to DLE EOT 20."""

    state: PrinterState
    has_ticket: bool
    """A paper stands in the mouth."""
    is_busy: bool
    """It holds something that is to be printed, or moves paper."""


@dataclass(frozen=True, slots=True)
class AutomaticStatus:
    """Four bytes sent unasked (ASB) when the printer's state changes."""

    state: PrinterState


@dataclass(frozen=True, slots=True)
class ProcessDone:
    """The answer to GS ( H: everything before it is on paper."""

    receipt: bytes


@dataclass(frozen=True, slots=True)
class BuffersCleared:
    """The answer to DLE DC4 8."""


Reply = StatusByte | FullStatus | AutomaticStatus | ProcessDone | BuffersCleared


def state_from(answers: Mapping[int, int], profile: PrinterProfile = GENERIC) -> PrinterState:
    """Return what the answers to DLE EOT 1 to 4 say together, the worst first.

    Args:
        answers: Kind of request to the byte that came back. With one of them missing, good news is
            not believed.
        profile: Which of them the printer knows, and whether it has a sensor for little paper.
    """
    stopped = _stopped(answers)
    if stopped is not None:
        return stopped
    # Online and with paper: less than these two answers is no good news, whatever the model.
    if any(kind not in answers for kind in {1, 4, *profile.asks}):
        return PrinterState.CANT_TELL
    is_low = profile.has_near_end and answers[4] & _NEAR_END
    return PrinterState.PAPER_LOW if is_low else PrinterState.READY


def _stopped(answers: Mapping[int, int]) -> PrinterState | None:
    """Return what stopped the printer; None: nothing that it told of."""
    offline_cause, error, paper = answers.get(2, 0), answers.get(3, 0), answers.get(4, 0)
    if offline_cause & _COVER_OPEN:
        return PrinterState.COVER_OPEN
    if paper & _PAPER_END or offline_cause & _STOPPED_BY_PAPER_END:
        return PrinterState.PAPER_OUT
    if error & _CUTTER:
        return PrinterState.CUTTER
    if error & _COOLS_DOWN and not error & _UNRECOVERABLE:
        return PrinterState.OVERHEATED
    # Any error of n = 3 stops the printer; that bit of n = 2 says only that there is one.
    if offline_cause & _ERROR or error & _ANY_ERROR:
        return PrinterState.FAULT
    return PrinterState.OFFLINE if answers.get(1, 0) & _OFFLINE else None


def full_status(answer: bytes, profile: PrinterProfile = GENERIC) -> FullStatus:
    """Return what the six bytes say: paper, what the user did, errors that pass, and that stay."""
    paper, user, passing, lasting = answer[2:_FULL_BYTES]
    if user & 0x03:  # cover open, head lifted
        state = PrinterState.COVER_OPEN
    elif paper & 0x01:
        state = PrinterState.PAPER_OUT
    elif lasting & 0x03:
        state = PrinterState.CUTTER
    elif lasting or passing & 0x48:  # memories; supply voltage, jam
        state = PrinterState.FAULT
    elif passing & 0x01:
        state = PrinterState.OVERHEATED
    elif paper & 0x04 and profile.has_near_end:
        state = PrinterState.PAPER_LOW
    else:
        state = PrinterState.READY
    return FullStatus(state, bool(paper & 0x20), bool(user & 0x0C))


def state_from_port(bits: int) -> PrinterState:
    """Return what the USB port itself says of a printer that says nothing (LPGETSTATUS; USB printer
    class 1.1, 4.2.2): bad news at most, since many set the good bits whatever happens.
    """
    is_out = bits & _PORT_PAPER_END and bits & ~_PORT_PAPER_END
    return PrinterState.PAPER_OUT if is_out else PrinterState.CANT_TELL


class ReplyReader:
    """Splits what a printer says into replies, whatever pieces it comes in.

    Real-time answers come whenever they like, also in the middle of another reply's bytes. They are
    told apart by bit 4: every first byte of a status has it, and nothing else that is asked for
    here. Bytes with no meaning, and flow control that nobody took out, are skipped.
    """

    def __init__(self, profile: PrinterProfile = GENERIC) -> None:
        """Read in this printer's dialect."""
        self._profile = profile
        self._has_full = profile.status is StatusDialect.FULL
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[Reply]:
        """Take in bytes and return the replies that are complete."""
        # In the six bytes of a full status these two may be meant.
        self._pending += data if self._has_full else data.translate(None, _FLOW_CONTROL)
        return list(self._complete())

    def _complete(self) -> Iterator[Reply]:
        pending = self._pending
        at = 0
        """Where to look next: before it stands the beginning of a block."""
        while at < len(pending):
            byte = pending[at]
            if at and not byte:
                body = bytes(pending[1:at])
                del pending[: at + 1]
                at = 0
                if body[:1] == _DONE and len(body) == _DONE_BYTES:
                    yield ProcessDone(body[1:])
                elif body == _CLEARED:
                    yield BuffersCleared()
            elif at and byte == _BLOCK:  # the one before it was broken off
                del pending[:at]
                at = 0
            elif byte & 0x90 == 0x10 and byte != _BLOCK:
                length, reply = self._status(at)
                if len(pending) < at + length:
                    return
                del pending[at : at + length]
                if reply is not None:
                    yield reply
            elif (at or byte == _BLOCK) and at <= _DONE_BYTES and self._may_be_block(at):
                at += 1
            else:  # none of ours, or the block that seemed to begin is none
                del pending[0]
                at = 0

    def _may_be_block(self, at: int) -> bool:
        return at != 1 or bytes(self._pending[1:2]) in {_DONE, _CLEARED}

    def _status(self, at: int) -> tuple[int, Reply | None]:
        """Return how many bytes the status that begins there has, and what it says; None if it is
        not all there, or is none.
        """
        pending = self._pending
        first = pending[at]
        if first & 0x93 == 0x12:
            return 1, StatusByte(first)
        if first & 0x93 != 0x10:
            return 1, None
        if self._has_full and pending[at : at + 2] == _FULL_MARK[: len(pending) - at]:
            answer = bytes(pending[at : at + _FULL_BYTES])
            is_whole = len(answer) == _FULL_BYTES
            return _FULL_BYTES, full_status(answer, self._profile) if is_whole else None
        answer = bytes(pending[at : at + _AUTOMATIC_BYTES])
        if any(byte & 0x90 for byte in answer[1:]):  # these bits are never set behind the first
            return 1, None
        is_whole = len(answer) == _AUTOMATIC_BYTES
        return _AUTOMATIC_BYTES, self._automatic(answer) if is_whole else None

    def _automatic(self, status: bytes) -> AutomaticStatus:
        return AutomaticStatus(_state_from_automatic(status, self._profile))


def _state_from_automatic(status: bytes, profile: PrinterProfile) -> PrinterState:
    if status[0] & _ASB_COVER_OPEN:
        return PrinterState.COVER_OPEN
    if status[2] & _ASB_PAPER_END:
        return PrinterState.PAPER_OUT
    if status[1] & _CUTTER:
        return PrinterState.CUTTER
    if status[1] & _COOLS_DOWN and not status[1] & _UNRECOVERABLE:
        return PrinterState.OVERHEATED
    if status[1] & _ANY_ERROR:
        return PrinterState.FAULT
    if status[0] & _OFFLINE:
        return PrinterState.OFFLINE
    is_low = profile.has_near_end and status[2] & _ASB_NEAR_END
    return PrinterState.PAPER_LOW if is_low else PrinterState.READY
