"""A limit for a whole request, which no time-out of `requests` is: those count from byte to byte.

A server that sends one byte a second would hold the courier for ever. At the limit the connection
is shut down underneath, and whatever waits for it comes back with an error.

What it can't cut off is the search for an address, before there is a connection: the system's
resolver gives up by itself (`resolv.conf`: 5 s, twice, for each server, unless set otherwise), and
until then this courier does nothing else. Its lane takes hurrying and closing afterwards; whoever
stops the lane waits 30 s at most.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Watchdog:
    """Watches one request at a time; used from one thread, cuts from another."""

    def __init__(self) -> None:
        """Watch nothing yet."""
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self.has_cut = False
        """Whether the last request was cut off; whatever came of it is not whole."""

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Cut the connection off when the block takes longer."""
        self.has_cut = False
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def hold(self, line: socket.socket) -> None:
        """Watch this connection from now on; it stays its owner's."""
        self.release()
        # A copy of the descriptor: TLS takes the socket itself over, handshake and all.
        with self._lock:
            self._line = line.dup()

    def release(self) -> None:
        """Watch nothing any more."""
        with self._lock:
            line, self._line = self._line, None
        if line is not None:
            line.close()

    def _cut(self) -> None:
        with self._lock:
            self.has_cut = True
            if self._line is None:
                return
            try:
                self._line.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it ended by itself


def watched_adapter(watchdog: Watchdog) -> HTTPAdapter:
    """Return what opens connections for `requests` and shows each to the watchdog."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            line = super()._new_conn()
            watchdog.hold(line)
            return line

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            line = super()._new_conn()
            watchdog.hold(line)
            return line

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    adapter = HTTPAdapter()
    adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": EncryptedPool}
    return adapter
