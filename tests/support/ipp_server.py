"""An office printer on a TCP port of this machine: real HTTP, real IPP, `ipp_device` behind it.

It reads requests with a decoder of its own, and can answer late, by halves, by the byte, with
nonsense, or not at all.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler
from typing import Any, Self

from printing.ipp_client import Address
from printing.office_state import JobIs
from tests.support.ipp_device import IppDevice, Job, Loss, Ways

PRINT, VALIDATE, CREATE, SEND = 0x02, 0x04, 0x05, 0x06
CANCEL, GET_JOB, GET_JOBS, GET_PRINTER = 0x08, 0x09, 0x0A, 0x0B
_NO_VALUE = 0x13
_INTEGER, _BOOLEAN, _ENUM, _NAME_IN, _TEXT = 0x21, 0x22, 0x23, 0x36, 0x41
_NAME, _KEYWORD, _URI, _CHARSET, _LANGUAGE, _MIME = 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
_OPERATION, _JOB, _END, _PRINTER = 1, 2, 3, 4
Attributes = list[tuple[int, str, bytes]]


class Trouble(Enum):
    """What can become of one question."""

    LATE = auto()
    """Done, and answered too late."""
    UNHEARD = auto()
    """The line breaks, and it was not done."""
    UNANSWERED = auto()
    """It was done, and the line breaks."""
    HALF = auto()
    """It was done, and half of the answer comes."""
    DRIBBLE = auto()
    """It was done, and the answer comes by the byte."""
    GARBAGE = auto()
    """It was done, and the answer is none of IPP's."""
    BUSY = auto()
    ERROR = auto()
    HTTP_ERROR = auto()


@dataclass(frozen=True, slots=True)
class LineFault:
    """A question that goes wrong: which one after the job was offered, 0 being the offer itself;
    below zero, one before it.
    """

    trouble: Trouble
    question: int
    after_s: float = 0.0


