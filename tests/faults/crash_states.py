"""Crash states: everything a disk may hold after a power cut at any moment of a sealing run.

A run is recorded (`shim`), states are worked out from the record (`disk_model`), and the kiosk
starts on each of them. Harsher than a real disk: unsynced writes arrive in part, out of order,
torn, or as rubbish.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic

from kiosk.envelope import RecipientPrivateKey
from kiosk.store.engine import FILE_NAME
from tests.faults import apart
from tests.faults.aftermath import Aftermath, a_fresh_place, boot_and_look
from tests.faults.disk_model import Disk
from tests.faults.options import add_dose, fast_folder
from tests.faults.sealing_bugs import SealingBug, planted
from tests.faults.shim import Event, Kind, Shim, has_compiler, preloaded, read_record
from tests.faults.submitting import rate_last, submit
from tests.support.sealing_places import SealingPlace, now

NAME = "crash-states"
STATES = 50_000
STARTS = 3
ENTRIES_PER_START = 14
"""Enough for a checkpoint or two between the kiosk's start and its end."""

MOST_PHOTO_BYTES = 6_000
SHOWN = "shown"
WORKERS = 2
CHECKPOINT_SHARE = 0.3
"""How many of the states lie within a checkpoint, the only time the database itself is written."""

SEAL_AGAIN_EVERY = 5


@dataclass
class States:
    """What a number of crash states came to."""

    seed: str
    states: int = 0
    adopted: int = 0
    drafts: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """Return the figures, then whatever is wrong."""
        lines = [
            f"{self.states} crash states in {self.seconds:.0f} s (seed {self.seed})",
            f"{self.adopted} envelopes adopted, {self.drafts} drafts cleared",
            f"{len(self.problems)} problems",
            *(f"  {problem}" for problem in self.problems[:20]),
        ]
        return "\n".join(lines)


def look_at_states(
    states: int,
    seed: str,
    *,
    bug: SealingBug | None = None,
    minutes: float | None = None,
) -> States:
    """Record a run and start on `states` crash states of it; with a bug until it is found."""
    begun_s = monotonic()
    result = States(seed)
    with tempfile.TemporaryDirectory(prefix="doorstep-states-", dir=fast_folder()) as name:
        home = Path(name)
        raw = RecipientPrivateKey.generate().raw.hex()
        common = [str(home), raw, seed, bug.value if bug else ""]
        apart.run_apart(__name__, ["record", *common], variables=preloaded(home))
        calls = [
            partial(
                apart.run_apart,
                __name__,
                ["look", *common, str(worker), str(states), str(minutes or "")],
            )
            for worker in range(WORKERS)
        ]
        for told in apart.run_side_by_side(calls):
            result.states += told["states"]
            result.adopted += told["adopted"]
            result.drafts += told["drafts"]
            result.problems += told["problems"]
    result.seconds = monotonic() - begun_s
    return result


