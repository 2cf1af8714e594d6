"""Asking over a line that goes wrong: each question ends when it should, and says what was sent."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from printing.ipp_client import IppClient, NoPrinter, NotReached, Refused
from printing.printer_lines import _TcpLink
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
