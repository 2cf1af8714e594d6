"""ESC/POS in bytes: what is sent to a receipt printer, and what its answers mean.

Pure; the way there is in `escpos_tcp.py`. Papers are sent as pictures (GS v 0): no code page, any
character, the same dots as the PDF. Command names and bits are those of Epson's ESC/POS command
reference, which the clones follow as far as they go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kiosk.ports.printer import PrinterState
from printing.media import DOTS_PER_INCH
from printing.raster import Raster

INITIALISE = b"\x1b@"
"""ESC @."""
UNITS_ARE_DOTS = bytes((0x1D, 0x50, round(DOTS_PER_INCH), round(DOTS_PER_INCH)))
"""GS P: without it ESC J feeds half dots on some models."""
CUT = b"\x1dVB\x00"
"""GS V 66 0: feeds to the cutter, then cuts all but one point, so that the slip does not fall."""
CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 8, obeyed even when offline: what was sent is not printed once the paper is back."""

BAND_ROWS = 256
"""Rows in one GS v 0: small buffers of clones take no more."""
LEAST_FEED = 8
"""Blank rows from which feeding is worth a command: a millimetre, less than between two lines."""

STATUS_KINDS = (1, 2, 3, 4)
"""Printer, offline cause, error cause, paper."""

_OFFLINE = 0x08  # n = 1
_COVER_OPEN, _STOPPED_BY_PAPER_END, _ERROR = 0x04, 0x20, 0x40  # n = 2
_NEAR_END, _PAPER_END = 0x0C, 0x60  # n = 4
_ASB_COVER_OPEN = 0x20  # first byte of an automatic status
_ASB_PAPER_END = 0x0C  # third byte


@dataclass(frozen=True, slots=True)
class Job:
    """The bytes of one slip; the printer answers `receipt` when it has printed and cut them."""

    data: bytes
    receipt: bytes


@dataclass(frozen=True, slots=True)
class StatusByte:
    """The answer to DLE EOT."""

    bits: int


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
    """The answer to CLEAR_BUFFERS."""


Reply = StatusByte | AutomaticStatus | ProcessDone | BuffersCleared


def encode(raster: Raster, job_id: str) -> Job:
    """Return the bytes that print the picture, cut it off and ask for a receipt.

    Blank rows are fed instead of sent, and blank bytes at the right are left out: about half
    remains of an ordinary slip.
    """
    receipt = _receipt_for(job_id)
    parts = [INITIALISE, UNITS_ARE_DOTS, *_picture(raster), CUT]
    # GS ( H, function 48: sets the id that is sent back when this point is reached.
    parts.append(b"\x1d(H\x06\x0000" + receipt)
    return Job(b"".join(parts), receipt)


def status_request(kind: int) -> bytes:
    """Return DLE EOT n: answered at once, even offline, but never to be sent inside a command."""
    return bytes((0x10, 0x04, kind))


def state_from(answers: Mapping[int, int]) -> PrinterState:
    """Return what the answers to DLE EOT 1 to 4 say together, the worst first.

    Args:
        answers: Kind of request to the byte that came back. With one of them missing, good news is
            not believed.
    """
    offline_cause, paper = answers.get(2, 0), answers.get(4, 0)
    if offline_cause & _COVER_OPEN:
        return PrinterState.COVER_OPEN
    if paper & _PAPER_END or offline_cause & _STOPPED_BY_PAPER_END:
        return PrinterState.PAPER_OUT
    # Any error of n = 3 stops the printer; that bit of n = 2 says only that there is one.
    if offline_cause & _ERROR or answers.get(3, 0) & 0x6C or answers.get(1, 0) & _OFFLINE:
        return PrinterState.FAULT
    if any(kind not in answers for kind in STATUS_KINDS):
        return PrinterState.CANT_TELL
    return PrinterState.PAPER_LOW if paper & _NEAR_END else PrinterState.READY


class ReplyReader:
    """Splits what a printer says into replies, whatever pieces it comes in.

    Automatic status is told from asked-for status by its fixed bits; bytes with no meaning are
    skipped.
    """

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[Reply]:
        """Take in bytes and return the replies that are complete."""
        self._pending += data
        return list(self._complete())

    def _complete(self) -> Iterator[Reply]:
        pending = self._pending
        while pending:
            first = pending[0]
            if first == 0x37:
                end = pending.find(0)
                if end < 0:
                    return
                body = bytes(pending[1:end])
                del pending[: end + 1]
                if body[:1] == b"\x22":
                    yield ProcessDone(body[1:])
                elif body[:1] == b"\x25":
                    yield BuffersCleared()
            elif first & 0x93 == 0x10:
                if len(pending) < 4:
                    return
                status = bytes(pending[:4])
                del pending[:4]
                yield AutomaticStatus(_state_from_automatic(status))
            else:
                del pending[0]
                if first & 0x93 == 0x12:
                    yield StatusByte(first)


def _state_from_automatic(status: bytes) -> PrinterState:
    if status[0] & _ASB_COVER_OPEN:
        return PrinterState.COVER_OPEN
    if status[2] & _ASB_PAPER_END:
        return PrinterState.PAPER_OUT
    if status[0] & _OFFLINE or status[1] & 0x6C:
        return PrinterState.FAULT
    return PrinterState.PAPER_LOW if status[2] & 0x03 else PrinterState.READY


def _receipt_for(job_id: str) -> bytes:
    # Four bytes of 32 to 126 are allowed; these tell one job from the one before it.
    digest = hashlib.sha256(job_id.encode()).digest()
    return bytes(33 + byte % 94 for byte in digest[:4])


def _picture(raster: Raster) -> Iterator[bytes]:
    packed = np.frombuffer(raster.rows, np.uint8).reshape(raster.height, -1)
    is_inked = np.asarray(packed.any(axis=1))
    row = 0
    while row < raster.height:
        inked = np.flatnonzero(is_inked[row:])
        blank = int(inked[0]) if inked.size else raster.height - row
        if blank >= LEAST_FEED or not inked.size:
            yield from _feeds(blank)
            row += blank
            continue
        end = _end_of_band(is_inked, row + blank, raster.height)
        end = min(end, row + BAND_ROWS)
        band = packed[row:end]
        columns = np.flatnonzero(band.any(axis=0))
        width = int(columns[-1]) + 1 if columns.size else 1
        header = bytes((0x1D, 0x76, 0x30, 0, width, 0))
        yield header + (end - row).to_bytes(2, "little") + band[:, :width].tobytes()
        row = end


def _end_of_band(is_inked: npt.NDArray[np.bool_], start: int, height: int) -> int:
    """Return where, from `start`, the next long blank stretch begins."""
    blanks = 0
    for row in range(start, height):
        blanks = 0 if is_inked[row] else blanks + 1
        if blanks == LEAST_FEED:
            return row + 1 - LEAST_FEED
    return height - blanks if blanks else height


def _feeds(rows: int) -> Iterator[bytes]:
    while rows:
        step = min(rows, 255)
        yield bytes((0x1B, 0x4A, step))
        rows -= step