def record(home: Path, key: RecipientPrivateKey, seed: str, bug: SealingBug | None) -> None:
    """Seal, and have everything that reaches the disk written down; numbers shown as well."""
    disk = home / "disk"
    disk.mkdir()
    shim, dice = Shim(disk), random.Random(seed)
    shim.record(home / "record")
    out = os.open(disk / SHOWN, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    place = a_fresh_place(disk / "state", SealingPlace(disk, key))
    with planted(bug):
        for _ in range(STARTS):
            sealer = place.open()
            sealer.adopt(now())
            for _ in range(ENTRIES_PER_START):
                shown = submit(place, sealer, dice, MOST_PHOTO_BYTES)
                _show(out, shown)
                if dice.random() < 0.3:
                    _show(out, rate_last(place, sealer, shown))
            place.close()


def _show(out: int, shown: dict[str, str]) -> None:
    for app_id, number in shown.items():
        os.write(out, f"{app_id} {number}\n".encode())


@dataclass
class Looker:
    """Goes through a record once, and starts on the crash states that it was given."""

    home: Path
    key: RecipientPrivateKey
    seed: str
    bug: SealingBug | None
    worker: int
    result: States = field(init=False)
    shown: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the record."""
        self.result = States(self.seed)
        self._root = str(self.home / "disk")
        self._events = list(read_record(self.home / "record"))
        self._work = self.home / f"work-{self.worker}"

    def look(self, states: int, minutes: float | None) -> None:
        """Start on every state that is this worker's."""
        end_s = None if minutes is None else monotonic() + 60 * minutes
        # With an end to the time, the whole run is gone through again and again in thin layers.
        layer = states if minutes is None else min(states, 2000)
        for first in range(0, states, layer):
            self._look_at(range(first, min(states, first + layer)))
            if (end_s and monotonic() >= end_s) or (self.bug and self.result.problems):
                return

    def _look_at(self, numbers: range) -> None:
        points = self._points([n for n in numbers if n % WORKERS == self.worker])
        disk, shown_by = Disk(self._root), self.home / "disk" / SHOWN
        self.shown.clear()
        marks: set[int] = set()
        for index, event in enumerate(self._events):
            if event.kind is Kind.OPEN and event.path == str(shown_by):
                marks.add(event.serial)
            elif event.serial in marks:
                self._hear(event)
            else:
                disk.apply(event)
            for number in points.get(index, ()):
                self._start_on(number, index, disk)
                if self.bug and self.result.problems:
                    return

    def _points(self, numbers: list[int]) -> dict[int, list[int]]:
        """Return which states are to be made after which event."""
        checkpoints = _checkpoints(self._events)
        points: dict[int, list[int]] = {}
        for number in numbers:
            dice = random.Random(f"{self.seed}/{number}")
            in_checkpoint = checkpoints and dice.random() < CHECKPOINT_SHARE
            at = dice.choice(checkpoints) if in_checkpoint else dice.randrange(len(self._events))
            points.setdefault(at, []).append(number)
        return points

    def _hear(self, event: Event) -> None:
        app_id, _, number = event.data.decode().rstrip("\n").partition(" ")
        self.shown[app_id] = number

    def _start_on(self, number: int, index: int, disk: Disk) -> None:
        dice = random.Random(f"{self.seed}/{number}/what is left")
        state = disk.after_power_cut(dice)
        told = self._boot(state, goes_on=number % SEAL_AGAIN_EVERY == 0)
        self.result.states += 1
        self.result.adopted += told.adopted
        self.result.drafts += told.drafts
        where = f"state {number} after event {index} of {len(self._events)}"
        self.result.problems += [f"{where}: {problem}" for problem in told.problems[:3]]

    def _boot(self, state: dict[str, bytes | None], *, goes_on: bool) -> Aftermath:
        self._work.mkdir()
        try:
            for path, content in state.items():
                to = f"{self._work}{path.removeprefix(self._root)}"
                if content is None:
                    os.mkdir(to, 0o700)  # noqa: PTH102 - thousands of them
                    continue
                descriptor = os.open(to, os.O_CREAT | os.O_WRONLY, 0o600)
                os.write(descriptor, content)
                os.close(descriptor)
            place = a_fresh_place(self._work / "state", SealingPlace(self._work, self.key))
            with planted(self.bug):
                return boot_and_look(place, self.shown, goes_on=goes_on)
        finally:
            shutil.rmtree(self._work)


def _checkpoints(events: list[Event]) -> list[int]:
    """Return after which events the database file has writes that are not sure."""
    serials: set[int] = set()
    found, is_pending = [], False
    for index, event in enumerate(events):
        match event.kind:
            case Kind.OPEN if event.path.endswith(f"/{FILE_NAME}"):
                serials.add(event.serial)
            case Kind.WRITE if event.serial in serials:
                is_pending = True
            case Kind.SYNC if event.serial in serials:
                is_pending = False
            case _:
                pass
        if is_pending:
            found.append(index)
    return found


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    add_dose(parser, STATES, "crash states")


def run(options: argparse.Namespace) -> int:
    """Start on many crash states, and say what came of it."""
    if not has_compiler():
        print("recording takes gcc")
        return 2
    result = look_at_states(options.rounds, options.seed, minutes=options.minutes)
    print(result.summary())
    return 1 if result.problems else 0


def main(task: str, home: Path, raw: str, seed: str, bug: str, *more: str) -> None:
    """Be one of the programs that this harness is made of."""
    logging.getLogger().addHandler(logging.NullHandler())
    key = RecipientPrivateKey.from_bytes(bytes.fromhex(raw))
    assert key is not None
    planted_bug = SealingBug(bug) if bug else None
    if task == "record":
        record(home, key, seed, planted_bug)
        apart.tell({})
        return
    worker, states, minutes = more
    looker = Looker(home, key, seed, planted_bug, int(worker))
    looker.look(int(states), float(minutes) if minutes else None)
    apart.tell(asdict(looker.result))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
