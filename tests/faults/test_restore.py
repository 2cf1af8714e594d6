"""Platform restored from yesterday's backup, kiosk cloned, kiosk restored: noticed and healed."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from central.platform import Platform as Central
from central.platform import open_platform
from central.statuses import set_status
from central.tables import HELD, EntryRow, HeadRow, KioskRow, LostRow
from kiosk.enrolment import load_enrolment
from kiosk.envelope import AppId, EntryKind
from kiosk.store import applications, audit, entries, facts
from kiosk.store.entries import EntryState
from sync.protocol import StatusCode
from tests.faults.simulated_kiosk import KIOSK, SimulatedKiosk, enrol_directly
from tests.faults.simulated_network import Network
from tests.faults.simulation import fast_folder
from tests.support.builders import FakeClock

pytestmark = pytest.mark.may_warn("copies and losses are told")
BEGIN = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@dataclass
class Site:
    """A platform with its backup, and machines that all believe to be the same kiosk."""

    folder: Path
    clock: FakeClock = field(default_factory=lambda: FakeClock(at=BEGIN))
    machines: list[SimulatedKiosk] = field(default_factory=list)
    central: Central = field(init=False)
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        """Open the platform and start the first machine."""
        import random

        self.central = self._open()
        self.network = Network(self.central, KIOSK, random.Random(1), self.clock)
        state = self.folder / "kiosk-0"
        enrolment = enrol_directly(self.central, state)
        self.machines.append(SimulatedKiosk(state, enrolment, self.clock, self.network))

    @property
    def kiosk(self) -> SimulatedKiosk:
        """The machine that was there first."""
        return self.machines[0]

    def _open(self) -> Central:
        return open_platform(self.folder / "central", now=lambda: self.clock.now().at)

    def back_up(self) -> None:
        """Keep a copy of platform and kiosk as they are now."""
        self.central.database.close()
        shutil.copytree(self.folder / "central", self.folder / "central-backup")
        self.central = self.network.central = self._open()
        self.kiosk.copy_to(self.folder / "kiosk-backup")

    def restore_platform(self) -> None:
        """Put the platform back to the copy."""
        self.central.database.close()
        shutil.rmtree(self.folder / "central")
        shutil.copytree(self.folder / "central-backup", self.folder / "central")
        self.central = self.network.central = self._open()

    def restore_kiosk(self) -> None:
        """Put the first machine back to the copy."""
        self.kiosk.go_back_to(self.folder / "kiosk-backup")

    def clone(self) -> None:
        """Start a second machine from an image of the first as it is."""
        copy = self.kiosk.copy_to(self.folder / f"kiosk-{len(self.machines)}")
        enrolment = load_enrolment(copy)
        assert enrolment is not None
        self.machines.append(SimulatedKiosk(copy, enrolment, self.clock, self.network))

    def live(self) -> None:
        """Have every machine seal two applications and deliver what it has."""
        for machine in self.machines:
            machine.seal()
            machine.seal()
            machine.drain(3)

    def held(self) -> dict[str, EntryRow]:
        """Return what the platform holds, canaries apart."""
        with self.central.database.reading() as session:
            is_sealed = EntryRow.kind != EntryKind.CONTROL.value
            rows = session.scalars(select(EntryRow).where(EntryRow.state == HELD, is_sealed))
            return {row.app_id: row for row in rows}

    def alarm(self) -> str:
        """Return what the office's page shows of the kiosk."""
        with self.central.database.reading() as session:
            return session.get_one(KioskRow, KIOSK).alarm

    def sealed(self) -> list[AppId]:
        """Return all that any machine ever sealed."""
        return [app_id for machine in self.machines for app_id in machine.sealed]

    def open_entries(self) -> list[str]:
        """Return what is not delivered on any machine."""
        return [
            f"{entry.state} {entry.reason}"
            for machine in self.machines
            for app_id in machine.sealed
            if (entry := entries.find(machine.sealer.db, app_id)) is not None
            and entry.state not in {EntryState.DELIVERED, EntryState.ERASED}
        ]


@pytest.fixture
def site() -> Iterator[Site]:
    """A site in memory where there is some."""
    with tempfile.TemporaryDirectory(prefix="doorstep-site-", dir=fast_folder()) as home:
        made = Site(Path(home))
        yield made
        for machine in made.machines:
            machine.stop()
        made.central.database.close()


def test_yesterdays_platform_gets_everything_again(site: Site) -> None:
    """What was proven after the backup and still lies here is announced and sent again, once."""
    site.live()
    site.back_up()
    site.live()
    before = {app_id: row.entry_hash for app_id, row in site.held().items()}
    site.restore_platform()
    assert len(site.held()) == 2
    site.live()
    site.kiosk.drain()
    held = site.held()
    assert before.items() <= {app_id: row.entry_hash for app_id, row in held.items()}.items()
    assert sorted(held) == sorted(site.sealed())
    assert site.open_entries() == []


