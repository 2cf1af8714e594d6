"""What every printer promises, and what only one with a wire can show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, assert_never

import cv2
import numpy as np
import pytest

from kiosk.ports.printer import (
    Band,
    Line,
    Paper,
    Printed,
    Printer,
    PrinterState,
    PrintFailed,
    PrintUnconfirmed,
    QrCode,
)
from printing.layout import render_pdf
from printing.media import PaperWidth
from printing.opening import PrinterConfig, PrinterKind, open_printer
from printing.raster import rasterise
from tests.support.escpos_printer import EscposPrinter, Fault, Picture, PtyPrinter
from tests.support.papers import (
    QUERY_ADDRESS,
    a_chinese_receipt,
    a_short_slip,
    an_english_receipt,
)
from tests.support.waiting import wait_until

TIMEOUT_S = 30.0
BRIEF_S = 3.0
BAND = "SIMULATED, NOT VALID"


@dataclass
class Bench:
    """A printer under test, what came out of it, and how to break it."""

    printer: Printer
    slips: Callable[[], list[Picture]]
    put_into: Callable[[PrinterState], None]
    """Bring it into a state; PAPER_OUT half-way is asked for with `run_out`."""
    run_out: Callable[[], None]
    expected: Callable[[Paper], Paper]
    """What the paper is on paper: simulated slips begin with a band."""


FAULTS = {
    PrinterState.READY: (),
    PrinterState.PAPER_LOW: (Fault.NEAR_END,),
    PrinterState.PAPER_OUT: (Fault.PAPER_END,),
    PrinterState.COVER_OPEN: (Fault.COVER_OPEN,),
    PrinterState.FAULT: (Fault.BROKEN,),
    PrinterState.CANT_TELL: (Fault.MUTE,),
}


def pictures_in(folder: Path) -> list[Picture]:
    """Return the dots of every PDF in the folder, oldest first."""
    return [rasterise(path.read_bytes()).dots() for path in sorted(folder.glob("*.pdf"))]


@pytest.fixture
def wire() -> Iterator[EscposPrinter]:
    """A receipt printer on a port of this machine."""
    with EscposPrinter() as printer:
        yield printer


def make_wired(config: PrinterConfig, wire: EscposPrinter | PtyPrinter) -> Bench:
    """Return a printer that speaks ESC/POS with what is known of it."""
    return Bench(
        open_printer(config),
        lambda: wire.slips,
        lambda state: wire.break_with(*FAULTS[state]),
        lambda: wire.load_paper(rows=300),
        lambda paper: paper,
    )


def make_bench(kind: PrinterKind, folder: Path, wire: EscposPrinter, on_line: PtyPrinter) -> Bench:
    """Return a printer of this kind with what is known of it."""
    states = [PrinterState.READY]
    match kind:
        case PrinterKind.ESCPOS_TCP:
            return make_wired(PrinterConfig(kind, "127.0.0.1", wire.port), wire)
        case PrinterKind.ESCPOS_USB | PrinterKind.ESCPOS_SERIAL:
            return make_wired(PrinterConfig(kind, device=str(on_line.path)), on_line)
        case PrinterKind.SIMULATED:
            return Bench(
                open_printer(
                    PrinterConfig(kind, folder=folder),
                    paper_state=lambda: states.pop(0) if len(states) > 1 else states[0],
                    band_text=BAND,
                ),
                lambda: pictures_in(folder),
                lambda state: states.__setitem__(slice(None), [state]),
                lambda: states.append(PrinterState.PAPER_OUT),
                lambda paper: replace(paper, blocks=(Band(BAND), *paper.blocks)),
            )
        case PrinterKind.FILE:
            return Bench(
                open_printer(PrinterConfig(kind, folder=folder)),
                lambda: pictures_in(folder),
                lambda _: pytest.fail("a folder has no paper"),
                lambda: pytest.fail("a folder has no paper"),
                lambda paper: paper,
            )
        case PrinterKind.IPP:
            raise AssertionError("office printers have a file of their own: test_office_printer")
        case _:
            assert_never(kind)


ON_SLIPS = [it for it in PrinterKind if it is not PrinterKind.IPP]


@pytest.fixture
def on_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PtyPrinter]:
    """A receipt printer on a pty."""
    with PtyPrinter(tmp_path_factory.mktemp("line") / "lp0") as printer:
        yield printer


@pytest.fixture(params=[it for it in ON_SLIPS if it is not PrinterKind.FILE])
def bench(
    request: pytest.FixtureRequest, tmp_path: Path, wire: EscposPrinter, on_line: PtyPrinter
) -> Bench:
    """Each printer whose state can be brought about."""
    return make_bench(request.param, tmp_path, wire, on_line)


@pytest.fixture(params=ON_SLIPS)
def any_bench(
    request: pytest.FixtureRequest, tmp_path: Path, wire: EscposPrinter, on_line: PtyPrinter
) -> Bench:
    """Each printer there is."""
    return make_bench(request.param, tmp_path, wire, on_line)


def same(slip: Picture, paper: Paper, width: PaperWidth = PaperWidth.MM_80) -> bool:
    """Tell whether the slip is, dot for dot, what the paper's PDF looks like."""
    dots = rasterise(render_pdf(paper, width)).dots()
    return slip.shape == dots.shape and bool((slip == dots).all())


