"""A network camera on loopback: motion JPEG over HTTP, as cheap ones do, with faults on command."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

from tests.support.ports import HeldPorts

BOUNDARY = b"doorstep-picture"
PICTURE_S = 1 / 30


class MjpegServer:
    """Serves pictures in turn to every client; counts what really went through the sockets."""

    def __init__(self, pictures: Sequence[bytes]) -> None:
        """Begin to serve JPEG `pictures` on a free port."""
        self.bytes_sent = 0
        self.connections = 0
        self._pictures = tuple(pictures)
        self._lock = threading.Lock()
        self._clients: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._ended = threading.Event()
        self._flowing = threading.Event()
        self._flowing.set()
        self._listener: socket.socket | None = None
        self._held = HeldPorts()
        self._port = self._held.first
        self.plug_in()

    @property
    def url(self) -> str:
        """The stream's address; the same after `unplug` and `plug_in`."""
        return f"http://127.0.0.1:{self._port}/stream.mjpg"

    @property
    def is_plugged_in(self) -> bool:
        """Say whether connections are accepted."""
        return self._listener is not None

    def show(self, pictures: Sequence[bytes]) -> None:
        """Serve other pictures from now on."""
        self._pictures = tuple(pictures)

    def stall(self) -> None:
        """Keep every connection open and send nothing more, as a hung camera does."""
        self._flowing.clear()

    def flow(self) -> None:
        """Send again."""
        self._flowing.set()

    def plug_in(self) -> None:
        """Accept connections."""
        listener = socket.create_server(("127.0.0.1", self._port))
        self._listener = listener
        thread = threading.Thread(target=self._accept, args=(listener,), name="mjpeg listener")
        self._threads.append(thread)
        thread.start()

    def unplug(self) -> None:
        """Refuse new connections and cut the others."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._lock:
            for client in self._clients:
                with contextlib.suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End everything and wait for it."""
        self._ended.set()
        self._flowing.set()
        self.unplug()
        for thread in self._threads:
            thread.join(10)
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        place: TracebackType | None,
    ) -> None:
        self.close()

    def _accept(self, listener: socket.socket) -> None:
        """Give every client a thread."""
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._clients.add(client)
                self.connections += 1
            thread = threading.Thread(target=self._serve, args=(client,), name="mjpeg client")
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        """Send pictures until the client leaves."""
        try:
            client.recv(65536)  # its request: every path is this stream
            client.sendall(
                b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary="
                + BOUNDARY
                + b"\r\n\r\n"
            )
            for picture in self._endless():
                client.sendall(
                    b"--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n"
                    % (BOUNDARY, len(picture), picture)
                )
                with self._lock:
                    self.bytes_sent += len(picture)
        except OSError:
            pass
        finally:
            with self._lock:
                self._clients.discard(client)
            client.close()

    def _endless(self) -> Iterator[bytes]:
        """Return the pictures in turn, at a camera's pace."""
        number = 0
        while not self._ended.wait(PICTURE_S):
            self._flowing.wait()
            pictures = self._pictures
            yield pictures[number % len(pictures)]
            number += 1
