"""Weeks of a kiosk, a network and a platform in seconds, played from a seed.

Kiosk and platform are the real ones: sealing, store, courier with its engine, and the platform's
intake, each with its database. Simulated are time, network and deaths. A seed that fails fails
again.
"""

from __future__ import annotations

import logging
import random
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path

from sqlalchemy import select

from central.platform import Platform as Central
from central.platform import open_platform
from central.tables import HELD, EntryRow, HeadRow
from kiosk.envelope import AppId, EntryKind
from kiosk.store import entries
from kiosk.store.entries import EntryState
from sync.delivery import Delivery
from sync.steps import (
    Append,
    CallFailed,
    Deliver,
    Event,
    Found,
    Look,
    Mark,
    Postpone,
    Proven,
)
from tests.faults import apart
from tests.faults.dose import Batch, Harness, Part, fast_folder, read_part, shared_out
from tests.faults.simulated_kiosk import KIOSK, SimulatedKiosk, enrol_directly
from tests.faults.simulated_network import Crash, Network, Weather
from tests.support.builders import FakeClock

BEGIN = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
HOUR_S, DAY_S = 3600.0, 86_400.0
HEALED_S = DAY_S
"""How long everything may take once the network is well again."""
PER_DAY = 5
GIVEN_UP_AT = 3
WEEKS_DAYS = 21.0
WORKERS = 2


class Bug(StrEnum):
    """What is planted to see whether the simulation finds it."""

    COUNTS_TWICE = "counts_twice"
    """The platform takes an announcement that is repeated for another application."""
    GIVES_UP = "gives_up"
    """The kiosk leaves an entry alone after three tries."""
    NO_PROOF = "no_proof"
    """The kiosk takes the last piece that was sent for a success."""


