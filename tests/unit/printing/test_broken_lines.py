"""Lines to a receipt printer that break at a bad moment, or never fall silent, are let go of."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass, field

from kiosk.ports.printer import PrinterState
from printing.escpos_printer import EscposPrinter
from printing.media import PaperWidth
from printing.printer_lines import Link


@dataclass
class BrokenLine:
    """A line whose links break when something is written; itself the link."""

    bytes_per_s: float | None = None
    open_links: int = 0
    _ends: tuple[socket.socket, socket.socket] = field(default_factory=socket.socketpair)

    def open(self, deadline: float) -> Link:
        """Open it once more."""
        self.open_links += 1
        return self

    def fileno(self) -> int:
        """Return what can always be written to."""
        return self._ends[0].fileno()

    def write(self, data: memoryview) -> int:
        """Break."""
        raise ConnectionResetError

    def read(self) -> bytes:
        """Break."""
        raise ConnectionResetError

    def waiting(self) -> int:
        """Return that nothing is under way."""
        return 0

    def port_state(self) -> PrinterState:
        """Say nothing."""
        return PrinterState.CANT_TELL

    def abort(self) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Close."""
        self.open_links -= 1

    def end(self) -> None:
        """Let go of what stands in for it."""
        for end in self._ends:
            end.close()


@dataclass
class ChatteringLine(BrokenLine):
    """A line on which something always comes in."""

    _end_s: float = field(default_factory=lambda: time.monotonic() + 60)

    def __post_init__(self) -> None:
        self._ends[1].send(b"\0")  # never taken out

    def write(self, data: memoryview) -> int:
        """Take everything."""
        return len(data)

    def read(self) -> bytes:
        """Return what means nothing."""
        assert time.monotonic() < self._end_s, "it is listened to for ever"
        return bytes(4096)


def test_a_line_that_never_stops_talking_keeps_nobody_waiting() -> None:
    """A broken adapter, or something that is no printer: it can't tell its state."""
    line = ChatteringLine()
    assert EscposPrinter(line, PaperWidth.MM_58).state(0.2) is PrinterState.CANT_TELL
    assert line.open_links == 0
    line.end()


def test_a_line_that_breaks_while_an_old_job_is_ended_is_closed() -> None:
    """A USB printer's device can be opened once: left open, it would be out of reach for good."""
    line = BrokenLine()
    printer = EscposPrinter(line, PaperWidth.MM_58)
    printer._owed = 100
    assert printer.state(1.0) is PrinterState.UNREACHABLE
    assert line.open_links == 0
    line.end()
