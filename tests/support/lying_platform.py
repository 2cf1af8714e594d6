"""A liar between kiosk and platform: passes everything on, except what it was told to spoil.

The real platform stands behind it, so that a lost answer is really lost after the platform has
committed, and what the kiosk believes in the end can be compared with what is held.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

PROTOCOL = "Kiosk-Protocol: 1"
JSON_TYPE = "Content-Type: application/json"
PROBLEM_TYPE = "Content-Type: application/problem+json"
DRIP_S = 0.02


class Call(Enum):
    """The calls of the protocol that can be spoilt."""

    HELLO = auto()
    ANNOUNCE = auto()
    OFFSET = auto()
    APPEND = auto()
    PROOFS = auto()
    CHANGES = auto()
    ENROL = auto()
    RETURN = auto()
    ANNOUNCE_ALL = auto()


def call_of(method: str, path: str) -> Call:
    """Return which call a request is."""
    match method:
        case "PUT":
            return Call.RETURN if path.endswith("/proofs") else Call.ANNOUNCE
        case "HEAD":
            return Call.OFFSET
        case "PATCH":
            return Call.APPEND
        case "POST":
            if path.endswith("/entries"):
                return Call.ANNOUNCE_ALL
            return Call.HELLO if path.endswith("/hello") else Call.ENROL
        case _:
            return Call.PROOFS if "/proofs" in path else Call.CHANGES


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    head: bytes
    body: bytes
    line: socket.socket
    upstream: tuple[str, int]
    is_tls: bool = False
    """It came over TLS, which ended here."""

    def pass_on(self, body: bytes | None = None) -> tuple[int, list[tuple[str, str]], bytes]:
        """Ask the real platform; return status, headers and body."""
        connection = http.client.HTTPConnection(*self.upstream, timeout=30)
        try:
            connection.putrequest(self.method, self.path, skip_host=True, skip_accept_encoding=True)
            for raw in self.head.decode("latin-1").split("\r\n")[1:]:
                name, _, value = raw.partition(": ")
                if name.lower() != "connection":
                    connection.putheader(name, value)
            if self.is_tls:
                connection.putheader("X-Forwarded-Proto", "https")
            connection.endheaders(self.body if body is None else body)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def answer(self, status: int, body: bytes, *headers: str) -> None:
        """Answer whole and end the connection."""
        told = [f"HTTP/1.1 {status} Told", f"Content-Length: {len(body)}", "Connection: close"]
        head = "\r\n".join([*told, *headers]).encode("latin-1") + b"\r\n\r\n"
        self.line.sendall(head if self.method == "HEAD" else head + body)


Lie = Callable[[Asked], None]


def status(code: int, kind: str = "about:blank", *headers: str, **members: int) -> Lie:
    """Refuse as the platform would: a problem document with this status."""

    def tell(asked: Asked) -> None:
        told = {"type": kind, "title": f"Told {code}", "status": code, **members}
        asked.answer(code, json.dumps(told).encode(), PROTOCOL, PROBLEM_TYPE, *headers)

    return tell


def portal(asked: Asked) -> None:
    """Answer as a captive portal does: everything is fine, here is a page."""
    asked.answer(200, b"<html><body>Please log in</body></html>", "Content-Type: text/html")


def redirect(asked: Asked) -> None:
    """Send the kiosk somewhere else, in the platform's name too."""
    asked.answer(302, b"", PROTOCOL, "Location: http://127.0.0.1:9/login")


def garbage(asked: Asked) -> None:
    """Answer in the platform's name with what is no JSON."""
    asked.answer(200, b"\xff\xfe{{{ \x00", PROTOCOL, JSON_TYPE)


def other_shape(asked: Asked) -> None:
    """Answer with JSON of another shape."""
    asked.answer(200, b'{"proof": 7, "proofs": {}, "changes": "none", "offset": -1}', PROTOCOL)


def silence(asked: Asked) -> None:
    """Hang up without a word."""


def endless(asked: Asked) -> None:
    """Begin an answer that never ends, a byte now and then."""
    never = threading.Event()
    asked.line.sendall(f"HTTP/1.1 200 OK\r\n{PROTOCOL}\r\n{JSON_TYPE}\r\n\r\n".encode())
    while True:  # until the kiosk hangs up
        asked.line.sendall(b" ")
        never.wait(DRIP_S)


def halting(asked: Asked) -> None:
    """Begin an answer and say nothing more."""
    asked.line.sendall(f"HTTP/1.1 200 OK\r\n{PROTOCOL}\r\n{JSON_TYPE}\r\n\r\n ".encode())
    while asked.line.recv(1024):  # until the kiosk hangs up
        pass


def endless_head(asked: Asked) -> None:
    """Begin headers that never end."""
    never = threading.Event()
    asked.line.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        asked.line.sendall(b"x")
        never.wait(DRIP_S)


def flood(asked: Asked) -> None:
    """Answer with more than anybody wants to read."""
    asked.line.sendall(f"HTTP/1.1 200 OK\r\n{PROTOCOL}\r\n{JSON_TYPE}\r\n\r\n".encode())
    for _ in range(1000):
        asked.line.sendall(b" " * 100_000)


def too_short(asked: Asked) -> None:
    """Promise more bytes than come, after the platform has done its part."""
    _, headers, body = asked.pass_on()
    send(asked, 200, headers, body, length=len(body) + 100)