@dataclass
class Outcome:
    """What a seed came to."""

    seed: str
    sealed: int = 0
    rounds: int = 0
    crashes: int = 0
    restores: int = 0
    mishaps: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Return figures in one line, and what is wrong below."""
        told = (
            f"seed {self.seed}: {self.sealed} entries, {self.rounds} rounds,"
            f" {self.crashes} deaths, {self.restores} restores, {sum(self.mishaps.values())} calls,"
            f" {len(self.problems)} violations"
        )
        return "\n".join([told, *(f"  {problem}" for problem in self.problems[:10])])


class World:
    """One kiosk and one platform below a folder, and the weeks that happen to them."""

    def __init__(self, folder: Path, seed: str, bug: Bug | None) -> None:
        """Set both up, enrolled with each other."""
        self.dice = random.Random(seed)
        self.bug = bug
        self.out = Outcome(seed)
        self.tries: Counter[str] = Counter()
        self.folder, self.state = folder, folder / "kiosk"
        self.clock = FakeClock(at=BEGIN)
        self.begun_s = self.clock.monotonic_s
        self.central = self._open_central()
        enrolment = enrol_directly(self.central, self.state)
        self.network = Network(self.central, KIOSK, self.dice, self.clock)
        self.network.counts_every_announcement = bug is Bug.COUNTS_TWICE
        self.kiosk = SimulatedKiosk(
            self.state,
            enrolment,
            self.clock,
            self.network,
            lambda real: MortalDelivery.of(real, self),
        )

    @property
    def now_s(self) -> float:
        """Seconds since the beginning."""
        return self.clock.monotonic_s - self.begun_s

    def run(self, days: float) -> Outcome:
        """Live through some days, then a day of good network, and see what is where."""
        end_s = days * DAY_S
        weather_s = wake_s = 0.0
        backup_s = restore_s = end_s + 1
        if self.dice.random() < 0.5:
            backup_s = self.dice.uniform(0.2, 0.8) * end_s
            restore_s = backup_s + self.dice.uniform(0, DAY_S)
        seal_s = self._until_next()
        while self.now_s < end_s:
            if self.now_s >= weather_s:
                weather_s = self.now_s + self._change_weather()
            if self.now_s >= backup_s:
                self._back_up()
                backup_s = end_s + 1
            if self.now_s >= restore_s:
                self._restore()
                restore_s = end_s + 1
            if self.now_s >= seal_s:
                self.kiosk.seal(with_rating=self.dice.random() < 0.3)
                seal_s, wake_s = self.now_s + self._until_next(), self.now_s
            if self.now_s >= wake_s:
                wake_s = self.now_s + self._round()
            nearest = min(weather_s, backup_s, restore_s, seal_s, wake_s, end_s)
            self.clock.pass_s(max(nearest - self.now_s, 0.01))
        self._heal()
        self._judge()
        self.close()
        return self.out

    def close(self) -> None:
        """Let go of both databases."""
        self.kiosk.stop()
        self.central.database.close()

    # --- what happens ---

    def _heal(self) -> None:
        self.network.weather = Weather.FINE
        self.clock.at = BEGIN + timedelta(seconds=self.now_s)
        end_s = self.now_s + HEALED_S
        while self.now_s < end_s:
            wait_s = self._round()
            self.clock.pass_s(min(wait_s, max(end_s - self.now_s, 0.01)))

    def _until_next(self) -> float:
        return self.dice.expovariate(PER_DAY / DAY_S)

    def _change_weather(self) -> float:
        self.network.weather = self.dice.choices(list(Weather), (30, 45, 5, 20))[0]
        if self.dice.random() < 0.1:  # a dead battery, a wrong hand, a jump to a year that is none
            years = self.dice.choice((-40, -10, -1, 1, 10, 30))
            self.clock.at = BEGIN + timedelta(seconds=self.now_s, days=365.25 * years)
        elif self.dice.random() < 0.5:
            self.clock.at = BEGIN + timedelta(seconds=self.now_s)
        longest_h = 100 if self.network.weather is Weather.OFFLINE else 24
        return self.dice.uniform(0.1, longest_h) * HOUR_S

    def _round(self) -> float:
        self.out.rounds += 1
        if self.dice.random() < 0.02:
            self.kiosk.courier.hurry()
        try:
            wait_s = self.kiosk.go_round().wait_s
        except Crash:
            self.out.crashes += 1
            self.kiosk.stop()
            self.clock.pass_s(self.dice.uniform(20, 600))
            self.kiosk.start()
            return 0.0
        return wait_s

    def _back_up(self) -> None:
        self.central.database.close()
        shutil.copytree(self.folder / "central", self.folder / "backup")
        self._reopen_central()

    def _restore(self) -> None:
        """Put the platform back to its last backup, not a day old."""
        self.out.restores += 1
        self.central.database.close()
        shutil.rmtree(self.folder / "central")
        shutil.copytree(self.folder / "backup", self.folder / "central")
        self._reopen_central()

    # --- the two sides ---

    def _open_central(self) -> Central:
        return open_platform(self.folder / "central", now=self._true_time)

    def _reopen_central(self) -> None:
        self.central = self.network.central = self._open_central()

    def _true_time(self) -> datetime:
        return BEGIN + timedelta(seconds=self.now_s)

    # --- the verdict ---

    def check_proven(self, app_id: AppId) -> None:
        """See whether what the kiosk has just called delivered is held."""
        with self.central.database.reading() as session:
            row = session.get(EntryRow, app_id)
            if row is None or row.state != HELD:
                self.out.problems.append(f"{app_id}: called delivered, and not held")

    def _judge(self) -> None:
        wrong = self.out.problems
        with self.central.database.reading() as session:
            controls = select(EntryRow.app_id).where(EntryRow.kind == EntryKind.CONTROL.value)
            self.kiosk.sealed += [AppId(it) for it in session.scalars(controls)]
        self.out.sealed = len(self.kiosk.sealed)
        self.out.mishaps.update({str(kind): n for kind, n in self.network.mishaps.items()})
        with self.central.database.reading() as session:
            rows = {row.app_id: row for row in session.scalars(select(EntryRow))}
            heads = list(session.scalars(select(HeadRow)))
        for app_id in self.kiosk.sealed:
            row, entry = rows.get(app_id), entries.find(self.kiosk.sealer.db, app_id)
            if entry is None:
                wrong.append(f"{app_id}: the kiosk has forgotten it")
            elif row is None or row.state != HELD:
                proven = entry.proof is not None
                word = "lost" if proven else f"not delivered: {entry.state} {entry.reason}"
                wrong.append(
                    f"{app_id}: {word}, {HEALED_S / HOUR_S:.0f} h after the network came back"
                )
            elif row.entry_hash != entry.entry_hash.hex():
                wrong.append(f"{app_id}: another entry arrived under its id")
            elif entry.state not in {EntryState.DELIVERED, EntryState.ERASED}:
                wrong.append(f"{app_id}: held there, {entry.state} here: {entry.reason}")
            elif self.central.files.read(app_id)[-1:] == b"":
                wrong.append(f"{app_id}: proven, and its file is gone")
        wrong += [f"{app_id}: twice" for app_id in self.network.second_effects]
        wrong += [
            f"{app_id}: arrived from nowhere" for app_id in rows.keys() - set(self.kiosk.sealed)
        ]
        if sum(head.contiguous_seq for head in heads) != len(self.kiosk.sealed):
            wrong.append(f"the chain has a gap: {[head.contiguous_seq for head in heads]}")


class MortalDelivery(Delivery):
    """The courier's hands, which may die before or after they record something; and the bugs."""

    world: World

    @classmethod
    def of(cls, hands: Delivery, world: World) -> MortalDelivery:
        """Take the place of the real hands."""
        made = cls(
            hands.db,
            hands.state_folder,
            hands.clock,
            hands.platform,
            hands.kiosk_id,
            hands.keyset,
            hands.leases,
        )
        made.world = world
        return made

    def record(self, tell: Mark | Postpone | Deliver) -> None:
        """Record it, or die before or after."""
        dice, is_poor = self.world.dice, self.world.network.weather is Weather.POOR
        if is_poor and dice.random() < 0.005:
            raise Crash
        super().record(tell)
        if isinstance(tell, Postpone):
            self.world.tries[tell.app_id] += 1
        if isinstance(tell, Deliver):
            self.world.check_proven(tell.proof.app_id)
        if is_poor and dice.random() < 0.005:
            raise Crash

    def look(self, ask: Look) -> Found:
        """Look, without those that were given up on if that is the bug."""
        found = super().look(ask)
        if self.world.bug is not Bug.GIVES_UP:
            return found
        tries = self.world.tries
        return Found(tuple(item for item in found.items if tries[item.app_id] < GIVEN_UP_AT))

    def append(self, ask: Append) -> Event:
        """Send, and believe in success too early if that is the bug."""
        event = super().append(ask)
        if self.world.bug is Bug.NO_PROOF and ask.is_last and isinstance(event, CallFailed):
            return Proven(ask.app_id, "{}", self.clock.now().at)
        return event


