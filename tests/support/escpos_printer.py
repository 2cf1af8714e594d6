"""A receipt printer on a TCP port of this machine, as the ESC/POS reference describes one.

It decodes what it gets into pictures and answers DLE EOT, GS r and GS ( H. Like the real ones it
serves one client at a time, answers real-time commands while it is stopped, keeps what it has got
until it can go on, and forgets it when told to.
"""

from __future__ import annotations

import select
import socket
import struct
import threading
from enum import Enum, auto
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.bool_]
"""Rows by dots, True is black; as wide as the paper."""

DEFAULT_UNITS_PER_INCH = 406
"""Feeding is in half dots until GS P says otherwise."""


class Fault(Enum):
    """What can be wrong with it."""

    PAPER_END = auto()
    NEAR_END = auto()
    COVER_OPEN = auto()
    CUTTER = auto()
    MUTE = auto()
    """Prints, and never answers anything."""
    NO_PROCESS_ID = auto()
    """Prints and tells its state, but does not know GS ( H."""
    STALL = auto()
    """Takes no more bytes and says nothing."""
    DROP = auto()
    """Breaks the connection as soon as there is something to print."""
    DROP_AFTER_PRINTING = auto()
    """Breaks the connection instead of saying that it has printed."""


_STOPPING = frozenset({Fault.PAPER_END, Fault.COVER_OPEN, Fault.CUTTER})