class IppServer:
    """The printer with its plug in, from `with` to its end."""

    def __init__(self, ways: Ways | None = None) -> None:
        """Make it; it listens from the start."""
        self.device = IppDevice(ways or Ways())
        self.device.vanish = self.vanish
        self.troubles: list[LineFault] = []
        self.asked = 0
        """Questions so far."""
        self._offered_at: int | None = None
        # Two sockets at one port: one never listens, so that nobody else gets the port meanwhile.
        self._place = socket.socket()
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._place.bind(("127.0.0.1", 0))
        self.port = int(self._place.getsockname()[1])
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self._answering: list[threading.Thread] = []
        self.ends = threading.Event()
        self.plug_in()

    @property
    def address(self) -> Address:
        """Where it is asked."""
        uri = f"ipp://127.0.0.1:{self.port}/ipp/print"
        return Address(uri, "127.0.0.1", self.port, "/ipp/print")

    @property
    def sheets(self) -> list[int]:
        """Whose sheets came out, in this order."""
        with self.device.lock:
            return list(self.device.sheets)

    @property
    def began_at(self) -> dict[int, int]:
        """Visit to how many sheets were out when its job was taken."""
        return self.device.began_at

    @property
    def is_there(self) -> bool:
        """Say whether anybody listens."""
        return self._listener is not None

    def plug_in(self) -> None:
        """Have it listen, if it does not."""
        with self._lock:
            if self._listener is not None:
                return
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.bind(("127.0.0.1", self.port))
            listener.listen(16)
            self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), name="ipp", daemon=True).start()

    def vanish(self, loss: Loss) -> None:
        """Break every connection and listen no more."""
        with self._lock:
            listener, self._listener = self._listener, None
            broken, self._open = list(self._open), set()
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes who accepts
            listener.close()
        for connection in broken:
            _break(connection)
        if loss is Loss.POWER:
            self.device.lose_power()

    def mend(self) -> None:
        """Mend whatever is wrong."""
        self.troubles.clear()
        self.device.mend()
        self.plug_in()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.ends.set()
        self.vanish(Loss.CABLE)
        self.device.close()
        for thread in self._answering:
            thread.join(10)
        self._place.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, peer = listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
                thread = threading.Thread(target=self._serve, args=(connection, peer), daemon=True)
                self._answering.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, peer: tuple[str, int]) -> None:
        try:
            _Handler(connection, peer, self)  # type: ignore[arg-type]
        except (OSError, ValueError, struct.error):
            pass  # the line broke
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def trouble(self, operation: int) -> LineFault | None:
        """Return what becomes of this question."""
        with self._lock:
            self.asked += 1
            if operation in {PRINT, CREATE} and self._offered_at is None:
                self._offered_at = self.asked
            since = -1 if self._offered_at is None else self.asked - self._offered_at
            found = next((it for it in self.troubles if it.question == since), None)
            if found is not None:
                self.troubles.remove(found)
            return found


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Any

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """Take a request, do it, and answer, unless the line has other plans."""
        server: IppServer = self.server
        body = b"".join(self._body())
        version_operation, number = struct.unpack_from(">Ii", body)
        operation = version_operation & 0xFFFF
        fault = server.trouble(operation)
        trouble = fault.trouble if fault else None
        if trouble is Trouble.UNHEARD:
            self._hang_up()
            return
        if trouble is Trouble.HTTP_ERROR:
            self.send_error(503)
            return
        if trouble in {Trouble.BUSY, Trouble.ERROR}:
            answer = _message(0x0507 if trouble is Trouble.BUSY else 0x0500, number, [])
        else:
            is_cups = self.headers.get("User-Agent", "").startswith("CUPS")
            status, groups = _do(server.device, operation, *_read(body), is_cups=is_cups)
            answer = _message(status, number, groups)
        if fault is not None and trouble is Trouble.LATE:
            server.ends.wait(fault.after_s)
        if not server.is_there or trouble is Trouble.UNANSWERED:
            self._hang_up()
            return
        self._say(answer, trouble)

    def _say(self, answer: bytes, trouble: Trouble | None) -> None:
        answer = b"<html>503</html>" if trouble is Trouble.GARBAGE else answer
        self.send_response(200)
        self.send_header("Content-Type", "application/ipp")
        if trouble is Trouble.DRIBBLE:  # until the line ends: no length
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if trouble is Trouble.DRIBBLE:
            for byte in answer:
                self.wfile.write(bytes([byte]))
                if self.server.ends.wait(0.02):
                    return
        elif trouble is Trouble.HALF:
            self.wfile.write(answer[: len(answer) // 2])
            self._hang_up()
        else:
            self.wfile.write(answer)

    def _body(self) -> Iterator[bytes]:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            yield self._exactly(int(self.headers.get("Content-Length", "0")))
            return
        while length := int(self.rfile.readline().split(b";")[0], 16):
            yield self._exactly(length)
            self.rfile.readline()
        self.rfile.readline()

    def _exactly(self, count: int) -> bytes:
        data = self.rfile.read(count)
        if len(data) < count:
            raise ConnectionResetError
        return data

    def _hang_up(self) -> None:
        self.close_connection = True
        _break(self.connection)


def _break(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)


def _read(body: bytes) -> tuple[dict[str, bytes], bytes]:
    """Return the last value of each attribute of a request, and the document behind them."""
    found: dict[str, bytes] = {}
    at, name = 8, ""
    while body[at] != _END:
        if body[at] < 0x10:
            at += 1
            continue
        (length,) = struct.unpack_from(">H", body, at + 1)
        name = body[at + 3 : at + 3 + length].decode() or name
        at += 3 + length
        (length,) = struct.unpack_from(">H", body, at)
        found[name] = body[at + 2 : at + 2 + length]
        at += 2 + length
    return found, body[at + 1 :]


def _message(status: int, number: int, groups: list[tuple[int, Attributes]]) -> bytes:
    words: Attributes = [
        (_CHARSET, "attributes-charset", b"utf-8"),
        (_LANGUAGE, "attributes-natural-language", b"en"),
    ]
    parts = [b"\x02\x00", struct.pack(">Hi", status, number)]
    for group, attributes in [(_OPERATION, words), *groups]:
        parts.append(bytes([group]))
        last = ""
        for tag, name, value in attributes:
            label = b"" if name == last else name.encode()
            parts.append(struct.pack(">BH", tag, len(label)) + label)
            parts.append(struct.pack(">H", len(value)) + value)
            last = name
    return b"".join(parts) + bytes([_END])


def _do(
    device: IppDevice, operation: int, asked: dict[str, bytes], document: bytes, *, is_cups: bool
) -> tuple[int, list[tuple[int, Attributes]]]:
    """Do what is asked; return the status and what is told."""
    number = int.from_bytes(asked.get("job-id", b"\0"), "big")
    name, user = (asked.get(it, b"").decode() for it in ("job-name", "requesting-user-name"))
    with device.lock:
        if operation in {PRINT, CREATE} and device.ways.takes_one and device.is_busy:
            return 0x0507, []
        if not device.ways.takes_format(asked.get("document-format", b"").decode()):
            return 0x040A, []
        match operation:
            case _ if operation == PRINT:
                job = device.put(name, user, document)
                return (0x040A, []) if job is None else (0, [_told(device, job)])
            case _ if operation == CREATE and device.ways.creates:
                return 0, [_told(device, device.create(name, user))]
            case _ if operation == SEND and device.ways.creates:
                found = device.job(number)
                job = None if found is None else device.fill(found, document)
                return (0x0406, []) if job is None else (0, [_told(device, job)])
            case _ if operation == VALIDATE:
                return 0, []
            case _ if operation == CANCEL:
                cancel = device.cancel_for_cups if is_cups else device.cancel
                return (0 if cancel(number) else 0x0404), []
            case _ if operation == GET_JOB:
                found = device.job(number)
                return (0x0406, []) if found is None else (0, [_told(device, found)])
            case _ if operation == GET_JOBS:
                return 0, [_told(device, job) for job in _listed(device, asked)]
            case _ if operation == GET_PRINTER:
                return 0, [(_PRINTER, _of_printer(device))]
            case _:
                return 0x0501, []


def _listed(device: IppDevice, asked: dict[str, bytes]) -> list[Job]:
    wants_over = asked.get("which-jobs") == b"completed"
    jobs = [
        job
        for job in device.jobs
        if job.state.is_over == wants_over and (device.ways.keeps_list or not wants_over)
    ]
    if device.ways.filters and asked.get("my-jobs") == b"\x01":
        jobs = [it for it in jobs if it.user == asked.get("requesting-user-name", b"").decode()]
    return jobs[::-1] if wants_over else jobs


def _told(device: IppDevice, job: Job) -> tuple[int, Attributes]:
    name = job.name.encode()
    if device.ways.tells_language:
        tag, name = _NAME_IN, struct.pack(">H2sH", 2, b"en", len(name)) + name
    else:
        tag = _NAME
    told: Attributes = [
        (_INTEGER, "job-id", struct.pack(">i", job.number)),
        (_URI, "job-uri", b"ipp://127.0.0.1/jobs/%d" % job.number),
        (tag, "job-name", name),
        (_ENUM, "job-state", struct.pack(">i", job.state)),
        (_KEYWORD, "job-state-reasons", job.reason.encode()),
        (_NAME, "job-originating-user-name", job.user.encode()),
        (_INTEGER, "time-at-creation", struct.pack(">i", 1)),
        (_INTEGER, "time-at-processing", struct.pack(">i", 1))
        if job.has_begun
        else (_NO_VALUE, "time-at-processing", b""),
    ]
    if device.ways.counts_sheets:
        told.append((_INTEGER, "job-media-sheets-completed", struct.pack(">i", job.sheets)))
        told.append((_INTEGER, "job-impressions-completed", struct.pack(">i", job.sheets)))
    return _JOB, told


def _of_printer(device: IppDevice) -> Attributes:
    can = {PRINT, VALIDATE, CANCEL, GET_JOB, GET_JOBS, GET_PRINTER}
    can |= {CREATE, SEND} if device.ways.creates else set()
    works = any(job.state is JobIs.PROCESSING for job in device.jobs)
    state = 5 if device.stops else 4 if works else 3
    reasons = sorted(stop.value for stop in device.stops) or ["none"]
    return [
        (_ENUM, "printer-state", struct.pack(">i", state)),
        *((_KEYWORD, "printer-state-reasons", reason.encode()) for reason in reasons),
        (_BOOLEAN, "printer-is-accepting-jobs", b"\x01"),
        *device.ways.of_formats(),
        (_MIME, "document-format-default", b"application/octet-stream"),
        (_CHARSET, "charset-supported", b"utf-8"),
        (_KEYWORD, "ipp-versions-supported", b"1.1"),
        (_KEYWORD, "ipp-versions-supported", b"2.0"),
        *((_ENUM, "operations-supported", struct.pack(">i", it)) for it in sorted(can)),
        (_TEXT, "printer-make-and-model", b"Doorstep Test"),
        (_INTEGER, "queued-job-count", struct.pack(">i", len(device.jobs))),
    ]