def simulate(folder: Path, seed: str, days: float = WEEKS_DAYS, bug: Bug | None = None) -> Outcome:
    """Play one seed below an empty folder."""
    folder.mkdir(parents=True)
    return World(folder, seed, bug).run(days)


def play_seeds(batch: Batch) -> Part:
    """Play some seeds, side by side."""
    result = Part()
    calls = []
    for share in shared_out(batch.cases, WORKERS):
        numbers = ",".join(str(number) for number in share)
        calls.append(partial(apart.run_apart, __name__, [batch.seed, batch.bug, numbers]))
    for told in apart.run_side_by_side(calls):
        result.add(read_part(told))
    return result


def main(seed: str, bug: str, cases: list[int]) -> Part:
    """Play some seeds, one after the other."""
    logging.disable(logging.CRITICAL)
    result = Part()
    for number in cases:
        with tempfile.TemporaryDirectory(prefix="doorstep-sim-", dir=fast_folder()) as home:
            planted = Bug(bug) if bug else None
            out = simulate(Path(home) / "world", f"{seed}-{number}", bug=planted)
        result.figures.update(
            {
                "simulated weeks": round(WEEKS_DAYS / 7),
                "entries": out.sealed,
                "calls": sum(out.mishaps.values()),
                "deaths": out.crashes,
                "restores of the platform": out.restores,
            }
        )
        result.find(number, *out.problems[:10])
        if bug and result.problems:
            break
    return result


HARNESS = Harness(
    name="simulation",
    about="three simulated weeks of kiosk, network and platform for each seed",
    unit="seeds",
    dose=300,
    batch=WORKERS,
    give=play_seeds,
    bugs=tuple(bug.value for bug in Bug),
)


if __name__ == "__main__":
    _seed, _bug, _cases = sys.argv[1:]
    apart.tell(main(_seed, _bug, [int(it) for it in _cases.split(",")]).to_json())
