"""Asking over a line that goes wrong: each question ends when it should, and says what was sent."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from printing.ipp_client import (
    IppClient,
    NoPrinter,
    NotReached,
    Refused,
    _Connection,
    address_of,
)
from printing.printer_lines import _TcpLink
from tests.support.certificates import make_certificates
from tests.support.ipp_server import IppServer, LineFault, Trouble

LIMIT_S = 0.3


@pytest.fixture
def server() -> Iterator[IppServer]:
    """A printer that is well."""
    with IppServer() as made:
        yield made


def ask(server: IppServer, limit_s: float = LIMIT_S) -> dict[str, tuple[object, ...]]:
    """Ask how it is."""
    client = IppClient(server.address, user="kiosk")
    deadline = time.monotonic() + limit_s
    return dict(client.printer(deadline, "printer-state"))


def test_an_answer_is_read(server: IppServer) -> None:
    """As it was told."""
    assert ask(server, 5.0)["printer-state"] == (3,)


def test_an_answer_by_the_byte_keeps_no_deadline_open(server: IppServer) -> None:
    """Each byte comes in time, the whole does not; nor does the answer say how long it is."""
    server.troubles.append(LineFault(Trouble.DRIBBLE, -1))
    with pytest.raises(NoPrinter):
        ask(server)


def test_a_handshake_by_the_byte_keeps_no_deadline_open() -> None:
    """The same before anything is said: the first message of TLS never comes to its end."""
    sent = 0

    def dribble() -> None:
        nonlocal sent
        line, _ = listener.accept()
        with line, contextlib.suppress(OSError):
            line.sendall(b"\x16\x03\x03\x40\x00")
            while sent < 400:
                line.sendall(b"\x02")
                sent += 1
                pause.wait(0.02)

    pause = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        talker = threading.Thread(target=dribble)
        talker.start()
        port = listener.getsockname()[1]
        address = address_of(f"ipps://127.0.0.1:{port}/ipp/print", certificate="0" * 64)
        with pytest.raises(NotReached):
            IppClient(address, user="kiosk").printer(time.monotonic() + LIMIT_S, "printer-state")
        talker.join(20)
    assert sent < 400


def test_a_handshake_that_begins_too_late_does_not_begin() -> None:
    """The time was over while the line was being opened: nobody would end it any more."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connection = _connection_to(listener, "0" * 64)
        connection.close_now()
        with contextlib.closing(connection), pytest.raises(TimeoutError, match="in time"):
            connection.connect()
        line, _ = listener.accept()
        with line:
            line.settimeout(10)
            assert line.recv(1) == b""


def test_a_line_that_is_ended_stays_encrypted(tmp_path: Path) -> None:
    """What the other thread sends at that moment must not go out as it is."""
    made = make_certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    shown = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connection = _connection_to(listener, shown.fingerprint(SHA256()).hex())
        talker = threading.Thread(target=_shake_hands, args=(listener, context))
        talker.start()
        with contextlib.closing(connection):
            connection.connect()
            connection.close_now()
            assert isinstance(connection.sock, ssl.SSLSocket)
            assert connection.sock.version() is not None
            with pytest.raises(OSError):  # noqa: PT011 # whichever: it is over
                connection.sock.sendall(b"a paper")
        talker.join(20)


def _connection_to(listener: socket.socket, certificate: str) -> _Connection:
    port = listener.getsockname()[1]
    address = address_of(f"ipps://127.0.0.1:{port}/ipp/print", certificate=certificate)
    return _Connection(address, 10.0)


def _shake_hands(listener: socket.socket, context: ssl.SSLContext) -> None:
    line, _ = listener.accept()
    with contextlib.suppress(OSError), context.wrap_socket(line, server_side=True) as secret:
        secret.recv(1)


@pytest.mark.parametrize(
    "trouble",
    [Trouble.UNHEARD, Trouble.UNANSWERED, Trouble.HALF, Trouble.GARBAGE, Trouble.HTTP_ERROR],
)
def test_what_is_no_answer(server: IppServer, trouble: Trouble) -> None:
    """Whether it was heard is not known: that is another thing than nobody there."""
    server.troubles.append(LineFault(trouble, -1))
    with pytest.raises(NoPrinter) as raised:
        ask(server, 5.0)
    assert not isinstance(raised.value, NotReached)


def test_a_refusal_is_an_answer(server: IppServer) -> None:
    """With its status."""
    server.troubles.append(LineFault(Trouble.BUSY, -1))
    with pytest.raises(Refused) as raised:
        ask(server, 5.0)
    assert raised.value.status == 0x0507


def test_nobody_there_was_sent_nothing(server: IppServer) -> None:
    """Then a job has not reached anybody, for certain."""
    client = IppClient(server.address, user="kiosk")
    with pytest.raises(NotReached):
        client.printer(time.monotonic() - 1, "printer-state")
    server.__exit__()
    with pytest.raises(NotReached):
        client.printer(time.monotonic() + 5, "printer-state")


def test_a_receipt_printer_that_was_announced_and_says_nothing_is_no_break() -> None:
    """`select` may announce what is not there any more."""
    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        assert _TcpLink(here).read() == b""
