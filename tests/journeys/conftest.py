"""What journeys share: one platform, and one enrolled kiosk with simulated devices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.desk_state import (
    SheetScene,
    SimulatedBell,
    SimulatedCard,
    SimulatedFace,
    SimulatedNetwork,
    SimulatedPaper,
    SimulatedSheet,
    SimulatedTray,
)
from launch.wiring import build_kiosk
from tests.support.card_desks import SimulatedCardDesk
from tests.support.central_server import CentralServer, running_platform
from tests.support.homes import Home
from tests.support.visit import Machine, Visit


@pytest.fixture(scope="package")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentralServer]:
    """One platform for all journeys."""
    with running_platform(tmp_path_factory.mktemp("central")) as server:
        yield server


@pytest.fixture(scope="package")
def shared_home(central: CentralServer, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One kiosk with simulated devices."""
    return Home(tmp_path_factory.mktemp("home"), central)


@pytest.fixture
def home(shared_home: Home) -> Home:
    """The kiosk with its desk as nobody has touched it."""
    for item in (
        SimulatedCard(),
        SimulatedFace(),
        SimulatedPaper(),
        SimulatedTray(),
        SimulatedNetwork(),
        SimulatedBell(),
        SimulatedSheet(SheetScene.NOTHING),
    ):
        shared_home.desk.write(item)
    for old in (shared_home.state / "papers").glob("*"):
        old.unlink()
    return shared_home


@pytest.fixture
def machine(home: Home) -> Iterator[Machine]:
    """The running kiosk."""
    with Machine(build_kiosk(home.settings)).running() as machine:
        yield machine


@pytest.fixture
def hands(home: Home) -> SimulatedCardDesk:
    """Who lays cards on the simulated reader."""
    return SimulatedCardDesk(home.desk.folder)


@pytest.fixture
def visit(machine: Machine, hands: SimulatedCardDesk) -> Visit:
    """Somebody at the machine."""
    return Visit(machine, hands)


@pytest.fixture
def tray(home: Home) -> Path:
    """Where the simulated printer's slips fall."""
    return home.state / "papers"
