"""Crash states: everything a disk may hold after a power cut at any moment of a sealing run.

A run is recorded (`shim`), states are worked out from the record (`disk_model`), and the kiosk
starts on each of them. Harsher than a real disk: unsynced writes arrive in part, out of order,
torn, or as rubbish.
"""

from __future__ import annotations

import json
import logging
import os
import random
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from kiosk.envelope import RecipientPrivateKey
from kiosk.store.engine import FILE_NAME
from tests.faults import apart
from tests.faults.aftermath import Aftermath, a_fresh_place, boot_and_look
from tests.faults.disk_model import Disk
from tests.faults.dose import Batch, Harness, Part, fast_folder, read_part
from tests.faults.sealing_bugs import SealingBug, planted
from tests.faults.shim import Event, Kind, Shim, has_compiler, preloaded, read_record
from tests.faults.submitting import rate_last, submit
from tests.support.sealing_places import SealingPlace, now

STATES = 50_000
STATES_PER_RUN = 2_500
"""After so many states another run is recorded."""
STARTS = 3
ENTRIES_PER_START = 14
"""Enough for a checkpoint or two between the kiosk's start and its end."""

MOST_PHOTO_BYTES = 6_000
SHOWN, RECORD, ABOUT = "shown", "record", "about.json"
WORKERS = 2
CHECKPOINT_SHARE = 0.3
"""How many of the states lie within a checkpoint, the only time the database itself is written."""

SEAL_AGAIN_EVERY = 5


def look_at_states(batch: Batch) -> Part:
    """Record a run and start on crash states of it; with a bug until it is found."""
    run = batch.cases.start // STATES_PER_RUN
    kept = None if batch.keep is None else batch.keep / f"{batch.seed}-run-{run}"
    result = Part()
    with tempfile.TemporaryDirectory(prefix="doorstep-states-", dir=fast_folder()) as name:
        home = Path(name)
        if kept is not None and kept.exists():
            shutil.copytree(kept, home, dirs_exist_ok=True)
        else:
            _have_recorded(home, f"{batch.seed}/{run}", batch.bug)
        numbers = f"{batch.cases.start}-{batch.cases.stop}"
        common = ["look", str(home), batch.seed, batch.bug, numbers]
        calls = [
            partial(apart.run_apart, __name__, [*common, str(worker)]) for worker in range(WORKERS)
        ]
        for told in apart.run_side_by_side(calls):
            result.add(read_part(told))
        if result.problems and kept is not None and not kept.exists():
            kept.mkdir(parents=True)
            for file in (RECORD, ABOUT):
                shutil.copy(home / file, kept)
    return result


def _have_recorded(home: Path, seed: str, bug: str) -> None:
    about = {"root": str(home / "disk"), "key": RecipientPrivateKey.generate().raw.hex()}
    (home / ABOUT).write_text(json.dumps(about))
    apart.run_apart(__name__, ["record", str(home), seed, bug], variables=preloaded(home))


def record(home: Path, key: RecipientPrivateKey, seed: str, bug: SealingBug | None) -> None:
    """Seal, and have everything that reaches the disk written down; numbers shown as well."""
    disk = home / "disk"
    disk.mkdir()
    shim, dice = Shim(disk), random.Random(seed)
    shim.record(home / RECORD)
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
    seed: str
    bug: SealingBug | None
    worker: int
    result: Part = field(default_factory=Part)
    shown: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the record."""
        about: dict[str, str] = json.loads((self.home / ABOUT).read_text())
        self._key = read_key(about["key"])
        self._root = about["root"]
        self._events = list(read_record(self.home / RECORD))
        self._work = self.home / f"work-{self.worker}"

    def look(self, numbers: range) -> None:
        """Start on every state that is this worker's."""
        points = self._points([n for n in numbers if n % WORKERS == self.worker])
        disk, shown_by = Disk(self._root), f"{self._root}/{SHOWN}"
        self.shown.clear()
        marks: set[int] = set()
        for index, event in enumerate(self._events):
            if event.kind is Kind.OPEN and event.path == shown_by:
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
        self.result.figures.update(
            {
                "states": 1,
                "envelopes adopted": told.adopted,
                "drafts cleared": told.drafts,
            }
        )
        where = f"after event {index} of {len(self._events)}"
        self.result.find(number, *(f"{where}: {problem}" for problem in told.problems[:3]))

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
            place = a_fresh_place(self._work / "state", SealingPlace(self._work, self._key))
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


def read_key(raw: str) -> RecipientPrivateKey:
    """Return the platform's key as it was written down."""
    key = RecipientPrivateKey.from_bytes(bytes.fromhex(raw))
    assert key is not None
    return key


HARNESS = Harness(
    name="crash-states",
    about="what a disk may hold after a power cut: missing, reordered, torn and rubbish sectors",
    unit="crash states",
    dose=STATES,
    batch=STATES_PER_RUN,
    give=look_at_states,
    bugs=tuple(
        bug.value
        for bug in (
            SealingBug.SALT_IN_FILE,
            SealingBug.NO_FOLDER_SYNC,
            SealingBug.NO_FILE_SYNC,
            SealingBug.SYNC_NORMAL,
            SealingBug.ROWS_FIRST,
        )
    ),
    why_not=lambda: "" if has_compiler() else "recording takes gcc",
)


def main(task: str, home: Path, seed: str, bug: str, *more: str) -> None:
    """Be one of the programs that this harness is made of."""
    logging.getLogger().addHandler(logging.NullHandler())
    planted_bug = SealingBug(bug) if bug else None
    if task == "record":
        about: dict[str, str] = json.loads((home / ABOUT).read_text())
        record(home, read_key(about["key"]), seed, planted_bug)
        apart.tell({})
        return
    numbers, worker = more
    first, _, end = numbers.partition("-")
    looker = Looker(home, seed, planted_bug, int(worker))
    looker.look(range(int(first), int(end)))
    apart.tell(looker.result.to_json())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
