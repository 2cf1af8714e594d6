"""A line to a receipt printer that breaks at a bad moment is let go of."""

from __future__ import annotations

import socket
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


def test_a_line_that_breaks_while_an_old_job_is_ended_is_closed() -> None:
    """A USB printer's device can be opened once: left open, it would be out of reach for good."""
    line = BrokenLine()
    printer = EscposPrinter(line, PaperWidth.MM_58)
    printer._owed = 100
    assert printer.state(1.0) is PrinterState.UNREACHABLE
    assert line.open_links == 0
    line.end()
