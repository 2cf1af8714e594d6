"""Platform restored from yesterday's backup, kiosk cloned, kiosk restored: in every order.

The kiosks are the real sealer, store and courier on a clock that is driven, at the platform's own
intake. Whatever happens in whatever order, all that was sealed is held once, nothing waits, and it
is said.
"""

from __future__ import annotations

import itertools
import logging
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

import central.intake
import sync.courier
from central.platform import Platform as Central
from central.platform import open_platform
from central.tables import HELD, EntryRow, KioskRow
from kiosk.enrolment import load_enrolment
from kiosk.envelope import AppId, EntryKind
from kiosk.store import entries
from kiosk.store.entries import EntryState
from sync.healing import NOTHING_MISSING
from tests.faults import apart
from tests.faults.dose import Batch, Harness, Part, fast_folder, read_part, shared_out
from tests.faults.simulated_kiosk import KIOSK, SimulatedKiosk, enrol_directly
from tests.faults.simulated_network import Network
from tests.support.builders import FakeClock

BEGIN = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
WORKERS = 2


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

    def known(self) -> set[AppId]:
        """Return what some machine still has."""
        return {
            app_id
            for machine in self.machines
            for app_id in self.sealed()
            if entries.find(machine.sealer.db, app_id) is not None
        }

    def close(self) -> None:
        """Let go of everything."""
        for machine in self.machines:
            machine.stop()
        self.central.database.close()


class Mishap(StrEnum):
    """What somebody does to one side."""

    PLATFORM = "platform"
    """The platform is restored from yesterday's backup."""
    KIOSK = "kiosk"
    """The kiosk is restored from yesterday's image."""
    CLONE = "clone"
    """An image of the kiosk is put on a second machine, and both go on."""


@dataclass(frozen=True, slots=True)
class Story:
    """What happens one after the other, with a bit of life between or all at once."""

    mishaps: tuple[Mishap, ...]
    lives_between: bool

    def __str__(self) -> str:
        """Return it in words."""
        return (
            f"{'-'.join(self.mishaps)}, {'with life between' if self.lives_between else 'at once'}"
        )


ORDERS = tuple(
    Story(order, lives) for order in itertools.permutations(Mishap) for lives in (True, False)
)
"""Each once, in every order."""

STORIES = ORDERS + tuple(
    story
    for length in (1, 2, 3)
    for order in itertools.product(Mishap, repeat=length)
    for lives in (True, False)
    if (story := Story(order, lives)) not in ORDERS
)
"""All of one to three mishaps in every order, the same one again among them."""


class Bug(StrEnum):
    """What is planted to see whether it is found."""

    GAPS_NOT_ASKED = "gaps-not-asked"
    """The kiosk never asks what a restored platform lacks."""
    FORK_UNNOTICED = "fork-unnoticed"
    """Neither side compares the hashes of one place."""
    NUMBERS_CLASH = "numbers-clash"
    """The platform does not look which numbers copies have taken."""


@contextmanager
def planted(bug: Bug | None) -> Iterator[None]:
    """Have a bug in this process for a while; none: as it is."""
    with pytest.MonkeyPatch.context() as patch:
        match bug:
            case Bug.GAPS_NOT_ASKED:
                patch.setattr(sync.courier, "missing_of", lambda *_: NOTHING_MISSING)
            case Bug.FORK_UNNOTICED:
                patch.setattr(central.intake, "_alarm", lambda *_: "")
                patch.setattr(entries, "hash_at", lambda *_: None)
            case Bug.NUMBERS_CLASH:
                patch.setattr(central.intake, "_claim_alarm", lambda *_: "")
                patch.setattr(central.intake, "_used_numbers", lambda *_: ())
            case None:
                pass
        yield


def live_through(site: Site, story: Story) -> list[str]:
    """Go through a story, give everything time to heal, and return which promise was not kept."""
    does: dict[Mishap, Callable[[], None]] = {
        Mishap.PLATFORM: site.restore_platform,
        Mishap.KIOSK: site.restore_kiosk,
        Mishap.CLONE: site.clone,
    }
    site.live()
    site.back_up()
    site.live()
    for mishap in story.mishaps:
        does[mishap]()
        if story.lives_between:
            site.live()
    site.clock.at += timedelta(minutes=20)
    for _ in range(len(story.mishaps)):
        site.live()
    before = {id(machine): len(machine.numbers) for machine in site.machines}
    site.live()
    return [*_judge(site, story), *_judge_numbers(site, before)]


def _judge(site: Site, story: Story) -> list[str]:
    held, sealed = site.held(), site.sealed()
    missing = set(sealed) - set(held)
    # Only what no machine has any more, and no backup either, can be gone.
    wrong = [f"{app_id}: not held, and still known here" for app_id in missing & site.known()]
    if missing and not {Mishap.PLATFORM, Mishap.KIOSK} <= set(story.mishaps):
        wrong.append(f"{len(missing)} are lost")
    wrong += [f"{app_id}: from nowhere" for app_id in set(held) - set(sealed)]
    wrong += [f"waits: {it}" for it in site.open_entries()]
    # A platform that went back with its kiosk, or after it, does not remember that it was told.
    is_told = Mishap.PLATFORM not in story.mishaps or Mishap.CLONE in story.mishaps
    if is_told and not site.alarm():
        wrong.append("nobody is told")
    return wrong


def _judge_numbers(site: Site, before: dict[int, int]) -> list[str]:
    """See whether machines that were one have parted for good: none shows another's number."""
    newest = [number for it in site.machines for number in it.numbers[before[id(it)] :]]
    return (
        [f"{len(newest) - len(set(newest))} numbers twice"]
        if len(set(newest)) < len(newest)
        else []
    )


def restore(batch: Batch) -> Part:
    """Go through some stories, side by side."""
    result = Part()
    calls = []
    for share in shared_out(batch.cases, WORKERS):
        numbers = ",".join(str(number) for number in share)
        calls.append(partial(apart.run_apart, __name__, [batch.bug, numbers]))
    for told in apart.run_side_by_side(calls):
        result.add(read_part(told))
    return result


def main(bug: str, cases: list[int]) -> Part:
    """Go through some stories, one after the other."""
    logging.disable(logging.CRITICAL)
    result = Part()
    for number in cases:
        story = STORIES[number % len(STORIES)]
        with (
            tempfile.TemporaryDirectory(prefix="doorstep-site-", dir=fast_folder()) as home,
            planted(Bug(bug) if bug else None),
        ):
            site = Site(Path(home))
            problems = live_through(site, story)
            result.figures.update(
                {
                    "stories": 1,
                    "mishaps": len(story.mishaps),
                    "machines": len(site.machines),
                    "entries": len(site.sealed()),
                }
            )
            site.close()
        result.find(number, *(f"{story}: {problem}" for problem in problems[:5]))
        if bug and result.problems:
            break
    return result


HARNESS = Harness(
    name="restore",
    about="platform restored from a backup, kiosk cloned, kiosk restored, in every order",
    unit="stories",
    dose=len(STORIES),
    batch=8,
    give=restore,
    bugs=tuple(bug.value for bug in Bug),
    is_sample=False,
)


if __name__ == "__main__":
    _bug, _cases = sys.argv[1:]
    apart.tell(main(_bug, [int(it) for it in _cases.split(",")]).to_json())