def cut_short(asked: Asked) -> None:
    """Promise fewer bytes than belong to the answer."""
    code, headers, body = asked.pass_on()
    send(asked, code, headers, body[: len(body) // 2], length=len(body) // 2)


def lost(asked: Asked) -> None:
    """Let the platform do its part and lose the answer."""
    asked.pass_on()


def failed_after(asked: Asked) -> None:
    """Let the platform do its part, and say that it failed."""
    asked.pass_on()
    status(500)(asked)


def half(asked: Asked) -> None:
    """Break the connection after half of the body went through."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        line = socket.create_connection(asked.upstream, timeout=30)
        with line:
            line.sendall(asked.head + b"\r\n\r\n" + asked.body[: len(asked.body) // 2])


def bent_proof(asked: Asked) -> None:
    """Pass the platform's answer on with a bent signature wherever there is a proof."""
    code, headers, body = asked.pass_on()
    told = json.loads(body) if body else {}
    for proof in [told.get("proof"), *(told.get("proofs") or [])]:
        if proof:
            proof["signature"] = proof["signature"][:-2] + (
                "00" if proof["signature"][-2:] != "00" else "01"
            )
    send(asked, code, headers, json.dumps(told).encode())


@dataclass
class Swapped:
    """Answers with the proof of another entry, well signed; `document` as `to_json` has it."""

    document: object = None

    def __call__(self, asked: Asked) -> None:
        """Tell it."""
        code, headers, body = asked.pass_on()
        told = json.loads(body) if body else {}
        if told.get("proof"):
            told["proof"] = self.document
        if told.get("proofs"):
            told["proofs"] = [self.document]
        send(asked, code, headers, json.dumps(told).encode())


def send(
    asked: Asked, code: int, headers: list[tuple[str, str]], body: bytes, length: int | None = None
) -> None:
    """Answer with what the platform answered, changed or not."""
    kept = [
        f"{name}: {value}"
        for name, value in headers
        if name.lower() not in {"content-length", "connection", "transfer-encoding"}
    ]
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {code} Told", *kept, f"Content-Length: {size}", "Connection: close"]
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    asked.line.sendall(head if asked.method == "HEAD" else head + body)


@dataclass
class LyingPlatform:
    """Listens on a port of this machine; `upstream` is the port of the real platform."""

    upstream: int
    asked: list[Call] = field(default_factory=list)
    is_tls: bool = False
    gate: Callable[[socket.socket], socket.socket | None] | None = None
    """What every connection goes through first; None where it did not get through."""
    _lies: dict[Call, list[Lie]] = field(default_factory=dict)
    _always: dict[Call, Lie] = field(default_factory=dict)
    _threads: list[threading.Thread] = field(default_factory=list)
    _lines: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Take a port."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listening = threading.Thread(target=self._accept, name="lying platform")

    @property
    def url(self) -> str:
        """Where the kiosk is to ask."""
        scheme = "https" if self.is_tls else "http"
        return f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    def lie(self, call: Call, *lies: Lie) -> None:
        """Spoil the next requests of this kind, one lie each."""
        self._lies.setdefault(call, []).extend(lies)

    def always(self, call: Call, lie: Lie | None) -> None:
        """Spoil every request of this kind from now on, or none."""
        if lie is None:
            self._always.pop(call, None)
        else:
            self._always[call] = lie

    def start(self) -> None:
        """Begin."""
        self._listening.start()

    def stop(self) -> None:
        """End, whatever is being told."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._listening.join(10)
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self._lines.append(line)
            thread = threading.Thread(target=self._serve, args=(line,), name="lying line")
            self._threads.append(thread)
            thread.start()

    def _serve(self, line: socket.socket) -> None:
        """Answer one request; each connection carries one."""
        with line, contextlib.suppress(OSError, http.client.HTTPException):
            through = line if self.gate is None else self.gate(line)
            if through is None:
                return
            with through:
                self._serve_one(through)

    def _serve_one(self, line: socket.socket) -> None:
        asked = self._receive(line)
        if asked is None:
            return
        call = call_of(asked.method, asked.path)
        self.asked.append(call)
        planned = self._lies.get(call)
        if planned:
            planned.pop(0)(asked)
        elif call in self._always:
            self._always[call](asked)
        else:
            code, headers, body = asked.pass_on()
            send(asked, code, headers, body)

    def _receive(self, line: socket.socket) -> Asked | None:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = line.recv(65536)
            if not piece:
                return None
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        method, path, _ = head.split(b"\r\n")[0].decode("latin-1").split(" ")
        length = 0
        for raw in head.decode("latin-1").split("\r\n")[1:]:
            name, _, value = raw.partition(": ")
            if name.lower() == "content-length":
                length = int(value)
        while len(body) < length:
            piece = line.recv(65536)
            if not piece:
                return None
            body += piece
        return Asked(method, path, head, body, line, ("127.0.0.1", self.upstream), self.is_tls)


@contextmanager
def lying_platform(upstream: int) -> Iterator[LyingPlatform]:
    """Stand between a kiosk and the real platform on port `upstream`."""
    liar = LyingPlatform(upstream)
    liar.start()
    try:
        yield liar
    finally:
        liar.stop()