def scan(slip: Picture) -> str:
    """Return what a phone reads from the slip's QR code."""
    grey = np.where(slip, 0, 255).astype(np.uint8)
    found: tuple[Any, ...] = cv2.QRCodeDetector().detectAndDecode(grey)
    return str(found[0])


@pytest.mark.parametrize("paper", [a_chinese_receipt(), an_english_receipt()], ids=["zh", "en"])
def test_what_comes_out_is_the_pdf_dot_for_dot(any_bench: Bench, paper: Paper) -> None:
    """The slip is the paper that was given, and its code can be scanned."""
    assert any_bench.printer.print_paper(paper, TIMEOUT_S) == Printed()
    (slip,) = any_bench.slips()
    assert same(slip, any_bench.expected(paper))
    assert scan(slip) == QUERY_ADDRESS


def test_slips_come_one_by_one(any_bench: Bench) -> None:
    """A second paper is a second slip; the first is what it was."""
    first, second = a_short_slip("job-1"), an_english_receipt("job-2")
    assert any_bench.printer.print_paper(first, TIMEOUT_S) == Printed()
    assert any_bench.printer.print_paper(second, TIMEOUT_S) == Printed()
    slips = any_bench.slips()
    assert [same(slips[0], any_bench.expected(first)), same(slips[1], any_bench.expected(second))]
    assert len(slips) == 2


def test_a_healthy_printer_is_ready(any_bench: Bench) -> None:
    """Asked how it is, a printer that can print says so, before and after."""
    assert any_bench.printer.state(BRIEF_S) is PrinterState.READY
    any_bench.printer.print_paper(a_short_slip(), TIMEOUT_S)
    assert any_bench.printer.state(BRIEF_S) is PrinterState.READY


@pytest.mark.may_warn("characters that no font has are reported")
def test_whatever_is_written_on_it_is_printed(any_bench: Bench) -> None:
    """No text stops a print: none, unknown characters, control characters, endless words."""
    texts = ("", "\x00\x1b@\n\n\t", "\U0001f600\u200f\ufe0f\ud7a4", "W" * 300, "，。）" * 40)
    for number, text in enumerate(texts):
        paper = Paper(f"../{number}", text, "", (Line(text), QrCode(text or "x"), Band(text)))
        assert any_bench.printer.print_paper(paper, TIMEOUT_S) == Printed()
    assert len(any_bench.slips()) == len(texts)


def test_closing_twice_is_fine(any_bench: Bench) -> None:
    """`close` never raises."""
    any_bench.printer.close()
    any_bench.printer.close()


@pytest.mark.parametrize(
    "state", [PrinterState.PAPER_OUT, PrinterState.COVER_OPEN, PrinterState.FAULT]
)
def test_a_stopped_printer_says_why_and_prints_nothing(bench: Bench, state: PrinterState) -> None:
    """What is wrong is both the state and the reason of the failure; mended, it prints again."""
    bench.put_into(state)
    assert bench.printer.state(BRIEF_S) is state
    assert bench.printer.print_paper(an_english_receipt(), TIMEOUT_S) == PrintFailed(state)
    bench.put_into(PrinterState.READY)
    assert bench.slips() == []
    assert bench.printer.print_paper(a_short_slip(), TIMEOUT_S) == Printed()
    (slip,) = bench.slips()
    assert same(slip, bench.expected(a_short_slip()))


def test_little_paper_is_said_and_printed_on(bench: Bench) -> None:
    """Near the end of the roll the slip still comes out."""
    bench.put_into(PrinterState.PAPER_LOW)
    assert bench.printer.state(BRIEF_S) is PrinterState.PAPER_LOW
    assert bench.printer.print_paper(a_short_slip(), TIMEOUT_S) == Printed()
    assert len(bench.slips()) == 1


def test_a_silent_printer_is_never_taken_for_ready(bench: Bench) -> None:
    """Silence is CANT_TELL; it prints, and nobody claims that it did."""
    bench.put_into(PrinterState.CANT_TELL)
    assert bench.printer.state(BRIEF_S) is PrinterState.CANT_TELL
    assert bench.printer.print_paper(a_short_slip(), BRIEF_S) == PrintUnconfirmed()
    wait_until(bench.slips, what="the slip of a silent printer")


def test_paper_that_ends_half_way_is_a_failure(bench: Bench) -> None:
    """A torn slip is no slip, and what is left of the job is not printed on the next roll."""
    bench.run_out()
    answer = bench.printer.print_paper(an_english_receipt(), TIMEOUT_S)
    assert answer == PrintFailed(PrinterState.PAPER_OUT)
    bench.put_into(PrinterState.READY)
    assert bench.slips() == []


