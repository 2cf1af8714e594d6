"""Every fault at every moment: what is told of a paper is what became of it, or that nobody knows.

Over TCP, as the USB device and on a serial line, and for a kiosk head that sees its own mouth.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from kiosk.ports.printer import Printed, PrinterState, PrintFailed, PrintUnconfirmed
from printing import escpos_talk
from printing.escpos_printer import EscposPrinter
from printing.escpos_talk import Standing, Talk
from printing.media import PaperWidth
from printing.printer_lines import FlowControl, SerialLine
from printing.printer_profiles import PrinterProfile
from tests.support.escpos_device import Fault, Moment, Plan
from tests.support.escpos_printer import PtyPrinter
from tests.support.print_jobs import (
    HEAD,
    WIDTH_DOTS,
    Way,
    impatient,
    picture_of,
    raster_of,
    stage,
)
from tests.support.waiting import wait_until

MOMENTS = (None, *Moment)
"""None: before the job."""
STATE_OF = {
    Fault.PAPER_END: PrinterState.PAPER_OUT,
    Fault.COVER_OPEN: PrinterState.COVER_OPEN,
    Fault.CUTTER: PrinterState.CUTTER,
    Fault.HOT: PrinterState.OVERHEATED,
    Fault.OFFLINE: PrinterState.OFFLINE,
    Fault.BROKEN: PrinterState.FAULT,
}
SURE = frozenset({Way.TCP, Way.USB, Way.SERIAL})
"""They confirm each step of a job; a head sees only its mouth."""
pytestmark = pytest.mark.may_warn


@pytest.fixture(scope="module", autouse=True)
def _impatient() -> Iterator[None]:
    with impatient():
        yield


def outcome(way: Way, folder: Path, fault: Fault, moment: Moment | None) -> list[str]:
    """Play one fault, print for somebody else afterwards, and return all that is wrong."""
    with stage(way, folder) as wired:
        if moment is None:
            wired.device.break_with(fault)
        else:
            wired.device.plan(Plan(fault, moment, rows=70))
        answer = wired.print_for(1)
        problems = list(wired.problems(1))
        is_early = moment is None or (moment is Moment.AT_ROW and way in SURE)
        if fault in STATE_OF and is_early:
            state = STATE_OF[fault]
            if way is Way.HEAD and fault is Fault.OFFLINE:
                state = PrinterState.FAULT  # all that its status says
            is_told = isinstance(answer, PrintFailed) and answer.state is state
            problems += [] if is_told else [f"the reason is not told: {answer}"]
        problems += wired.problems_after(1, 2)
        when = "before" if moment is None else moment.name
        return [f"{way.value}, {fault.name} {when}: {it} (told {answer})" for it in problems]


@pytest.mark.parametrize("fault", list(Fault), ids=lambda it: it.name)
def test_what_is_told_is_what_was(fault: Fault, tmp_path: Path) -> None:
    """The outcome that was, or "unconfirmed", never its opposite; then the next one is whole."""
    cases = list(itertools.product(Way, MOMENTS))

    def play(index: int) -> list[str]:
        way, moment = cases[index]
        folder = tmp_path / str(index)
        folder.mkdir()
        return outcome(way, folder, fault, moment)

    with ThreadPoolExecutor(len(cases)) as players:  # they wait, most of the time
        found = list(players.map(play, range(len(cases))))
    assert [problem for problems in found for problem in problems] == []


@pytest.mark.parametrize("way", list(Way), ids=lambda way: way.value)
def test_nothing_wrong_is_printed_and_said(way: Way, tmp_path: Path) -> None:
    """Each of them confirms what it can, and the picture is what went in, dot for dot."""
    with stage(way, tmp_path) as wired:
        assert wired.print_for(1) == Printed()
        assert wired.whole(1) == 1


def test_a_printer_that_cannot_forget_says_that_more_may_come(tmp_path: Path) -> None:
    """Once somebody closes its cover, it goes on with a paper that was told as failed."""
    with stage(Way.TCP, tmp_path, PrinterProfile(dots=384, clears=False)) as wired:
        wired.device.plan(Plan(Fault.COVER_OPEN, Moment.AT_ROW, rows=70))
        assert wired.print_for(1) == PrintFailed(PrinterState.COVER_OPEN, may_follow=True)
        wired.device.mend()
        wired.settle()
        assert wired.whole(1) == 1
        wired.print_for(2)
        assert list(wired.wrong_visits()) == []


@pytest.mark.parametrize("away_s", [0.0, 5.0])
def test_who_was_away_for_a_while_knows_nothing_of_a_new_roll(
    away_s: float, tmp_path: Path
) -> None:
    """The paper ends, somebody puts in a roll, and a machine with too much to do looks only then:
    the printer says that all is well and done.
    """
    sound, away = Talk._look_while_printing, [0.0]

    def late(talk: Talk, done: bytes, until: float) -> Standing:
        # It prints while we look: who mended it before the paper ended would change nothing.
        wait_until(lambda: not wired.device.awaits_fault, what="the end of the paper")
        away[0] = away_s
        wired.device.mend()
        return sound(talk, done, until)

    clock = SimpleNamespace(monotonic=lambda: monotonic() + away[0])
    with stage(Way.TCP, tmp_path) as wired:
        wired.timeout_s = 30.0
        wired.device.plan(Plan(Fault.PAPER_END, Moment.AT_ROW, rows=70))
        with (
            patch.object(Talk, "_look_while_printing", late),
            patch.object(escpos_talk, "time", clock),
        ):
            answer = wired.print_for(2)
        assert wired.whole(2) == 0
        # Within the blink of an eye nobody changes a roll; this one was, to show what it is about.
        assert answer == (PrintUnconfirmed() if away_s else Printed())


@pytest.mark.parametrize("way", [Way.USB, Way.SERIAL], ids=lambda way: way.value)
def test_a_band_that_was_broken_off_takes_nothing_from_the_next_paper(
    way: Way, tmp_path: Path
) -> None:
    """A line has no connections: its printer waits for the rest of a picture when it comes back."""
    with stage(way, tmp_path) as wired:
        wired.device.break_with(Fault.STALL)
        answer = wired.print_for(1)
        assert answer == PrintFailed(PrinterState.CANT_TELL, may_follow=True)
        assert list(wired.problems_after(1, 2)) == []


def test_a_paper_that_still_stands_in_the_mouth_proves_nothing(tmp_path: Path) -> None:
    """The next paper is not called printed because of the one before it."""
    with stage(Way.HEAD, tmp_path, HEAD) as wired:
        assert wired.print_for(1) == Printed()
        assert wired.print_for(2) == PrintUnconfirmed()


def test_questions_inside_a_picture_are_no_bad_news(tmp_path: Path) -> None:
    """A picture may hold the bytes of a question; what is answered to it is nobody's."""
    question = [bool(byte >> bit & 1) for byte in (0x10, 0x04, 0x04) for bit in range(7, -1, -1)]
    with stage(Way.TCP, tmp_path) as wired:
        wired.device.device.hears_inside = True
        wired.device.device.faults = {Fault.NEAR_END, Fault.NO_PROCESS_ID}
        dots = picture_of(1)
        dots[5:40, 40:64] = question
        assert wired.print_for(1, dots) == PrintUnconfirmed()


def test_a_line_that_is_too_slow_is_not_begun(tmp_path: Path) -> None:
    """A receipt that would be cut off by the deadline is not printed in part."""
    with PtyPrinter(tmp_path / "ttyS0", WIDTH_DOTS) as slow:
        line = SerialLine(str(slow.path), 9_600, FlowControl.NONE)
        driver = EscposPrinter(line, PaperWidth.MM_58)
        answer = driver.print_raster(raster_of(picture_of(1)), "slow", monotonic() + 5)
        assert answer == PrintFailed(PrinterState.FAULT)
        assert slow.commands_to_print == 0
