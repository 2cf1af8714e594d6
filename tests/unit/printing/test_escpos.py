"""ESC/POS in bytes, both ways."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kiosk.ports.printer import Paper, PrinterState
from printing.escpos import encode
from printing.escpos_answers import (
    AutomaticStatus,
    BuffersCleared,
    ProcessDone,
    Reply,
    ReplyReader,
    StatusByte,
    state_from,
)
from printing.layout import render_pdf
from printing.media import PaperWidth
from printing.printer_profiles import GENERIC
from printing.raster import Raster, rasterise
from tests.support.escpos_printer import EscposPrinter, Picture, command_length
from tests.support.papers import a_chinese_receipt, an_english_receipt

INTERLEAVED: list[Reply] = [
    StatusByte(0x12),
    AutomaticStatus(PrinterState.READY),
    ProcessDone(b"abcd"),
]
HEALTHY = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}


def raster_of(dots: Picture) -> Raster:
    """Return the picture as packed rows."""
    return Raster(dots.shape[1], dots.shape[0], np.packbits(dots, axis=1).tobytes())


def commands(data: bytes) -> list[bytes]:
    """Split a job into commands."""
    found = []
    while data:
        length = command_length(data)
        assert length is not None
        found.append(data[:length])
        data = data[length:]
    return found


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    """Draw pictures made of inked and blank stretches of all heights."""
    heights = draw(st.lists(st.tuples(st.booleans(), st.integers(1, 300)), min_size=1, max_size=5))
    parts = [
        draw(arrays.arrays(np.bool_, (1, 64))).repeat(height, axis=0)
        if is_inked
        else np.zeros((height, 64), np.bool_)
        for is_inked, height in heights
    ]
    return np.concatenate(parts)


@st.composite
def ragged_pictures(draw: st.DrawFn) -> Picture:
    """Draw pictures whose every row ends elsewhere, as writing does."""
    ends = draw(st.lists(st.integers(0, 64), min_size=1, max_size=80))
    return np.array([[at < end for at in range(64)] for end in ends], np.bool_)


@given(pictures() | ragged_pictures(), st.integers(8, 60), st.none() | st.integers(1, 400))
def test_what_is_encoded_is_what_is_printed(
    dots: Picture, band_rows: int, band_bytes: int | None
) -> None:
    """Fed blanks, bands and trimmed margins add up to the same picture, in commands that are no
    longer than the printer takes.
    """
    profile = replace(GENERIC, band_rows=band_rows)
    job = encode(raster_of(dots), "job", profile, band_bytes=band_bytes)
    printer = EscposPrinter(width_dots=64)
    with printer:
        printer.swallow(job.data)
    (slip,) = printer.slips
    assert slip.shape == dots.shape
    assert (slip == dots).all()
    assert not printer.unknown
    bands = [each for each in commands(job.data) if each[:2] == b"\x1dv"]
    assert max((int.from_bytes(it[6:8], "little") for it in bands), default=0) <= band_rows


@pytest.mark.parametrize("width", list(PaperWidth))
@pytest.mark.parametrize("paper", [a_chinese_receipt(), an_english_receipt()])
def test_a_receipt_is_less_than_half_of_its_picture(paper: Paper, width: PaperWidth) -> None:
    """Blank rows and what is blank at the right are not sent."""
    raster = rasterise(render_pdf(paper, width))
    assert len(encode(raster, "job").data) < 0.49 * len(raster.rows)


def test_a_job_begins_fresh_and_ends_with_cut_and_question() -> None:
    """Nothing of an earlier job lasts, and the question comes after everything else."""
    job = encode(raster_of(np.ones((10, 64), np.bool_)), "job")
    first, _, begun, *_, drawn, cut, done = commands(job.data)
    assert first == b"\x1b@"
    assert cut == b"\x1dVB\x00"
    assert [it[7:] for it in (begun, drawn, done)] == [job.begun, job.drawn, job.done]


def test_jobs_have_receipts_of_their_own() -> None:
    """An answer to one job is not taken for the next one's; every byte is one that is allowed."""
    jobs = [encode(raster_of(np.ones((1, 8), np.bool_)), f"job-{n}") for n in range(99)]
    receipts = {receipt for job in jobs for receipt in (job.begun, job.drawn, job.done)}
    assert len(receipts) == 3 * 99
    assert all(32 <= byte <= 126 for receipt in receipts for byte in receipt)
    # No byte of them can be taken for a status that comes in between.
    assert not any(byte & 0x10 for receipt in receipts for byte in receipt)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        (HEALTHY, PrinterState.READY),
        (HEALTHY | {1: 0x16}, PrinterState.READY),
        (HEALTHY | {4: 0x1E}, PrinterState.PAPER_LOW),
        (HEALTHY | {1: 0x1A, 2: 0x32, 4: 0x7E}, PrinterState.PAPER_OUT),
        (HEALTHY | {4: 0x72}, PrinterState.PAPER_OUT),
        (HEALTHY | {1: 0x1A, 2: 0x16}, PrinterState.COVER_OPEN),
        (HEALTHY | {1: 0x1A, 2: 0x36, 4: 0x7E}, PrinterState.COVER_OPEN),
        (HEALTHY | {1: 0x1A, 2: 0x52, 3: 0x1A}, PrinterState.CUTTER),
        (HEALTHY | {3: 0x32}, PrinterState.FAULT),
        (HEALTHY | {3: 0x52}, PrinterState.OVERHEATED),
        (HEALTHY | {3: 0x72}, PrinterState.FAULT),
        (HEALTHY | {1: 0x1A}, PrinterState.OFFLINE),
        ({}, PrinterState.CANT_TELL),
        ({1: 0x12, 2: 0x12, 3: 0x12}, PrinterState.CANT_TELL),
        ({1: 0x1A, 2: 0x16}, PrinterState.COVER_OPEN),
    ],
)
def test_status_bytes_have_meanings(answers: dict[int, int], state: PrinterState) -> None:
    """The worst that is said counts, and nothing good is believed on half an answer."""
    assert state_from(answers) is state


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (b"\x10\x00\x00\x0f", PrinterState.READY),
        (b"\x10\x00\x03\x0f", PrinterState.PAPER_LOW),
        (b"\x18\x00\x0f\x0f", PrinterState.PAPER_OUT),
        (b"\x38\x00\x00\x0f", PrinterState.COVER_OPEN),
        (b"\x18\x08\x00\x0f", PrinterState.CUTTER),
        (b"\x18\x40\x00\x0f", PrinterState.OVERHEATED),
        (b"\x18\x20\x00\x0f", PrinterState.FAULT),
        (b"\x18\x00\x00\x0f", PrinterState.OFFLINE),
    ],
)
def test_automatic_status_has_meanings(status: bytes, state: PrinterState) -> None:
    """The four bytes that come unasked say the same things."""
    assert ReplyReader().feed(status) == [AutomaticStatus(state)]


