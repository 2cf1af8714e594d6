"""What the tests of commands share: one platform, and one enrolled kiosk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.central_server import CentralServer, running_platform
from tests.support.homes import Home


@pytest.fixture(scope="package")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentralServer]:
    """One platform for all commands."""
    with running_platform(tmp_path_factory.mktemp("central")) as server:
        yield server


@pytest.fixture(scope="package")
def home(central: CentralServer, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One enrolled kiosk with simulated devices."""
    return Home(tmp_path_factory.mktemp("home"), central)
