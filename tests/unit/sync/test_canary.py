"""Once a month the kiosk asks whether what it seals can still be opened, and hears the answer."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from central.keys import RECIPIENT, keep_recipient, write_hex
from central.opening import open_again
from central.platform import KEYS, Platform, open_platform
from kiosk.clock import Moment
from kiosk.domain import AppId
from kiosk.envelope import RecipientPrivateKey
from kiosk.errors import DiskFull
from kiosk.ports.courier import Reach
from kiosk.sealing import Sealer
from kiosk.store import facts
from kiosk.store.canaries import SENT_ID, canary_state
from tests.faults.simulated_kiosk import KIOSK, SimulatedKiosk, enrol_directly
from tests.faults.simulated_network import Network
from tests.support.builders import FakeClock

DAY_S = 86_400


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[SimulatedKiosk]:
    """A kiosk and a platform on the same clock."""
    clock = FakeClock()
    central = open_platform(tmp_path / "central", now=lambda: clock.now().at)
    enrolment = enrol_directly(central, tmp_path / "kiosk")
    network = Network(central, KIOSK, random.Random(1), clock)
    made = SimulatedKiosk(tmp_path / "kiosk", enrolment, clock, network)
    made.seal()
    yield made
    made.stop()
    network.central.database.close()


def central_of(kiosk: SimulatedKiosk) -> Platform:
    """Return the platform of a kiosk."""
    return kiosk.network.central


def test_a_canary_goes_once_a_month_and_is_answered(kiosk: SimulatedKiosk) -> None:
    """The first a day after the first hello, then every thirty days."""
    sent = []
    for _ in range(40):
        kiosk.drain(2)
        sent.append(facts.get(kiosk.sealer.db, SENT_ID))
        kiosk.clock.pass_s(DAY_S)
    assert len(set(sent) - {None}) == 2
    state = canary_state(kiosk.sealer.db)
    assert state.opened_at is not None
    assert state.sent_at is not None
    assert state.sent_at - state.opened_at < timedelta(hours=1)
    assert state.failed_at is None


@pytest.mark.may_warn("that the platform can't open it is told")
def test_a_platform_that_lost_its_key_is_told_of(kiosk: SimulatedKiosk) -> None:
    """It holds and proves the canary, and says that it can't open it, until it has a key again."""
    keys = central_of(kiosk).data / KEYS
    lost = central_of(kiosk).keys.recipient
    write_hex(keys / RECIPIENT, RecipientPrivateKey.generate().raw)
    central_of(kiosk).database.close()
    kiosk.network.central = open_platform(central_of(kiosk).data, now=lambda: kiosk.clock.now().at)
    kiosk.drain(2)
    kiosk.clock.pass_s(2 * DAY_S)
    kiosk.drain(3)
    state = canary_state(kiosk.sealer.db)
    assert state.failed_at is not None
    assert state.opened_at is None
    assert (state.has_failed, state.waits_since) == (True, None)
    keep_recipient(keys, lost)
    opened, closed = open_again(central_of(kiosk))
    assert (opened > 0, closed) == (True, 0)
    kiosk.drain(2)
    assert not canary_state(kiosk.sealer.db).has_failed


@pytest.mark.may_warn("a canary that can't be stored is told")
def test_no_room_for_a_canary_stops_nothing(
    kiosk: SimulatedKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is delivered is what makes room again."""

    def no_room(_: Sealer, at: Moment) -> AppId:
        raise DiskFull(f"no room at {at.monotonic_s}")

    monkeypatch.setattr(Sealer, "seal_canary", no_room)
    kiosk.drain(2)
    kiosk.clock.pass_s(2 * DAY_S)
    kiosk.seal()
    result = kiosk.go_round()
    assert (result.reach, result.delivered, result.still_open) == (Reach.ONLINE, 1, 0)


def test_how_often_is_a_setting(kiosk: SimulatedKiosk) -> None:
    """Asked every two days, it goes every two days."""
    kiosk.courier.config = replace(kiosk.courier.config, canary_every=timedelta(days=2))
    sent = set()
    for _ in range(9):
        kiosk.drain(1)
        sent.add(facts.get(kiosk.sealer.db, SENT_ID))
        kiosk.clock.pass_s(DAY_S)
    assert len(sent - {None}) == 4
