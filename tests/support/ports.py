"""Ports of this machine that stay ours for a while, also while nobody listens on them.

What is asked for a free port and let go of it may find it taken: by another part of the suite, by
another suite, or by a connection that somebody opens to anywhere. A socket that is bound and does
not listen keeps all of them away; who shares addresses (`SO_REUSEADDR`, as every server does) can
listen there all the same, and where none does a connection is refused.
"""

from __future__ import annotations

import socket


class HeldPorts:
    """Neighbouring ports; `first` is the lowest. To be closed."""

    def __init__(self, count: int = 1, host: str = "127.0.0.1") -> None:
        """Take so many that are free, for an address of this machine or for all ("")."""
        self._sockets: list[socket.socket] = []
        for _ in range(100):
            if self._take(count, host):
                return
        raise AssertionError(f"no {count} neighbouring ports are free")

    @property
    def first(self) -> int:
        """The lowest of them."""
        return int(self._sockets[0].getsockname()[1])

    def close(self) -> None:
        """Let go of them; may be called twice."""
        for held in self._sockets:
            held.close()
        self._sockets.clear()

    def _take(self, count: int, host: str) -> bool:
        for number in range(count):
            held = socket.socket()
            self._sockets.append(held)
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                held.bind((host, self.first + number if number else 0))
            except (OSError, OverflowError):
                self.close()
                return False
        return True
