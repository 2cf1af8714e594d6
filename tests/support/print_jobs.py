"""Print jobs with a fault at a moment, and what may be told of them: one judge for table and dose.

Every row of a paper bears the mark of its visit, so that it is seen whose it is, whatever it hangs
on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from time import monotonic
from unittest.mock import patch

import numpy as np

from kiosk.ports.printer import (
    PrintAnswer,
    Printed,
    PrinterState,
    PrintFailed,
    PrintUnconfirmed,
)
from printing import escpos_printer, escpos_talk
from printing.escpos_printer import EscposPrinter
from printing.media import PaperWidth
from printing.printer_lines import FlowControl, Line, Link, SerialLine, TcpLine, UsbLine
from printing.printer_profiles import (
    GENERIC,
    Confirmation,
    PrinterProfile,
    StatusDialect,
)
from printing.raster import Raster
from tests.support import escpos_printer as emulated
from tests.support.escpos_device import Picture

WIDTH_DOTS = 384
_MARK_BITS = 24
HEAD = PrinterProfile(
    name="head",
    status=StatusDialect.FULL,
    confirms=Confirmation.TICKET,
    clears=False,
    cut=b"\x1bi",
    dots=WIDTH_DOTS,
)


class Way(Enum):
    """Which printer, and how it is reached."""

    TCP = "tcp"
    USB = "usb"
    SERIAL = "serial"
    HEAD = "head"
    """A kiosk head on TCP that sees its mouth."""


def picture_of(visit: int) -> Picture:
    """Return a paper of a visit: stretches of ink and blanks, its number in every inked row; every
    fourth is longer than what a line and a printer take at once.
    """
    random = np.random.default_rng(visit)
    rows = 600 if visit % 4 == 1 else 120
    dots = random.random((rows, WIDTH_DOTS)) < 0.2
    dots[:, :_MARK_BITS] = [(visit >> bit) & 1 for bit in range(_MARK_BITS)]
    dots[:, _MARK_BITS] = True
    dots[rows // 3 : rows // 2] = False
    dots[:, WIDTH_DOTS * 3 // 4 :] = False
    return dots


def visits_on(slip: Picture) -> set[int]:
    """Return whose rows are on a piece of paper."""
    inked = slip[slip.any(axis=1)]
    powers = 1 << np.arange(_MARK_BITS)
    return {int(number) for number in np.unique(inked[:, :_MARK_BITS] @ powers)}


def raster_of(dots: Picture) -> Raster:
    """Return a picture as a printer takes it."""
    return Raster(dots.shape[1], dots.shape[0], np.packbits(dots, axis=1).tobytes())


class Killed(BaseException):
    """The program is no more."""


@dataclass
class _DyingLine:
    """A line whose program is killed in the middle of writing to it."""

    line: Line
    bytes_left: int

    @property
    def bytes_per_s(self) -> float | None:
        return self.line.bytes_per_s

    def open(self, deadline: float) -> Link:
        link = self.line.open(deadline)
        sound = link.write

        def write(data: memoryview) -> int:
            if self.bytes_left <= 0:
                raise Killed
            count = sound(data[: self.bytes_left])
            self.bytes_left -= count
            return count

        link.write = write  # type: ignore[method-assign]
        return link


@dataclass
class Stage:
    """A printer, the driver in front of it, and what was told."""

    device: emulated.EscposPrinter | emulated.PtyPrinter
    line: Line
    profile: PrinterProfile
    under_way: Path
    timeout_s: float = 5.0
    told: dict[int, PrintAnswer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start the program."""
        self.driver = self._driver(self.line)

    def restart(self) -> None:
        """Have a driver as a program has it that has just been started, the one before it dead."""
        self.driver.close()
        self.driver = self._driver(self.line)

    def _driver(self, line: Line) -> EscposPrinter:
        return EscposPrinter(line, PaperWidth.MM_58, self.profile, under_way=self.under_way)

    def die_printing_for(self, visit: int, after_bytes: int) -> None:
        """Be killed once so many bytes of a visit's paper have been handed over."""
        raster = raster_of(picture_of(visit))
        self.driver.close()
        dying = self._driver(_DyingLine(self.line, after_bytes))
        try:
            answer = dying.print_raster(raster, f"visit-{visit}", monotonic() + self.timeout_s)
        except Killed:
            answer = PrintUnconfirmed(may_follow=True)  # nobody is there to say more
        dying.close()  # as the system does with what a dead program had open
        self.told[visit] = answer
        self.restart()

    def print_for(self, visit: int, dots: Picture | None = None) -> PrintAnswer:
        """Print a visit's paper, and remember what was told of it."""
        raster = raster_of(picture_of(visit) if dots is None else dots)
        answer = self.driver.print_raster(raster, f"visit-{visit}", monotonic() + self.timeout_s)
        self.told[visit] = answer
        return answer

    def settle(self) -> PrinterState:
        """Return once the printer has gone through all that was handed over."""
        return self.driver.state(2.0)

    def whole(self, visit: int) -> int:
        """Return how often a visit's whole paper came out."""
        paper = picture_of(visit)
        return sum(slip.shape == paper.shape and bool((slip == paper).all()) for slip in self.slips)

    @property
    def slips(self) -> list[Picture]:
        """Every piece of paper that was cut off."""
        return self.device.slips

    def problems(self, visit: int) -> Iterator[str]:
        """Yield what was told of a visit's paper and is not so; call it before anything is mended.

        What is not told as certain is never wrong.
        """
        answer, count = self.told[visit], self.whole(visit)
        if isinstance(answer, Printed) and count == 0:
            yield "claimed printed, and it was not"
        if isinstance(answer, PrintFailed) and count > 0:
            yield "claimed failed, and it was printed"

    def problems_at_the_end(self, visit: int) -> Iterator[str]:
        """Yield what is wrong once everything is mended and has run out."""
        answer, count = self.told[visit], self.whole(visit)
        if count > 1:
            yield f"printed {count} times, asked for once"
        if isinstance(answer, PrintFailed) and not answer.may_follow and count:
            yield "claimed failed for good, and it came out later"
        if isinstance(answer, Printed) and count == 0:
            yield "claimed printed, and it was not"

    def problems_after(self, first: int, second: int) -> Iterator[str]:
        """Mend the printer, print the next visit's paper, and yield all that is wrong then."""
        self.device.mend()
        self.settle()
        self.device.device.has_ticket = False  # somebody took the paper that stood there
        answer = self.print_for(second)
        if isinstance(answer, PrintFailed) or self.whole(second) != 1:
            yield f"the next paper is not whole: {answer}"
        yield from self.problems_at_the_end(first)
        yield from self.problems_at_the_end(second)
        yield from self.wrong_visits()

    def wrong_visits(self) -> Iterator[str]:
        """Yield each piece of paper that is more than one visit's. What is no visit's number is a
        question that a broken picture swallowed.
        """
        for slip in self.slips:
            if len(whose := visits_on(slip) & set(self.told)) > 1:
                yield f"a paper of visits {sorted(whose)}"


