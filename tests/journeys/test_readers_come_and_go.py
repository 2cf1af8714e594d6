"""Readers that are unplugged, plugged in elsewhere, and die, with somebody at the machine.

The whole program over real parts: pcscd with two virtual readers, and serial lines. What is said to
the resident and to the technician, and that it is well again by itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.flow import events as ev
from kiosk.flow.session import Step
from kiosk.ports.card_reader import Presence
from kiosk.readiness import Health, PortName, PortReport
from launch import devices_chosen
from launch.wiring import build_kiosk
from tests.support.card_desks import NUMBER, PcscCardDesk, SamCardDesk
from tests.support.central_server import CentralServer
from tests.support.homes import TECHNICIAN_PIN, Home
from tests.support.national_cards import ESTONIAN_NUMBER, EstonianChip
from tests.support.sam_module import SamModule, sam_module
from tests.support.usb_desk import UsbDesk
from tests.support.virtual_card import PcscDesk, pcsc_card
from tests.support.visit import Hands, Machine, Staff, Visit
from ui.views.card import card_view


@pytest.fixture(scope="module")
def bare_home(central: CentralServer, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An enrolled kiosk without anything but readers."""
    home = Home(tmp_path_factory.mktemp("readers"), central)
    home.write(camera={"kind": "none"}, printer={"kind": "none"}, speaker={"kind": "none"})
    return home


@pytest.fixture
def pcsc() -> Iterator[PcscDesk]:
    """A smart card service with two readers."""
    with pcsc_card() as desk:
        yield desk


@pytest.fixture
def module(tmp_path: Path) -> Iterator[SamModule]:
    """A resident card reader on a serial line."""
    with sam_module(tmp_path) as module:
        yield module


@contextlib.contextmanager
def somebody(home: Home, hands: Hands) -> Iterator[Visit]:
    """Run the kiosk with somebody before it, who has come to the card."""
    with Machine(build_kiosk(home.settings)).running() as machine:
        visit = Visit(machine, hands)
        visit.start().come_to_the_card()
        yield visit


def expect_read(machine: Machine, number: str) -> None:
    """Let the card be read, and say whose it has to be; then stop and begin anew."""
    machine.until_step(Step.CONSENT_DATA)
    person = machine.session.person
    assert person is not None
    assert person.document_number == number
    assert machine.session.identity is not None


def begin_anew(visit: Visit) -> None:
    """Stop, take the card, and come to the card step again."""
    machine = visit.machine
    machine.touch(ev.StopAsked)
    machine.touch(ev.StopConfirmed)
    visit.hands.pull()
    machine.until(lambda session: session.card_presence is not Presence.PRESENT, "the card taken")
    machine.touch(ev.Continued)
    machine.until_step(Step.HOME)
    visit.start().come_to_the_card()


def expect_gone(machine: Machine) -> None:
    """See the sentence for the resident, with another way, while the reader is gone."""
    machine.until(lambda session: session.reader_is_gone, "the sentence about the reader")
    view = card_view(machine.session, machine.world, machine.conductor._texts())
    assert view.problem == machine.say("card.reader_gone")
    assert view.other_title
    assert view.other_line
    assert machine.session.step is Step.CARD


def told_technician(machine: Machine, state: str) -> PortReport:
    """Open the maintenance screen until it says this of the reader, and close it again."""
    staff = Staff(machine).sign_in("", TECHNICIAN_PIN)
    machine.until(lambda _: (part := _part(machine)) and part.state == state, f"doctor: {state}")
    part = _part(machine)
    assert part is not None
    staff.close()
    return part


def _part(machine: Machine) -> PortReport | None:
    panel = machine.session.staff
    report = None if panel is None else panel.report
    parts = () if report is None else report.ports
    return next((part for part in parts if part.port is PortName.CARD_READER), None)


