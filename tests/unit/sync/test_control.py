"""What a kiosk tells about itself, and what it goes by, while its clock on the wall is wrong.

Kiosk and platform are real, the network between them is simulated, and only the kiosk's clock is
off.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from central.platform import open_platform
from central.self_reports import latest_reports
from central.tables import EntryRow, KioskRow
from kiosk.clock import ClockState, Moment
from kiosk.errors import DiskFull
from kiosk.sealing import Sealer
from kiosk.store import entries, time_known
from kiosk.store.engine import FILE_NAME
from kiosk.store.entries import EntryState
from kiosk.timekeeping import JUMP_ENTRY_EVERY_S
from tests.faults.simulated_kiosk import KIOSK, SimulatedKiosk, enrol_directly
from tests.faults.simulated_network import Network
from tests.support.builders import FakeClock

HOUR_S = 3600.0
TEN_YEARS = timedelta(days=3650)


@dataclass
class WrongClock(FakeClock):
    """A clock that is off by `off`; `at` stays the right time, which the platform has."""

    off: timedelta = timedelta(0)

    def now(self) -> Moment:
        """Return what the wrong clock says."""
        return Moment(self.at + self.off, self.monotonic_s)


@pytest.fixture
def clock() -> WrongClock:
    """A clock that is right so far."""
    return WrongClock()


@pytest.fixture
def kiosk(tmp_path: Path, clock: WrongClock) -> Iterator[SimulatedKiosk]:
    """A kiosk that has said hello to a platform whose clock is right."""
    central = open_platform(tmp_path / "central", now=lambda: clock.at)
    enrolment = enrol_directly(central, tmp_path / "kiosk")
    network = Network(central, KIOSK, random.Random(1), clock)
    made = SimulatedKiosk(tmp_path / "kiosk", enrolment, clock, network)
    made.seal()
    made.drain(1)
    yield made
    made.stop()
    network.central.database.close()


def reports(kiosk: SimulatedKiosk) -> list[str]:
    """Return what the office's page says that the kiosk told about itself."""
    with kiosk.network.central.database.reading() as session:
        return latest_reports(session).get(KIOSK, [])


def controls(kiosk: SimulatedKiosk) -> list[EntryState]:
    """Return how far the control entries are that were sealed here."""
    rows = kiosk.sealer.db.conn.execute("SELECT state FROM entries WHERE kind = 'control'")
    return [EntryState(state) for (state,) in rows.fetchall()]


def said(kiosk: SimulatedKiosk) -> str:
    """Return the state of the clock in the last hello."""
    with kiosk.network.central.database.reading() as session:
        return str(json.loads(session.get_one(KioskRow, KIOSK).hello)["clock_state"])


def pass_hours(kiosk: SimulatedKiosk, hours: int) -> None:
    """Let hours pass, with a hello in each."""
    for _ in range(hours):
        kiosk.clock.pass_s(HOUR_S)
        kiosk.courier.hurry()
        kiosk.courier.run_once()


@pytest.mark.may_warn("the jump is told")
def test_a_jump_is_told_once_and_shown(kiosk: SimulatedKiosk, clock: WrongClock) -> None:
    """Sealed, delivered and on the page of kiosks; one that follows within the hour comes later."""
    clock.off = TEN_YEARS
    kiosk.drain(2)
    assert controls(kiosk) == [EntryState.DELIVERED]
    (told,) = reports(kiosk)
    assert "Its clock jumped from 2026-11-20 01:4" in told
    assert "to 2036-11-17 01:4" in told
    clock.off = timedelta(0)
    kiosk.drain(1)
    assert len(reports(kiosk)) == 1
    clock.pass_s(JUMP_ENTRY_EVERY_S)
    kiosk.drain(2)
    assert len(reports(kiosk)) == 2
    pass_hours(kiosk, 3)
    assert len(controls(kiosk)) == 2


@pytest.mark.may_warn("the jump is told")
def test_a_clock_set_again_after_a_restart_is_told(
    kiosk: SimulatedKiosk, clock: WrongClock
) -> None:
    """The last look is in the store."""
    kiosk.stop()
    clock.off = -TEN_YEARS
    kiosk.start()
    kiosk.drain(2)
    assert len(reports(kiosk)) == 1
    assert "to 2016-11-" in reports(kiosk)[0]


@pytest.mark.may_warn("it is said that the entry could not be stored")
def test_no_room_for_the_entry_stops_nothing(
    kiosk: SimulatedKiosk, clock: WrongClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits is sent; the jump is told when there is room, once."""

    def no_room(*_: object) -> None:
        raise DiskFull("The disk is full.")

    clock.off = TEN_YEARS
    waiting = kiosk.seal()
    with monkeypatch.context() as patch:
        patch.setattr(Sealer, "seal_control", no_room)
        kiosk.drain(2)
    entry = entries.find(kiosk.sealer.db, waiting)
    assert entry is not None
    assert entry.state is EntryState.DELIVERED
    assert controls(kiosk) == []
    kiosk.drain(2)
    assert controls(kiosk) == [EntryState.DELIVERED]


@pytest.mark.may_warn("the jump is told")
@pytest.mark.parametrize("off", [TEN_YEARS, -TEN_YEARS, timedelta(days=2)])
def test_nothing_is_erased_before_its_time_has_surely_passed(
    kiosk: SimulatedKiosk, clock: WrongClock, off: timedelta
) -> None:
    """72 hours by the platform's clock, however far ahead or behind the wall is."""
    (app_id,) = kiosk.sealed
    clock.off = off
    pass_hours(kiosk, 71)
    entry = entries.find(kiosk.sealer.db, app_id)
    assert entry is not None
    assert entry.state is EntryState.DELIVERED
    passed = time_known.passed(kiosk.sealer.db, clock.now())
    assert passed is not None
    assert clock.at - timedelta(seconds=2) <= passed <= clock.at
    pass_hours(kiosk, 2)
    entry = entries.find(kiosk.sealer.db, app_id)
    assert entry is not None
    assert entry.state is EntryState.ERASED


@pytest.mark.may_warn("the jump is told")
def test_hello_says_how_the_clock_is(kiosk: SimulatedKiosk, clock: WrongClock) -> None:
    """Not compared at first; then compared; suspect after a jump; compared again."""
    assert said(kiosk) == ClockState.FLOOR
    kiosk.drain(1)
    assert said(kiosk) == ClockState.SYNCED
    clock.off = TEN_YEARS
    kiosk.drain(1)
    assert said(kiosk) == ClockState.SUSPECT
    kiosk.drain(1)
    assert said(kiosk) == ClockState.SYNCED


@pytest.mark.may_warn("envelopes are found that no row tells of")
def test_a_new_epoch_is_told(kiosk: SimulatedKiosk) -> None:
    """A database that is gone: the first thing the new chain tells is why there is one."""
    assert controls(kiosk) == []
    kiosk.stop()
    for path in kiosk.state.glob(f"{FILE_NAME}*"):
        path.unlink()
    kiosk.start()
    kiosk.drain(2)
    (told,) = reports(kiosk)
    assert "its database was lost or damaged" in told
    with kiosk.network.central.database.reading() as session:
        seqs = session.execute(
            select(EntryRow.seq, EntryRow.kind).where(EntryRow.kind == "control")
        ).all()
    assert [tuple(it) for it in seqs] == [(1, "control")]
    kiosk.drain(1)
    assert len(reports(kiosk)) == 1
