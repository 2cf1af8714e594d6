"""A printer's name is looked up with an end to it, on no thread that anybody waits for."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from kiosk.ports.printer import PrinterState
from printing import ipp_client
from printing.ipp_client import address_of
from printing.office_printer import OfficePrinter
from printing.resolving import Resolver
from tests.support.ipp_server import IppServer

NAME = "printer.example"


@dataclass
class Service:
    """A name service that answers, refuses, or hangs until it is let go."""

    answer: str = "192.0.2.7"
    is_hanging: bool = False
    let_go: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def ask(self, name: str) -> tuple[str, ...]:
        """Answer as told."""
        self.asked.append(name)
        if self.is_hanging:
            self.let_go.wait(30)
        self.ended.append(name)
        if not self.answer:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return (self.answer,)


@pytest.fixture
def service() -> Iterator[Service]:
    """One; whoever hangs in it is let go at the end."""
    made = Service()
    yield made
    made.let_go.set()


@pytest.mark.parametrize("host", ["192.0.2.9", "::1", "127.0.0.1"])
def test_a_number_is_not_looked_up(service: Service, host: str) -> None:
    """It is one already."""
    assert Resolver(service.ask).addresses(host, 1.0) == (host,)
    assert service.asked == []


def test_a_name_is_looked_up_each_time(service: Service) -> None:
    """It may mean another machine tomorrow."""
    resolver = Resolver(service.ask)
    assert resolver.addresses(NAME, 5.0) == ("192.0.2.7",)
    service.answer = "192.0.2.8"
    assert resolver.addresses(NAME, 5.0) == ("192.0.2.8",)
    assert service.asked == [NAME, NAME]


def test_a_name_that_is_none_is_an_error(service: Service) -> None:
    """The system's own, as of a printer that can't be reached."""
    service.answer = ""
    with pytest.raises(OSError, match="no such name"):
        Resolver(service.ask).addresses(NAME, 5.0)


def test_a_service_that_hangs_costs_one_thread_and_no_more_than_the_limit(
    service: Service,
) -> None:
    """However often it is asked meanwhile; when it answers, all is well."""
    service.is_hanging = True
    resolver = Resolver(service.ask)
    for _ in range(3):
        with pytest.raises(TimeoutError, match="not looked up in time"):
            resolver.addresses(NAME, 0.01)
    assert service.asked == [NAME]
    service.let_go.set()
    assert resolver.addresses(NAME, 5.0) == ("192.0.2.7",)


def test_what_a_name_meant_before_is_used_while_nobody_answers(service: Service) -> None:
    """A name service that is down is no reason not to print."""
    resolver = Resolver(service.ask)
    resolver.addresses(NAME, 5.0)
    service.is_hanging = True
    assert resolver.addresses(NAME, 0.01) == ("192.0.2.7",)


def test_a_printer_whose_name_hangs_can_t_be_reached(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said in time: the lane goes on."""
    service.is_hanging = True
    monkeypatch.setattr(ipp_client, "RESOLVER", Resolver(service.ask))
    printer = OfficePrinter(address_of(f"ipp://{NAME}/ipp/print"), lambda _: b"%PDF")
    assert printer.state(0.2) is PrinterState.UNREACHABLE
    assert (service.asked, service.ended) == ([NAME], [])


def test_every_address_of_a_name_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service of this machine may listen at one of the two that `localhost` has."""
    with IppServer() as server:
        monkeypatch.setattr(ipp_client, "RESOLVER", Resolver(lambda _: ("::1", "127.0.0.1")))
        address = address_of(f"ipp://{NAME}:{server.port}/ipp/print")
        client = ipp_client.IppClient(address, user="kiosk")
        told = client.printer(time.monotonic() + 5.0, "printer-state")
    assert told["printer-state"] == (3,)


def test_the_system_tells_all_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """In its order, each once, and of a name with very many only a few."""
    found = [f"192.0.2.{number}" for number in (9, 9, 1, 2, 3, 4)]
    asked = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (it, 0)) for it in found]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: asked)
    assert Resolver().addresses(NAME, 5.0) == ("192.0.2.9", "192.0.2.1", "192.0.2.2", "192.0.2.3")
