"""A slow line in user space: a TCP proxy with a rate and a delay, which counts what passes.

Every connection shares the one line of its direction, as behind a modem. A little is buffered, as
modems do, so that a sender is not held up by the delay alone.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

PIECE_BYTES = 4096
BUFFERED_PIECES = 16
"""Beside what is on the way during the delay."""


@dataclass
class _Way:
    """One direction of the line."""

    bytes_per_s: float
    delay_s: float
    passed: int = 0
    _free_at_s: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def room(self) -> int:
        """How many pieces are on the way at most."""
        return BUFFERED_PIECES + int(2 * self.bytes_per_s * self.delay_s / PIECE_BYTES)

    def due_s(self, count: int) -> float:
        """Return when so many bytes have arrived at the other end, taking their turn."""
        with self._lock:
            self.passed += count
            self._free_at_s = max(self._free_at_s, time.monotonic()) + count / self.bytes_per_s
            return self._free_at_s + self.delay_s


class SlowLine:
    """Listens on a port of this machine and passes everything on, slowly."""

    def __init__(self, upstream: int, kbit_per_s: int, round_trip_s: float) -> None:
        """Take a port; `upstream` is where the line leads."""
        rate = kbit_per_s * 1000 / 8
        self._up, self._down = _Way(rate, round_trip_s / 2), _Way(rate, round_trip_s / 2)
        self._upstream = upstream
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    @property
    def passed(self) -> int:
        """Bytes that have gone over the line, both ways, without what TCP and IP add."""
        return self._up.passed + self._down.passed

    def serve(self) -> None:
        """Take connections until `close`."""
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._upstream))
            self._ends += near, far
            for source, sink, way in ((near, far, self._up), (far, near, self._down)):
                sink.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                waiting: queue.Queue[tuple[float, bytes]] = queue.Queue(way.room)
                for work in (_take, _give):
                    thread = threading.Thread(target=work, args=(source, sink, way, waiting))
                    thread.daemon = True
                    thread.start()
                    self._threads.append(thread)

    def close(self) -> None:
        """Take no more connections, and end those there are."""
        for end in (self._listener, *self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        for end in (self._listener, *self._ends):
            end.close()


def _take(
    source: socket.socket, _: socket.socket, way: _Way, waiting: queue.Queue[tuple[float, bytes]]
) -> None:
    piece = b"."
    while piece:
        try:
            piece = source.recv(PIECE_BYTES)
        except OSError:
            piece = b""
        waiting.put((way.due_s(len(piece)), piece))


def _give(
    source: socket.socket, sink: socket.socket, _: _Way, waiting: queue.Queue[tuple[float, bytes]]
) -> None:
    with contextlib.suppress(OSError):
        while True:
            due_s, piece = waiting.get()
            time.sleep(max(due_s - time.monotonic(), 0.0))
            if not piece:
                sink.shutdown(socket.SHUT_WR)
                return
            sink.sendall(piece)
    with contextlib.suppress(OSError):
        source.shutdown(socket.SHUT_RD)


@contextlib.contextmanager
def slow_line(upstream: int, kbit_per_s: int, round_trip_s: float) -> Iterator[SlowLine]:
    """Run a slow line to a port of this machine."""
    line = SlowLine(upstream, kbit_per_s, round_trip_s)
    thread = threading.Thread(target=line.serve, name="slow line")
    thread.start()
    try:
        yield line
    finally:
        line.close()
        thread.join(10)