@pytest.mark.may_warn("a driver whose service died may be ended")
def test_a_serial_reader_and_a_smart_card_reader_at_once(
    bare_home: Home, pcsc: PcscDesk, module: SamModule
) -> None:
    """Either reads; each goes on while the other is gone; without both there is another way."""
    bare_home.write(card_reader={"kind": "sam_and_pcsc", "port": str(module.path)})
    serial, contact = SamCardDesk(module), PcscCardDesk(pcsc)
    with somebody(bare_home, serial) as visit:
        machine = visit.machine
        serial.insert()
        expect_read(machine, NUMBER)
        begin_anew(visit)
        pcsc.insert(EstonianChip(), slot=1)
        expect_read(machine, ESTONIAN_NUMBER)
        pcsc.pull(slot=1)
        begin_anew(visit)

        contact.unplug()
        part = told_technician(machine, "partly")
        assert part.health is Health.WARNING
        assert "PC/SC: " in part.sentence
        serial.insert()
        expect_read(machine, NUMBER)
        begin_anew(visit)

        serial.unplug()
        expect_gone(machine)
        part = told_technician(machine, "gone")
        assert part.health is Health.BROKEN
        assert "There is no serial line" in part.sentence
        assert part.advice

        contact.plug_in()
        pcsc.insert(EstonianChip())
        expect_read(machine, ESTONIAN_NUMBER)
        pcsc.pull()
        begin_anew(visit)
        serial.plug_in()
        serial.insert()
        expect_read(machine, NUMBER)


@pytest.mark.may_warn("a driver whose line died may be ended")
def test_a_usb_line_that_comes_back_under_another_name(
    bare_home: Home, module: SamModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pulled out in the middle of a visit, put in elsewhere: found by what it is."""
    desk, hands = UsbDesk(module), SamCardDesk(module)
    bare_home.write(card_reader={"kind": "sam_serial", "port": str(module.path)})
    monkeypatch.setattr(devices_chosen, "open_reader", lambda *_: desk.reader())
    with somebody(bare_home, hands) as visit:
        machine = visit.machine
        hands.insert()
        expect_read(machine, NUMBER)
        begin_anew(visit)
        for _ in range(2):
            desk.unplug()
            expect_gone(machine)
            assert "No serial line belongs" in told_technician(machine, "gone").sentence
            desk.plug_in()
            machine.until(lambda session: not session.reader_is_gone, "the reader")
            hands.insert()
            expect_read(machine, NUMBER)
            begin_anew(visit)


@pytest.mark.may_warn("a driver whose service died may be ended")
def test_a_smart_card_service_that_dies_and_comes_back(bare_home: Home, pcsc: PcscDesk) -> None:
    """While somebody looks for their card: said, and well again by itself."""
    bare_home.write(card_reader={"kind": "pcsc", "reader_name": "Doorstep"})
    hands = PcscCardDesk(pcsc)
    with somebody(bare_home, hands) as visit:
        machine = visit.machine
        hands.unplug()
        expect_gone(machine)
        assert "smart card service" in told_technician(machine, "gone").sentence
        hands.plug_in()
        machine.until(lambda session: not session.reader_is_gone, "the reader")
        hands.insert()
        expect_read(machine, NUMBER)


def test_two_smart_card_readers_and_a_swap_that_nobody_saw(bare_home: Home, pcsc: PcscDesk) -> None:
    """The card laid down last counts; a card swapped within one poll is the new one's whole."""
    bare_home.write(card_reader={"kind": "pcsc", "reader_name": "Doorstep"})
    hands = PcscCardDesk(pcsc)
    with somebody(bare_home, hands) as visit:
        machine = visit.machine
        pcsc.insert(EstonianChip(), slot=1)
        expect_read(machine, ESTONIAN_NUMBER)
        first = EstonianChip(number="47101010033", name="ANDER")
        machine.touch(ev.StopAsked)
        machine.touch(ev.StopConfirmed)
        pcsc.swap(first, slot=1)  # the service and its event counter notice nothing
        machine.until_step(Step.TAKE_CARD)
        pcsc.pull(slot=1)
        machine.until_step(Step.HOME)
        visit.start().come_to_the_card()
        pcsc.insert(first, slot=0)
        expect_read(machine, first.number)
        person = machine.session.person
        assert person is not None
        assert dict(person.details)["surname"] == "ANDER"
