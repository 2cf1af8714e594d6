"""The courier over HTTPS: one authority is trusted, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.errors import EnrolmentError
from kiosk.ports.courier import Reach
from kiosk.settings import PlatformSettings
from launch.enrolling import enrol
from sync.courier import open_courier
from sync.courier_config import CourierConfig
from tests.support.builders import FakeClock
from tests.support.central_server import CentralServer, running_platform
from tests.support.certificates import Certificates, make_certificates
from tests.support.enrolled_places import bare_settings


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """The authority that is pinned."""
    return make_certificates(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def central(
    ours: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CentralServer]:
    """A platform on HTTPS."""
    data = tmp_path_factory.mktemp("central")
    options = ("--tls-certificate", str(ours.certificate), "--tls-key", str(ours.key))
    with running_platform(data, *options, scheme="https") as server:
        yield server


@pytest.mark.parametrize("pinned", ["ours", "another"])
def test_only_the_pinned_authority_is_trusted(
    central: CentralServer, ours: Certificates, tmp_path: Path, pinned: str
) -> None:
    """With the right one it enrols and talks; with another it says so and tells nothing."""
    stranger = make_certificates(tmp_path / "stranger")
    ca_file = ours.authority if pinned == "ours" else stranger.authority
    plain = bare_settings(tmp_path, "")
    settings = replace(plain, platform=PlatformSettings(url=central.url, ca_file=ours.authority))
    if pinned == "another":
        with pytest.raises(EnrolmentError, match="certificate is not the pinned one"):
            enrol(
                replace(plain, platform=PlatformSettings(url=central.url, ca_file=ca_file)),
                central.url,
                central.enrolment_code(),
                None,
            )
    enrol(settings, central.url, central.enrolment_code(), None)
    config = CourierConfig(settings.kiosk.state_folder, central.url, ca_file, 60, 5, 1 << 20)
    courier = open_courier(config, FakeClock(at=datetime.now(UTC)))
    result = courier.run_once()
    courier.close()
    if pinned == "ours":
        assert (result.reach, result.why) == (Reach.ONLINE, "")
    else:
        assert result.reach is Reach.OFFLINE
        assert "certificate is not the pinned one" in result.why