@contextmanager
def impatient(pause_s: float = escpos_talk.PAUSE_S) -> Iterator[None]:
    """Cut the driver's patience short, for printers that answer at once or never.

    Args:
        pause_s: So fast nobody mends a printer.
    """
    with (
        patch.object(escpos_talk, "ANSWER_WITHIN_S", 0.5),
        patch.object(escpos_talk, "ASK_AGAIN_S", 0.05),
        patch.object(escpos_talk, "SURELY_S", 0.01),
        patch.object(escpos_talk, "FILL_S", 0.4),
        patch.object(escpos_talk, "PAUSE_S", pause_s),
        patch.object(escpos_printer, "STALL_S", 0.7),
        patch.object(escpos_printer, "CONFIRM_GRACE_S", 0.5),
        patch.object(escpos_printer, "LAST_WORD_S", 2.0),
    ):
        yield


@contextmanager
def stage(way: Way, folder: Path, profile: PrinterProfile | None = None) -> Iterator[Stage]:
    """Yield a printer and its driver."""
    is_head = way is Way.HEAD
    chosen = profile or (HEAD if is_head else GENERIC)
    if way in {Way.TCP, Way.HEAD}:
        device: emulated.EscposPrinter | emulated.PtyPrinter = emulated.EscposPrinter(
            WIDTH_DOTS, is_head=is_head
        )
    else:
        device = emulated.PtyPrinter(folder / f"{way.value}0", WIDTH_DOTS)
    with device:
        yield Stage(device, _line(way, device), chosen, folder / "under-way")


def _line(way: Way, device: emulated.EscposPrinter | emulated.PtyPrinter) -> Line:
    if isinstance(device, emulated.EscposPrinter):
        return TcpLine("127.0.0.1", device.port)
    if way is Way.USB:
        return UsbLine(device.path)
    return SerialLine(str(device.path), 115_200, FlowControl.NONE)
