"""A receipt printer on the network: raw ESC/POS over TCP, usually port 9100.

Opened per job, since most printers serve one at a time. A queue in between (CUPS `socket://`) would
call a job done while the printer is out of paper, so there is none. One deadline holds for a whole
call; nothing is ever printed twice by itself.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import struct
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self, assert_never

from kiosk.ports.printer import (
    Paper,
    PrintAnswer,
    Printed,
    PrinterState,
    PrintFailed,
    PrintUnconfirmed,
)
from printing.escpos import (
    CLEAR_BUFFERS,
    STATUS_KINDS,
    AutomaticStatus,
    BuffersCleared,
    Job,
    ProcessDone,
    Reply,
    ReplyReader,
    StatusByte,
    encode,
    state_from,
    status_request,
)
from printing.layout import render_pdf
from printing.media import DOTS_PER_MM, PaperWidth
from printing.raster import rasterise

ANSWER_WITHIN_S = 1.0
"""A printer that does not answer DLE EOT by then is taken for one that never does."""
ASK_AGAIN_S = 0.5
"""How often the state is asked while waiting for the paper."""
SLOWEST_MM_PER_S = 60
"""Half of what the slowest printers promise."""
CONFIRM_GRACE_S = 3.0
"""For feeding and cutting, on top of the time the paper takes."""
UNDER_WAY_BYTES = 8192
LAST_WORD_S = 1.5
"""Kept of every deadline to ask why something went wrong."""

STOPPED = frozenset({PrinterState.PAPER_OUT, PrinterState.COVER_OPEN, PrinterState.FAULT})

_log = logging.getLogger(__name__)


class EscposTcpPrinter:
    """A printer reached by address and port; used from one thread."""

    def __init__(
        self, host: str, port: int, width: PaperWidth, extra_fonts: Sequence[Path] = ()
    ) -> None:
        """Keep where the printer is; nothing is opened.

        Args:
            host: A numeric address: looking up a name can take longer than any deadline.
            port: Usually 9100.
            width: Of its paper.
            extra_fonts: As in `layout.render_pdf`.
        """
        self._address = (host, port)
        self._width = width
        self._extra_fonts = tuple(extra_fonts)

    def print_paper(self, paper: Paper, timeout_s: float) -> PrintAnswer:
        """Print one slip; `Printed` only if the printer itself says so."""
        deadline = time.monotonic() + timeout_s
        raster = rasterise(render_pdf(paper, self._width, self._extra_fonts))
        job = encode(raster, paper.job_id)
        seconds = raster.height / DOTS_PER_MM / SLOWEST_MM_PER_S + CONFIRM_GRACE_S
        answer = self._print(job, seconds, deadline)
        _log.info("PAPER_SENT outcome=%s bytes=%d", type(answer).__name__, len(job.data))
        return answer

    def state(self, timeout_s: float) -> PrinterState:
        """Ask the printer how it is; silence is CANT_TELL."""
        return self._ask_anew(time.monotonic() + timeout_s)

    def close(self) -> None:
        """Do nothing: no connection outlives a call."""

    def _print(self, job: Job, seconds: float, deadline: float) -> PrintAnswer:
        try:
            connection = _Connection(self._address, deadline)
        except OSError:
            return PrintFailed(PrinterState.UNREACHABLE)
        with connection:
            try:
                before = connection.ask_state(deadline)
            except OSError:
                return PrintFailed(PrinterState.UNREACHABLE)
            if before in STOPPED:
                return PrintFailed(before)
            last_word = deadline - LAST_WORD_S
            try:
                connection.send(job.data, last_word)
            except OSError:
                connection.abort()
                return PrintFailed(self._why_it_stopped(deadline))
            try:
                answer = connection.await_paper(
                    job.receipt,
                    min(time.monotonic() + seconds, last_word),
                    talks=before is not PrinterState.CANT_TELL,
                )
            except OSError:
                connection.abort()
                state = self._ask_anew(deadline)
                answer = PrintFailed(state) if state in STOPPED else PrintUnconfirmed()
            return answer

    def _why_it_stopped(self, deadline: float) -> PrinterState:
        state = self._ask_anew(deadline, clear=True)
        is_fine = state in (PrinterState.READY, PrinterState.PAPER_LOW)
        # It took only half of the job and says that all is well: somebody has to look.
        return PrinterState.FAULT if is_fine else state

    def _ask_anew(self, deadline: float, *, clear: bool = False) -> PrinterState:
        try:
            with _Connection(self._address, deadline) as connection:
                state = connection.ask_state(deadline)
                if clear:
                    with contextlib.suppress(OSError):  # the answer is the state, whatever follows
                        connection.clear(deadline)
                return state
        except OSError:
            return PrinterState.UNREACHABLE


class _Connection:
    """One connection to the printer. Every method raises OSError when it breaks."""

    def __init__(self, address: tuple[str, int], deadline: float) -> None:
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        # Little is under way at a time, so that what was handed over is in the printer, not here.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNDER_WAY_BYTES)
        self._socket.settimeout(_left(deadline))
        try:
            self._socket.connect(address)
        except BaseException:
            self._socket.close()
            raise
        self._socket.setblocking(False)
        self._reader = ReplyReader()
        self._unasked: PrinterState | None = None
        self._finished: set[bytes] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def abort(self) -> None:
        """Close at once and throw away what is still on its way to the printer."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def send(self, data: bytes, deadline: float) -> None:
        """Hand over all bytes, or raise TimeoutError at the deadline."""
        rest = memoryview(data)
        while rest:
            readable, writable, _ = select.select(
                [self._socket], [self._socket], [], _left(deadline)
            )
            if readable:
                self._take_in()
            if writable:
                rest = rest[self._socket.send(rest) :]

    def ask_state(self, deadline: float) -> PrinterState:
        """Ask DLE EOT 1 to 4, one after the other; the first silence ends it."""
        answers: dict[int, int] = {}
        while self._has_more(0):
            self._take_in()  # the late answer to an earlier question is not one to this
        for kind in STATUS_KINDS:
            if time.monotonic() >= deadline:
                break
            self.send(status_request(kind), deadline)
            until = min(time.monotonic() + ANSWER_WITHIN_S, deadline)
            bits = self._await_status(until)
            if bits is None:
                break
            answers[kind] = bits
        state = state_from(answers)
        if state is PrinterState.CANT_TELL and self._unasked in STOPPED:
            return self._unasked
        return state

    def await_paper(self, receipt: bytes, deadline: float, *, talks: bool) -> PrintAnswer:
        """Wait until the printer says that the job is on paper, or what stopped it.

        Args:
            receipt: What it will answer.
            deadline: After which nothing more is expected.
            talks: Whether it answers questions about its state at all.
        """
        while True:
            until = min(time.monotonic() + ASK_AGAIN_S, deadline)
            state = self._unasked
            while receipt not in self._finished and self._replies(until) is not None:
                state = self._unasked
                if state in STOPPED:
                    break
            if talks and receipt not in self._finished:
                state = self.ask_state(deadline + LAST_WORD_S)
            if receipt in self._finished:
                return Printed()
            if state in STOPPED:
                self.clear(deadline + LAST_WORD_S)
                return PrintFailed(state)
            if time.monotonic() >= deadline:
                return PrintUnconfirmed()

    def clear(self, deadline: float) -> None:
        """Make the printer forget what it has not printed, and wait a moment for its word."""
        self.send(CLEAR_BUFFERS, deadline)
        until = min(time.monotonic() + ANSWER_WITHIN_S, deadline)
        while (replies := self._replies(until)) is not None:
            if BuffersCleared() in replies:
                return

    def _await_status(self, deadline: float) -> int | None:
        while (replies := self._replies(deadline)) is not None:
            for reply in replies:
                if isinstance(reply, StatusByte):
                    return reply.bits
        return None

    def _replies(self, deadline: float) -> list[Reply] | None:
        """Return what came in next, or None at the deadline."""
        return self._take_in() if self._has_more(deadline - time.monotonic()) else None

    def _has_more(self, wait_s: float) -> bool:
        return bool(select.select([self._socket], [], [], max(wait_s, 0))[0])

    def _take_in(self) -> list[Reply]:
        data = self._socket.recv(4096)
        if not data:
            message = "the printer closed the connection"
            raise ConnectionResetError(message)
        replies = self._reader.feed(data)
        for reply in replies:
            match reply:
                case AutomaticStatus(state):
                    self._unasked = state
                case ProcessDone(receipt):
                    self._finished.add(receipt)
                case StatusByte() | BuffersCleared():
                    pass  # whoever asked takes it
                case _:
                    assert_never(reply)
        return replies


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        message = "the printer did not keep up"
        raise TimeoutError(message)
    return left