class TestOnTheWire:
    """The printer on a TCP port: what the bytes must do."""

    def _printer(self, wire: EscposPrinter, width_mm: int = 80) -> Printer:
        config = PrinterConfig(
            PrinterKind.ESCPOS_TCP, "localhost", wire.port, paper_width_mm=width_mm
        )
        return open_printer(config)

    def test_every_byte_is_a_command_the_printer_knows(self, wire: EscposPrinter) -> None:
        """Nothing is sent that a printer could take for text."""
        self._printer(wire).print_paper(a_chinese_receipt(), TIMEOUT_S)
        assert bytes(wire.unknown) == b""

    def test_narrow_paper_gets_narrow_pictures(self) -> None:
        """A 58 mm printer prints the 58 mm layout, dot for dot."""
        with EscposPrinter(width_dots=384) as wire:
            paper = a_chinese_receipt()
            assert self._printer(wire, 58).print_paper(paper, TIMEOUT_S) == Printed()
            (slip,) = wire.slips
        assert same(slip, paper, PaperWidth.MM_58)
        assert scan(slip) == QUERY_ADDRESS

    def test_a_stopped_printer_is_sent_nothing(self, wire: EscposPrinter) -> None:
        """What would wait in its memory is not there to be printed later."""
        wire.break_with(Fault.COVER_OPEN)
        self._printer(wire).print_paper(a_short_slip(), TIMEOUT_S)
        assert wire.commands_to_print == 0

    def test_paper_end_leaves_nothing_in_the_printer(self, wire: EscposPrinter) -> None:
        """After a failure the buffers are empty: the next roll begins with the next paper."""
        wire.load_paper(rows=500)
        printer = self._printer(wire)
        failed = PrintFailed(PrinterState.PAPER_OUT)
        assert printer.print_paper(a_chinese_receipt(), TIMEOUT_S) == failed
        wire.load_paper()
        assert printer.print_paper(a_short_slip(), TIMEOUT_S) == Printed()
        (slip,) = wire.slips
        assert same(slip, a_short_slip())

    def test_a_clone_without_process_ids_is_unconfirmed(self, wire: EscposPrinter) -> None:
        """Without the printer's word nothing is called printed, however healthy it looks."""
        wire.break_with(Fault.NO_PROCESS_ID)
        printer = self._printer(wire)
        assert printer.state(BRIEF_S) is PrinterState.READY
        assert printer.print_paper(a_short_slip(), BRIEF_S) == PrintUnconfirmed()
        assert len(wire.slips) == 1

    def test_automatic_status_is_not_taken_for_answers(self, wire: EscposPrinter) -> None:
        """Four unasked bytes before each answer change nothing."""
        wire.sends_automatic_status = True
        printer = self._printer(wire)
        assert printer.state(BRIEF_S) is PrinterState.READY
        assert printer.print_paper(a_short_slip(), TIMEOUT_S) == Printed()
        wire.break_with(Fault.PAPER_END)
        assert printer.state(BRIEF_S) is PrinterState.PAPER_OUT

    @pytest.mark.may_warn
    def test_a_printer_that_takes_no_more_bytes(self, wire: EscposPrinter) -> None:
        """The call comes back at its deadline, and says no more than is known."""
        wire.break_with(Fault.STALL)
        printer = self._printer(wire)
        assert printer.state(0.2) is PrinterState.CANT_TELL
        answer = printer.print_paper(a_chinese_receipt(), BRIEF_S)
        # What it took may still come out once it reads on.
        assert answer == PrintFailed(PrinterState.CANT_TELL, may_follow=True)
        assert wire.slips == []

    def test_a_connection_that_breaks_half_way(self, wire: EscposPrinter) -> None:
        """A job that was not handed over whole has failed."""
        wire.break_with(Fault.DROP)
        answer = self._printer(wire).print_paper(a_chinese_receipt(), TIMEOUT_S)
        # Whether the last bytes were on their way decides between "failed" and "can't know".
        assert answer in (PrintFailed(PrinterState.FAULT), PrintUnconfirmed())
        assert wire.slips == []

    def test_a_connection_that_breaks_after_printing(self, wire: EscposPrinter) -> None:
        """The slip may be out, so nobody prints it again."""
        wire.break_with(Fault.DROP_AFTER_PRINTING)
        printer = self._printer(wire)
        assert printer.print_paper(a_short_slip(), TIMEOUT_S) == PrintUnconfirmed()
        assert len(wire.slips) == 1

    def test_nobody_there(self) -> None:
        """A refused connection is an unreachable printer."""
        gone = EscposPrinter()
        with gone:
            port = gone.port
        printer = open_printer(PrinterConfig(PrinterKind.ESCPOS_TCP, "127.0.0.1", port))
        assert printer.state(BRIEF_S) is PrinterState.UNREACHABLE
        unreachable = PrintFailed(PrinterState.UNREACHABLE)
        assert printer.print_paper(a_short_slip(), BRIEF_S) == unreachable

    def test_others_may_print_in_between(self, wire: EscposPrinter) -> None:
        """No connection is kept: two printers take turns on one port."""
        first, second = self._printer(wire), self._printer(wire)
        for printer in (first, second, first):
            assert printer.print_paper(a_short_slip(), TIMEOUT_S) == Printed()
        assert len(wire.slips) == 3