def test_what_is_erased_is_named_by_its_proof(site: Site) -> None:
    """A backup older than envelopes are kept: the platform learns what it lost, and says so."""
    site.live()
    site.back_up()
    site.live()
    site.clock.pass_s(80 * 3600)
    site.kiosk.drain(2)
    lost = site.kiosk.sealed[2:4]
    for app_id in lost:
        entry = entries.find(site.kiosk.sealer.db, app_id)
        assert entry is not None
        assert entry.state is EntryState.ERASED
    site.restore_platform()
    site.kiosk.seal()
    site.kiosk.drain()
    with site.central.database.reading() as session:
        rows = session.scalars(select(LostRow).order_by(LostRow.seq)).all()
        assert [row.app_id for row in rows] == lost
        assert session.scalars(select(HeadRow)).one().contiguous_seq == 6  # and a canary
    assert "2 entries were proven and are not held" in site.alarm()
    assert sorted(site.held()) == sorted(set(site.sealed()) - set(lost))


def test_of_a_cloned_kiosk_everything_is_kept_and_one_goes_on_elsewhere(site: Site) -> None:
    """Both used the same places in the chain: both are held, it is said, numbers part for good."""
    site.live()
    site.clone()
    for machine in site.machines:
        machine.seal()
    for _ in range(2):
        site.live()
    site.live()
    assert sorted(site.held()) == sorted(site.sealed())
    assert site.open_entries() == []
    assert "copied" in site.alarm()
    epochs = {facts.get(machine.sealer.db, "epoch") for machine in site.machines}
    assert len(epochs) == 2
    newest = [machine.numbers[-1] for machine in site.machines]
    assert len(set(newest)) == 2
    started = [
        event
        for machine in site.machines
        for _, event, _ in audit.last(machine.sealer.db, 100)
        if event == "EPOCH_STARTED"
    ]
    assert len(started) == 1


def test_two_copies_that_part_at_once_take_different_numbers(site: Site) -> None:
    """Neither has sent anything under its new number yet: the platform knows who said it first."""
    site.live()
    for _ in range(2):
        site.clone()
    for machine in site.machines:
        machine.seal()
    for machine in site.machines:  # the first goes on as it is, the others are told to part
        machine.drain(1)
    for _ in range(2):
        site.live()
    newest = {machine.numbers[-1] for machine in site.machines}
    assert len(newest) == 3
    kiosk_numbers = {facts.get(machine.sealer.db, "kiosk_number") for machine in site.machines}
    assert len(kiosk_numbers) == 3
    assert sorted(site.held()) == sorted(set(site.sealed()))
    assert site.open_entries() == []
    assert "copied" in site.alarm()


def test_a_restored_kiosk_starts_anew_before_it_does_harm(site: Site) -> None:
    """Back at yesterday it is told so at its first hello: no place is used twice after it."""
    site.live()
    site.back_up()
    site.live()
    site.restore_kiosk()
    site.kiosk.drain(1)
    assert "went back" in site.alarm()
    site.live()
    held = site.held()
    assert all(row.branch == 0 for row in held.values())
    numbers = Counter((row.number, row.seq) for row in held.values())
    assert set(numbers.values()) == {1}
    assert sorted(held) == sorted(site.sealed())


def test_news_of_a_restored_platform_are_heard(site: Site) -> None:
    """Its feed begins anew under numbers that were used before: nothing in it is missed."""
    first = site.kiosk.seal()
    site.kiosk.drain(2)
    site.back_up()
    words = (("en", "Before."),)
    assert set_status(site.central, first, StatusCode.ACCEPTED, words)
    site.kiosk.drain(1)
    site.restore_platform()
    for text in ("After.", "Last."):
        assert set_status(site.central, first, StatusCode.DONE, (("en", text),))
    site.kiosk.drain(1)
    at = site.clock.now().at
    (told,) = applications.status_by_lookup(site.kiosk.sealer.db, bytes(32), at)
    assert told.office_state == "done"


ORDERS = list(itertools.permutations(("platform", "kiosk", "clone")))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
@pytest.mark.parametrize("lives_between", [True, False], ids=["lives", "at_once"])
def test_all_orders(site: Site, order: tuple[str, ...], *, lives_between: bool) -> None:
    """Whatever happens in whatever order, all that was sealed is held once and nothing waits."""
    does: dict[str, Callable[[], None]] = {
        "platform": site.restore_platform,
        "kiosk": site.restore_kiosk,
        "clone": site.clone,
    }
    site.live()
    site.back_up()
    site.live()
    for what in order:
        does[what]()
        if lives_between:
            site.live()
    site.clock.at += timedelta(minutes=20)
    for _ in range(3):
        site.live()
    held = site.held()
    missing = set(site.sealed()) - set(held)
    known = {
        app_id
        for machine in site.machines
        for app_id in site.sealed()
        if entries.find(machine.sealer.db, app_id) is not None
    }
    # Only what no machine has any more, and no backup either, can be gone; and that is said.
    assert not missing & known
    if missing:
        assert {"platform", "kiosk"} <= set(order)
    assert site.open_entries() == []
    assert site.alarm()