class EscposPrinter:
    """The printer; a thread of its own from `with` to its end."""

    def __init__(self, width_dots: int = 576) -> None:
        self.width_dots = width_dots
        self.unknown = bytearray()
        """Bytes that are no command it knows."""
        self.sends_automatic_status = False
        """ASB: four bytes unasked before every answer."""
        self.commands_to_print = 0
        """How many commands it has got that are not questions, obeyed or not."""
        self._faults: set[Fault] = set()
        self._slips: list[Picture] = []
        self._paper_left_rows: int | None = None
        self._rows: list[npt.NDArray[np.bool_]] = []
        self._half_dots = 0.0
        self._units_per_inch = DEFAULT_UNITS_PER_INCH
        self._unread = bytearray()
        self._waiting: list[bytes] = []
        self._client: socket.socket | None = None
        self._ends = False
        self._lock = threading.RLock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        # As little room as real ones have, so that a printer that stops reading is noticed.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._bell, self._rope = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name="escpos-printer")

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    @property
    def slips(self) -> list[Picture]:
        """What was printed and cut so far."""
        with self._lock:
            return list(self._slips)

    @property
    def rows_on_the_way(self) -> int:
        """Rows printed and not yet cut."""
        with self._lock:
            return len(self._rows)

    def break_with(self, *faults: Fault) -> None:
        """Make it have these faults and no others; what waits goes on if it can."""
        with self._lock:
            self._faults = set(faults)
        self._rope.send(b"!")

    def load_paper(self, rows: int | None = None) -> None:
        """Put in a roll with so many rows left, or one that does not end."""
        with self._lock:
            self._paper_left_rows = rows
            self._faults.discard(Fault.PAPER_END)
        self._rope.send(b"!")

    def swallow(self, data: bytes) -> None:
        """Do what the bytes say, as if they had come over the wire."""
        with self._lock:
            self._unread += data
            while (length := command_length(self._unread)) is not None:
                command = bytes(self._unread[:length])
                del self._unread[:length]
                self._take(command)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._ends = True
        self._rope.send(b"!")
        self._thread.join(10)
        for each in (self._listener, self._bell, self._rope):
            each.close()

    def _serve(self) -> None:
        while not self._ends:
            is_stalled = Fault.STALL in self._faults
            others = [] if is_stalled else [self._client or self._listener]
            ready = select.select([self._bell, *others], [], [])[0]
            if self._bell in ready:
                self._bell.recv(64)
            elif self._client is not None:
                self._hear(self._client)
            else:
                self._client = self._listener.accept()[0]
            with self._lock:
                self._work()
        self._hang_up()

    def _hear(self, client: socket.socket) -> None:
        try:
            data = client.recv(2048)
        except ConnectionResetError:
            data = b""
        if not data:
            self._hang_up()
            return
        self.swallow(data)

    def _hang_up(self, *, rudely: bool = False) -> None:
        if self._client is not None:
            if rudely:
                linger = struct.pack("ii", 1, 0)
                self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self._client.close()
        self._client = None
        self._unread.clear()

    def _take(self, command: bytes) -> None:
        if command[:2] == b"\x10\x04":
            self._answer(bytes((self._status(command[2]),)))
        elif command[:3] == b"\x10\x14\x08":
            self._waiting.clear()
            self._rows.clear()
            self._answer(b"7%\x00")
        else:
            self.commands_to_print += 1
            self._waiting.append(command)
            self._work()

    def _work(self) -> None:
        while self._waiting and not self._faults & _STOPPING:
            command = self._waiting.pop(0)
            if Fault.DROP in self._faults and command[:2] == b"\x1dv":
                self._waiting.clear()
                self._hang_up(rudely=True)
                return
            self._obey(command)

    def _obey(self, command: bytes) -> None:
        match command[:2]:
            case b"\x1b@":
                self._rows.clear()
                self._units_per_inch = DEFAULT_UNITS_PER_INCH
            case b"\x1dP":
                self._units_per_inch = command[3]
            case b"\x1bJ":
                self._half_dots += command[2] * 203 / self._units_per_inch
                rows, self._half_dots = int(self._half_dots), self._half_dots % 1
                self._burn(np.zeros((rows, self.width_dots), np.bool_))
            case b"\x1dv":
                self._burn(self._decode(command))
            case b"\x1dV":
                self._slips.append(np.array(self._rows).reshape(-1, self.width_dots))
                self._rows.clear()
            case b"\x1dr":
                self._answer(bytes((self._status(4) & 0x0F,)))
            case b"\x1d(" if Fault.DROP_AFTER_PRINTING in self._faults:
                self._hang_up(rudely=True)
            case b"\x1d(" if Fault.NO_PROCESS_ID not in self._faults:
                self._answer(b'7"' + command[7:11] + b"\x00")
            case b"\x1d(":
                pass
            case _:
                self.unknown += command

    def _burn(self, rows: Picture) -> None:
        left = self._paper_left_rows
        taken = len(rows) if left is None else min(left, len(rows))
        self._rows.extend(rows[:taken])
        if left is not None:
            self._paper_left_rows = left - taken
            if taken < len(rows):
                self._faults.add(Fault.PAPER_END)

    def _decode(self, command: bytes) -> Picture:
        width, height = struct.unpack("<HH", command[4:8])
        packed = np.frombuffer(command, np.uint8, offset=8).reshape(height, width)
        rows = np.zeros((height, self.width_dots), np.bool_)
        rows[:, : width * 8] = np.unpackbits(packed, axis=1)[:, : self.width_dots]
        return rows

    def _status(self, kind: int) -> int:
        has = self._faults.__contains__
        bits = {
            1: 0x08 * bool(self._faults & _STOPPING),
            2: 0x04 * has(Fault.COVER_OPEN)
            | 0x20 * has(Fault.PAPER_END)
            | 0x40 * has(Fault.CUTTER),
            3: 0x08 * has(Fault.CUTTER),
            4: 0x60 * has(Fault.PAPER_END) | 0x0C * (has(Fault.NEAR_END) or has(Fault.PAPER_END)),
        }
        return 0x12 | bits[kind]

    def _answer(self, data: bytes) -> None:
        if Fault.MUTE in self._faults or self._client is None:
            return
        try:
            if self.sends_automatic_status:
                stopped = bool(self._faults & _STOPPING)
                cover, paper = Fault.COVER_OPEN in self._faults, Fault.PAPER_END in self._faults
                cutter = Fault.CUTTER in self._faults
                first = 0x10 | 0x08 * stopped | 0x20 * cover
                self._client.sendall(bytes((first, 0x08 * cutter, 0x0C * paper, 0x0F)))
            self._client.sendall(data)
        except OSError:
            self._hang_up()


def command_length(stream: bytes | bytearray) -> int | None:
    """Return how long the command at the head of the stream is; None while it is incomplete."""
    if len(stream) < 2:
        return None
    head = bytes(stream[:2])
    if head == b"\x1dv":
        if len(stream) < 8:
            return None
        width, height = struct.unpack("<HH", stream[4:8])
        length = 8 + width * height
    elif head == b"\x1d(":
        if len(stream) < 5:
            return None
        length = 5 + struct.unpack("<H", stream[3:5])[0]
    elif head == b"\x1dV":
        if len(stream) < 3:
            return None
        length = 4 if stream[2] in (65, 66) else 3
    else:
        fixed = {b"\x1b@": 2, b"\x1bJ": 3, b"\x1dP": 4, b"\x1da": 3, b"\x1dr": 3, b"\x10\x04": 3}
        length = fixed.get(head, 10 if head == b"\x10\x14" else 1)
    return length if len(stream) >= length else None