@given(st.lists(st.integers(1, 6), max_size=20))
def test_replies_are_found_in_whatever_pieces_they_come(sizes: list[int]) -> None:
    """TCP cuts where it likes; automatic status, answers and noise are told apart."""
    pieces: list[tuple[bytes, list[Reply]]] = [
        (b"\x12", [StatusByte(0x12)]),
        (b"\x10\x00\x00\x0f", [AutomaticStatus(PrinterState.READY)]),
        (b"\x11", []),  # flow control of a serial line
        (b"\x16", [StatusByte(0x16)]),
        (b'7"abcd\x00', [ProcessDone(b"abcd")]),
        (b"\x00\x13", []),
        (b"\x38\x00\x00\x0f", [AutomaticStatus(PrinterState.COVER_OPEN)]),
        (b"7%\x00", [BuffersCleared()]),
        (b'7"/$!o\x00', [ProcessDone(b"/$!o")]),
        (b'7"ab', []),  # broken off
        (b'7"a\x12b\x10\x00\x00\x0fc\x13d\x00', INTERLEAVED),
        (b"7\x12", [StatusByte(0x12)]),  # a lone byte of noise hides nothing
        (b"\x10\x12", [StatusByte(0x12)]),
        (b"7%\x00", [BuffersCleared()]),
    ]
    stream = b"".join(data for data, _ in pieces)
    reader = ReplyReader()
    replies: list[Reply] = []
    for size in [*sizes, len(stream)]:
        replies += reader.feed(stream[:size])
        stream = stream[size:]
    assert replies == [reply for _, expected in pieces for reply in expected]


@given(st.binary(max_size=60))
def test_no_answer_is_too_strange(noise: bytes) -> None:
    """A printer may say anything, and what it says then is understood all the same."""
    reader = ReplyReader()
    reader.feed(noise)
    reader.feed(bytes(8))  # whatever was begun is over
    assert reader.feed(b"\x12") == [StatusByte(0x12)]
    assert reader.feed(b'7"abcd\x00') == [ProcessDone(b"abcd")]
