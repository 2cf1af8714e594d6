"""What can go wrong before there is HTTP: names that are not found, and TLS that is not right.

Each fault is in force for one call of the kiosk, whichever that is.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sync.platform import Platform
from tests.support.certificates import Authority, Certificates
from tests.support.lying_platform import LyingPlatform

SLOW_NAME_S = 0.05
HANDSHAKE_TIMEOUT_S = 10.0
_RESOLVER = threading.Lock()  # one at a time stands before the real one
ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
"""A TLS record: fatal, handshake_failure."""


@dataclass
class TlsStand:
    """A liar that speaks TLS, with right papers and with wrong ones."""

    liar: LyingPlatform
    folder: Path
    platform: Platform | None = None
    """The client whose call is to fail; none while a kiosk is enrolled."""
    url: str = ""
    believed: list[str] = field(default_factory=list)
    """Wrong papers that a kiosk believed."""

    def __post_init__(self) -> None:
        """Make papers, and speak TLS from now on."""
        authority, stranger = Authority(self.folder / "ours"), Authority(self.folder / "stranger")
        day = timedelta(days=1)
        self.right = authority.issue()
        self.wrong = {
            "expired": authority.issue("expired", begins=-9 * day, ends=-day),
            "not yet": authority.issue("not-yet", begins=day, ends=9 * day),
            "another name": authority.issue("another-name", address="127.0.0.9"),
            "stranger": stranger.issue(),
        }
        self._good = _context(self.right)
        self.liar.is_tls = True
        self.open()

    def open(self) -> None:
        """Let connections through, and kiosks ask here."""
        self.liar.gate = lambda line: self._good.wrap_socket(line, server_side=True)
        self.url = self.liar.url
        if self.platform is not None:
            self.platform._url = self.url

    def lead_to(self, url: str) -> None:
        """Let the kiosk ask somewhere else."""
        self.url = url
        if self.platform is not None:
            self.platform._url = url


LineFault = Callable[[TlsStand], AbstractContextManager[None]]


def papers(name: str) -> LineFault:
    """Show a certificate that is not to be believed."""

    @contextmanager
    def strike(stand: TlsStand) -> Iterator[None]:
        context = _context(stand.wrong[name])

        def show(line: socket.socket) -> None:
            with contextlib.suppress(OSError):
                context.wrap_socket(line, server_side=True).close()
                stand.believed.append(name)

        stand.liar.gate = show
        yield

    return _then_open(strike)


def at_handshake(does: Callable[[socket.socket], None]) -> LineFault:
    """Answer the first bytes of TLS in a wrong way and hang up."""

    @contextmanager
    def strike(stand: TlsStand) -> Iterator[None]:
        def answer(line: socket.socket) -> None:
            with line, contextlib.suppress(OSError):
                line.settimeout(HANDSHAKE_TIMEOUT_S)
                line.recv(65536)
                does(line)

        stand.liar.gate = answer
        yield

    return _then_open(strike)


def _sends(data: bytes) -> LineFault:
    return at_handshake(lambda line: line.sendall(data))


def _reset(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _half(line: socket.socket) -> None:
    line.sendall(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03")


def _silent(line: socket.socket) -> None:
    line.recv(1)  # until the kiosk hangs up


@contextmanager
def _old_version(stand: TlsStand) -> Iterator[None]:
    """Speak no version of TLS that anybody should."""
    context = _context(stand.right)
    context.maximum_version = ssl.TLSVersion.TLSv1_1

    def speak(line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            context.wrap_socket(line, server_side=True).close()
            stand.believed.append("TLS 1.1")

    stand.liar.gate = speak
    yield


@contextmanager
def _behind(stand: TlsStand) -> Iterator[None]:
    """End right behind a good handshake, without a word of farewell."""
    context = _context(stand.right)

    def end(line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            through = context.wrap_socket(line, server_side=True)
            _reset(through)
            through.close()

    stand.liar.gate = end
    yield


@contextmanager
def _refused(stand: TlsStand) -> Iterator[None]:
    """Lead to a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    stand.lead_to(f"https://127.0.0.1:{port}")
    yield


@contextmanager
def _no_such_name(stand: TlsStand) -> Iterator[None]:
    """Ask for a name that is none (RFC 6761 section 6.4)."""
    stand.lead_to("https://nowhere.invalid")
    yield


def _resolving(answer: Callable[[], None]) -> LineFault:
    """Let something happen whenever this thread asks for a name."""

    @contextmanager
    def strike(_: TlsStand) -> Iterator[None]:
        with _RESOLVER:
            real, me = socket.getaddrinfo, threading.get_ident()

            def asked(*arguments: object, **named: object) -> object:
                if threading.get_ident() == me:
                    answer()
                return real(*arguments, **named)  # type: ignore[arg-type] # as they came

            socket.getaddrinfo = asked  # type: ignore[assignment] # put back below
            try:
                yield
            finally:
                socket.getaddrinfo = real

    return strike


def _try_again() -> None:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


def _slowly() -> None:
    threading.Event().wait(SLOW_NAME_S)


def _slowly_in_vain() -> None:
    _slowly()
    _try_again()


def _then_open(fault: LineFault) -> LineFault:
    @contextmanager
    def strike(stand: TlsStand) -> Iterator[None]:
        try:
            with fault(stand):
                yield
        finally:
            stand.open()

    return strike


def _context(papers: Certificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(papers.certificate, papers.key)
    return context


LINE_FAULTS: dict[str, LineFault] = {
    "certificate expired": papers("expired"),
    "certificate not yet valid": papers("not yet"),
    "certificate for another name": papers("another name"),
    "certificate of a stranger": papers("stranger"),
    "TLS 1.1": _then_open(_old_version),
    "handshake refused": _sends(ALERT),
    "handshake cut": at_handshake(lambda _: None),
    "handshake cut in half": at_handshake(_half),
    "handshake reset": at_handshake(_reset),
    "handshake silent": at_handshake(_silent),
    "handshake garbage": _sends(bytes(range(256)) * 8),
    "HTTP for TLS": _sends(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
    "reset behind the handshake": _then_open(_behind),
    "refused": _then_open(_refused),
    "no such name": _then_open(_no_such_name),
    "name server does not answer": _resolving(_try_again),
    "slow name": _resolving(_slowly),
    "slow name, in vain": _resolving(_slowly_in_vain),
}
"""Every fault by name."""

SAME_CLASS_OF_LINE = frozenset(LINE_FAULTS) - {
    "certificate expired",
    "certificate of a stranger",
    "handshake cut",
    "handshake garbage",
    "no such name",
    "slow name",
}
"""Faults that meet the same line of the kiosk as another does; left to the large dose."""
