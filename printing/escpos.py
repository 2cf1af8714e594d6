"""ESC/POS in bytes: what is sent to a receipt printer.

Pure; what it answers is in `escpos_answers`, the way there in `printer_lines`. Papers are sent as
pictures (GS v 0): no code page, any character, the same dots as the PDF. Command names are those
of Epson's ESC/POS command reference, which the clones follow as far as they go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from printing.media import DOTS_PER_INCH
from printing.printer_profiles import GENERIC, Confirmation, PrinterProfile
from printing.raster import Raster

INITIALISE = b"\x1b@"
"""ESC @."""
UNITS_ARE_DOTS = bytes((0x1D, 0x50, round(DOTS_PER_INCH), round(DOTS_PER_INCH)))
"""GS P: without it ESC J feeds half dots on some models."""
CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 8, obeyed even when offline: what was sent is not printed once the paper is back."""
ASK_FULL_STATUS = b"\x10\x04\x14"
"""DLE EOT 20."""

LEAST_FEED = 8
"""Blank rows from which feeding is worth a command: a millimetre, less than between two lines."""
_RECEIPT_BYTES = bytes(byte for byte in range(32, 127) if not byte & 0x10)
"""Of what GS ( H allows, that which is no status: one may come in the middle of a receipt."""
LEAST_BAND_ROWS = 4
"""Fewer rows in a command would have the paper stop and go."""
LEAST_SLOW_ROWS = 8
HEADER_BYTES = 8
"""What another command costs."""


@dataclass(frozen=True, slots=True)
class Job:
    """The bytes of one slip, and what the printer is asked to send back on the way."""

    data: bytes
    rows: int
    """How long the paper is, in dots."""
    inked_bytes: int
    """With fewer of them than this the picture is not whole."""
    longest: int
    """Bytes of the longest command: so many end whichever was broken off."""
    begun: bytes
    """Sent back at the beginning by a printer that confirms at all; b"": not asked for."""
    drawn: bytes
    """Sent back once the picture is on paper, not cut yet."""
    done: bytes
    """Sent back once it is cut and handed out."""


def encode(
    raster: Raster,
    job_id: str,
    profile: PrinterProfile = GENERIC,
    *,
    band_bytes: int | None = None,
) -> Job:
    """Return the bytes that print the picture, cut it off and ask for receipts.

    Blank rows are fed instead of sent, and blank bytes at the right are left out: less than half
    remains of an ordinary slip.

    Args:
        raster: The picture.
        job_id: Tells the receipts of one job from another's.
        profile: The printer's own ways.
        band_bytes: How long one command may be on a slow line; None: as long as the printer takes.
    """
    begun, drawn, done = _receipts_for(job_id, profile)
    parts = [INITIALISE, UNITS_ARE_DOTS, *_asking(begun)]
    if profile.left_dots:
        parts.append(b"\x1dL" + profile.left_dots.to_bytes(2, "little"))  # GS L
    rows = profile.band_rows
    if band_bytes is not None:
        rows = max(LEAST_SLOW_ROWS, min(rows, band_bytes // (raster.width // 8)))
    picture = list(_picture(raster, rows))
    inked = [index for index, part in enumerate(picture) if part[:2] == b"\x1dv"]
    parts += picture[: inked[-1] + 1] if inked else []
    inked_bytes = sum(map(len, parts))
    parts += picture[inked[-1] + 1 :] if inked else picture
    parts += [*_asking(drawn), *_feeds(profile.cut_feed), profile.cut, profile.present]
    parts += _asking(done)
    longest = max(map(len, parts))
    return Job(
        b"".join(parts),
        rows=raster.height + profile.cut_feed,
        inked_bytes=inked_bytes,
        longest=longest,
        begun=begun,
        drawn=drawn,
        done=done,
    )


def status_request(kind: int) -> bytes:
    """Return DLE EOT n: answered at once, even offline, but never to be sent inside a command."""
    return bytes((0x10, 0x04, kind))


def cut_off(profile: PrinterProfile = GENERIC) -> bytes:
    """Return what cuts off a paper that was not finished, so that it is not the next one's head."""
    return b"".join(
        (INITIALISE, UNITS_ARE_DOTS, *_feeds(profile.cut_feed), profile.cut, profile.present)
    )


def _asking(receipt: bytes) -> list[bytes]:
    # GS ( H, function 48: sets the id that is sent back when this point is reached.
    return [b"\x1d(H\x06\x0000" + receipt] if receipt else []


def _receipts_for(job_id: str, profile: PrinterProfile) -> tuple[bytes, bytes, bytes]:
    if profile.confirms is not Confirmation.PROCESS_ID:
        return b"", b"", b""
    # These tell one job from the one before it.
    digest = hashlib.sha256(job_id.encode()).digest()
    stem = bytes(_RECEIPT_BYTES[byte % len(_RECEIPT_BYTES)] for byte in digest[:3])
    return stem + b"A", stem + b"B", stem + b"C"


def _picture(raster: Raster, band_rows: int) -> Iterator[bytes]:
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
        for first, last, width in _bands(packed[row:end], band_rows):
            header = bytes((0x1D, 0x76, 0x30, 0)) + width.to_bytes(2, "little")
            band = packed[row + first : row + last, :width]
            yield header + (last - first).to_bytes(2, "little") + band.tobytes()
        row = end


def _bands(packed: npt.NDArray[np.uint8], most_rows: int) -> Iterator[tuple[int, int, int]]:
    """Yield first row, row after the last, and bytes in a row that are not blank to the right: the
    division that takes the fewest bytes.

    Each band is as wide as its widest row and costs a header, and none is shorter than
    `LEAST_BAND_ROWS` unless all of it is.
    """
    height = len(packed)
    inked = packed != 0
    widths = np.where(inked.any(axis=1), packed.shape[1] - inked[:, ::-1].argmax(axis=1), 1)
    least = min(LEAST_BAND_ROWS, height)
    cost = np.full(height + 1, np.iinfo(np.int64).max // 2, np.int64)
    cost[0] = 0
    starts = np.zeros(height + 1, np.int64)
    for end in range(least, height + 1):
        first = max(0, end - most_rows)
        # Of every band that ends here: how wide it is, beginning ever earlier.
        widest = np.maximum.accumulate(widths[first:end][::-1])[::-1][: end - least + 1 - first]
        taken = cost[first : end - least + 1] + widest * np.arange(end - first, least - 1, -1)
        best = int(taken.argmin())
        cost[end], starts[end] = taken[best] + HEADER_BYTES, first + best
    ends = [height]
    while starts[ends[-1]]:
        ends.append(int(starts[ends[-1]]))
    first = 0
    for end in reversed(ends):
        yield first, end, int(widths[first:end].max())
        first = end


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
