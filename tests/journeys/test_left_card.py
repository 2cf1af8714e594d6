"""A card that somebody forgot: said, rung for, written down, and told to technician and office."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devices.desk_state import SimulatedBell
from kiosk.flow import events as ev
from kiosk.flow.session import Step
from kiosk.readiness import Health, PortName, PortReport
from launch.wiring import build_kiosk
from tests.support.builders import FakeClock
from tests.support.card_desks import NAME, NUMBER, SimulatedCardDesk
from tests.support.central_server import CentralServer
from tests.support.homes import TECHNICIAN_PIN, Home
from tests.support.office import Office
from tests.support.visit import Machine, Staff, Visit


@pytest.fixture
def home(central: CentralServer, tmp_path: Path) -> Home:
    """A kiosk of its own: what it stores of time would be a jump for the journeys after it."""
    return Home(tmp_path, central)


@pytest.fixture
def machine(home: Home) -> Iterator[Machine]:
    """The running kiosk, whose clock the test turns."""
    kiosk = replace(build_kiosk(home.settings), clock=FakeClock(at=datetime.now(UTC)))
    with Machine(kiosk).running() as machine:
        yield machine


def test_a_forgotten_card_is_called_for_and_told(
    visit: Visit, hands: SimulatedCardDesk, home: Home, central: CentralServer
) -> None:
    """By voice, by bell, on the maintenance screen, and on the office's page; then it is taken."""
    machine = visit.machine
    visit.start().insert_card()
    machine.touch(ev.StopAsked)
    machine.touch(ev.StopConfirmed)
    machine.until_step(Step.TAKE_CARD)
    machine.pass_s(1)
    assert home.desk.read(SimulatedBell).said == machine.say("take_card.title")
    machine.pass_s(70)
    assert home.desk.read(SimulatedBell).ringing
    _expect(machine, "lies", Health.WARNING)
    assert not home.desk.read(SimulatedBell).ringing  # somebody touched the screen
    Staff(machine).close()
    machine.pass_s(60)
    assert home.desk.read(SimulatedBell).said == machine.say("take_card.left")
    assert "left on the reader" in _office_page(machine, central)

    hands.pull()
    machine.until_step(Step.HOME)
    _expect(machine, "gone", Health.READY)
    Staff(machine).close()
    page = _office_page(machine, central)
    assert "was left, taken since" in page
    assert NAME not in page
    assert NUMBER not in page


def _expect(machine: Machine, state: str, health: Health) -> None:
    """Look at the maintenance screen for what it says of the card."""
    Staff(machine).sign_in("", TECHNICIAN_PIN)
    # Parts that were not asked again yet stand in the report as they were.
    machine.until(lambda _: (part := _part(machine)) and part.state == state, "the report")
    part = _part(machine)
    assert part is not None
    assert part.health is health
    assert NUMBER not in part.sentence


def _part(machine: Machine) -> PortReport | None:
    panel = machine.session.staff
    report = None if panel is None else panel.report
    parts = () if report is None else report.ports
    return next((part for part in parts if part.port is PortName.LEFT_CARD), None)


def _office_page(machine: Machine, central: CentralServer) -> str:
    """Let the courier greet the platform, and return the page of the kiosks."""
    with contextlib.closing(machine.kiosk.open_courier()) as courier:
        courier.run_once()
    with Office(central) as office:
        office.sign_in()
        return office.get("/office/kiosks").text
