"""Weeks of a kiosk, a network and a platform in seconds, played from a seed.

Kiosk and platform are the real ones: sealing, store, courier with its engine, and the platform's
intake, each with its database. Simulated are time, network and deaths. A seed that fails fails
again.
"""

from __future__ import annotations

import argparse
import logging
import random
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from time import monotonic

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
from tests.faults.simulated_kiosk import KIOSK, SimulatedKiosk, enrol_directly
from tests.faults.simulated_network import Crash, Network, Weather
from tests.support.builders import FakeClock

BEGIN = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
HOUR_S, DAY_S = 3600.0, 86_400.0
HEALED_S = DAY_S
"""How long everything may take once the network is well again."""
PER_DAY = 5
GIVEN_UP_AT = 3


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


def simulate(folder: Path, seed: str, days: float = 21, bug: Bug | None = None) -> Outcome:
    """Play one seed below an empty folder."""
    folder.mkdir(parents=True)
    return World(folder, seed, bug).run(days)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play many seeds; exit status 0 only if no promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults simulation")
    parser.add_argument("--seeds", type=int, default=300, help="how many (%(default)s)")
    parser.add_argument("--days", type=float, default=21, help="simulated days (%(default)s)")
    parser.add_argument("--seed", help="one seed alone, as an earlier run printed it")
    parser.add_argument("--minutes", type=float, help="stop after so long")
    parser.add_argument("--planted", type=Bug, choices=list(Bug), help="plant a bug, see it found")
    asked = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    first = secrets.token_hex(3)
    seeds = [asked.seed] if asked.seed else [f"{first}-{number}" for number in range(asked.seeds)]
    begun_s, total, broken, calls, played = monotonic(), 0, 0, 0, 0
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="doorstep-sim-", dir=fast_folder()) as home:
            out = simulate(Path(home) / "world", seed, asked.days, asked.planted)
        print(out.line(), flush=True)
        played, total = played + 1, total + out.sealed
        calls, broken = calls + sum(out.mishaps.values()), broken + bool(out.problems)
        if asked.minutes and monotonic() - begun_s > asked.minutes * 60:
            break
    seconds = monotonic() - begun_s
    print(
        f"{played} seeds x {asked.days:g} days, {total} entries, {calls} calls, {seconds:.0f} s:"
        f" {broken} seeds with violations"
    )
    return 1 if broken else 0


def fast_folder() -> Path | None:
    """Return a folder in memory if there is one: here nothing depends on the disk."""
    memory = Path("/dev/shm")  # noqa: S108 - everything below it gets a folder of its own
    return memory if memory.is_dir() else None


__all__ = ["Bug", "Outcome", "fast_folder", "main", "simulate"]
