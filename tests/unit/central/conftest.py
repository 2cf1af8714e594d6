"""A platform, a kiosk of it and somebody at the office, for every file without its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.central_server import CentralServer, running_platform
from tests.support.kiosk_client import KioskClient
from tests.support.office import Office


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentralServer]:
    """Run one platform for all tests of a file."""
    with running_platform(tmp_path_factory.mktemp("central")) as running:
        yield running


@pytest.fixture
def kiosk(server: CentralServer) -> Iterator[KioskClient]:
    """Enrol a kiosk."""
    client = KioskClient.enrol(server)
    yield client
    client.close()


@pytest.fixture
def office(server: CentralServer) -> Iterator[Office]:
    """Sign in to the office."""
    with Office(server) as somebody:
        somebody.sign_in()
        yield somebody
