"""The n-th thing asked of the disk fails, for every n: while submitting, and while starting again.

Errors, full disks and short writes, once or from then on. The outcome must be a number that is
durable or a refusal that left nothing; both are looked at in the program that goes on, and in the
one that is killed right then.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from kiosk.envelope import RecipientPrivateKey
from kiosk.errors import StorageError
from kiosk.sealing import SUFFIX, Sealer
from kiosk.store.boot import check_store
from kiosk.store.engine import ENVELOPES, FILE_NAME
from tests.faults import apart
from tests.faults.aftermath import Aftermath, a_fresh_place, boot_and_look
from tests.faults.dose import Batch, Harness, Part, fast_folder, read_part, shared_out
from tests.faults.sealing_bugs import SealingBug, planted
from tests.faults.shim import Kind, Shim, has_compiler, preloaded
from tests.faults.submitting import rate_last, submit
from tests.support.sealing_places import SealingPlace, now
from tests.support.traces import PAGE

MOST_CALLS = 2000
MOST_PHOTO_BYTES = 3_000
ENTRIES_BEFORE = 3


class Stage(StrEnum):
    """What is going on when the disk fails."""

    APPLICATION = "application"
    RATING = "rating"
    CHECKPOINT = "checkpoint"
    """An application with whose commit the log is put away."""
    START = "start"
    """The start after a power cut, with a draft and an envelope without a row."""
    FIRST_START = "first-start"
    """The first start on an empty folder: keys, database, epoch."""
    LOOK = "look"
    """The look at everything after a power cut: each page, each link, files against rows."""
    REBUILD = "rebuild"
    """The database can't be read: it is put aside, another is built from the envelopes."""


ON_THE_SUBMIT_PATH = (Stage.APPLICATION, Stage.RATING)
RECOVERY = (Stage.LOOK, Stage.REBUILD)


@dataclass(frozen=True, slots=True)
class Way:
    """How it fails."""

    name: str
    code: int
    is_lasting: bool = False
    by_half: bool = False

    @property
    def is_harmless(self) -> bool:
        """Say whether a program that asks again loses nothing."""
        return self.code in {0, errno.EINTR}


WAYS = (
    Way("error once", errno.EIO),
    Way("error from then on", errno.EIO, is_lasting=True),
    Way("full once", errno.ENOSPC),
    Way("full from then on", errno.ENOSPC, is_lasting=True),
    Way("full in the middle of a write", errno.ENOSPC, is_lasting=True, by_half=True),
    Way("a short write", 0),
    Way("short writes only", 0, is_lasting=True),
    Way("interrupted once", errno.EINTR),
)


PAIRS = tuple((stage, way) for stage in Stage for way in WAYS)
"""What a case is: at every n of a stage it fails in one way. First those on the submit path."""

WORKERS = 2


def fail_everywhere(batch: Batch) -> Part:
    """Fail at every n of some stages, in some ways; with a planted bug until it is found."""
    result = Part()
    with tempfile.TemporaryDirectory(prefix="doorstep-errors-", dir=fast_folder()) as name:
        variables = preloaded(Path(name))
        calls = []
        for share in shared_out(batch.cases, WORKERS):
            home = Path(name) / str(share[0])
            home.mkdir()
            arguments = [str(home), batch.bug, ",".join(str(number) for number in share)]
            calls.append(partial(apart.run_apart, __name__, arguments, variables=variables))
        for told in apart.run_side_by_side(calls):
            result.add(read_part(told))
    return result


@dataclass(frozen=True, slots=True)
class Case:
    """One failure at one place."""

    stage: Stage
    way: Way
    at: int


@dataclass
class Outcome:
    """What one failure came to."""

    failed: str = ""
    """What failed; empty: there was no n-th call."""
    was_refused: bool = False
    adopted: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass
class Stand:
    """A state folder as each failure finds it, and what was shown on it."""

    home: Path
    key: RecipientPrivateKey
    bug: SealingBug | None
    shim: Shim

    def fail_at_every_call(self, stage: Stage, way: Way) -> Iterator[tuple[Case, Outcome]]:
        """Fail the first, the second, and so on, until there is no such call."""
        before = self.home / f"before-{stage}"
        if not before.exists():
            _in_child(lambda: self._prepare(stage, before))
        for at in range(1, MOST_CALLS):
            case = Case(stage, way, at)
            told = _in_child(lambda case=case: asdict(self._try(case, before)))  # type: ignore[misc]
            outcome = Outcome(**told)
            if not outcome.failed:
                return
            yield case, outcome

    def _place(self, folder: Path) -> SealingPlace:
        return a_fresh_place(folder / "state", SealingPlace(folder, self.key))

    def _prepare(self, stage: Stage, before: Path) -> dict[str, object]:
        before.mkdir()
        shown: dict[str, str] = {}
        if stage is not Stage.FIRST_START:
            place, dice = self._place(before), random.Random(stage)
            sealer = place.open()
            for _ in range(ENTRIES_BEFORE):
                shown |= submit(place, sealer, dice, MOST_PHOTO_BYTES)
            if stage in {Stage.START, Stage.LOOK}:
                sealer.db.conn.execute("BEGIN IMMEDIATE")
                _leave_an_orphan(sealer, place)
            if stage is Stage.REBUILD:
                place.close()
                _damage(before / "state" / FILE_NAME)
        (before / "shown").write_text(json.dumps(shown))
        # As it is, with its log: a program that is killed closes nothing.
        os._exit(0)

    def _try(self, case: Case, before: Path) -> Outcome:
        live, killed = self.home / "live", self.home / "killed"
        for folder in (live, killed):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(before, live)
        shown: dict[str, str] = json.loads((live / "shown").read_text())
        place, outcome = self._place(live), Outcome()
        self.shim.watch(live / "state")
        with planted(self.bug):
            step = self._step(case, place, shown)
            self.shim.fail(
                case.at, case.way.code, is_lasting=case.way.is_lasting, by_half=case.way.by_half
            )
            try:
                step()
            except StorageError:
                outcome.was_refused = True
            except Exception as error:  # noqa: BLE001 - whatever it is, it is not a refusal
                outcome.problems.append(f"not a refusal: {type(error).__name__}: {error}")
            failed = self.shim.failed
            self.shim.mend()
            if failed is None:
                return Outcome()
            outcome.failed = f"{failed[0].name} {Path(failed[1]).name}"
            if not outcome.was_refused and _must_refuse(case, *failed):
                outcome.problems.append("it was taken for done")
            shutil.copytree(live, killed)
            self._go_on(case, place, shown, outcome)
            self._look(case, self._place(killed), shown, outcome, "killed then")
        return outcome

    def _step(self, case: Case, place: SealingPlace, shown: dict[str, str]) -> Callable[[], object]:
        dice = random.Random(case.at)
        if case.stage in RECOVERY:
            return lambda: _recover(place)
        if case.stage in {Stage.START, Stage.FIRST_START}:
            return lambda: place.open().adopt(now())
        sealer = place.open()
        self._sealer = sealer
        sealer.adopt(now())
        if case.stage is Stage.CHECKPOINT:
            sealer.db.conn.execute("PRAGMA wal_autocheckpoint=1").fetchall()
        if case.stage is Stage.RATING:
            return lambda: shown.update(rate_last(place, sealer, shown))
        return lambda: shown.update(submit(place, sealer, dice, MOST_PHOTO_BYTES))

    def _go_on(
        self, case: Case, place: SealingPlace, shown: dict[str, str], outcome: Outcome
    ) -> None:
        """Seal the next one in the same program, then look at everything from a new start."""
        more = dict(shown)
        try:
            if case.stage not in {*ON_THE_SUBMIT_PATH, Stage.CHECKPOINT}:
                place.close()
                if case.stage in RECOVERY:
                    _recover(place)
                self._sealer = place.open()
            more |= submit(place, self._sealer, random.Random(0), MOST_PHOTO_BYTES)
        except StorageError as error:
            outcome.problems.append(f"the next one is refused, too: {error.what}")
        place.close()
        told = self._look(case, place, more, outcome, "going on")
        outcome.adopted = 0 if case.stage is Stage.REBUILD else told.unacknowledged
        if told.unshown:
            outcome.problems.append("what was refused is stored, too")

    def _look(
        self, case: Case, place: SealingPlace, shown: dict[str, str], outcome: Outcome, when: str
    ) -> Aftermath:
        if case.stage in RECOVERY:
            _recover(place)
        is_rebuilt = case.stage is Stage.REBUILD
        told = boot_and_look(place, shown, opens_contents=True, is_rebuilt=is_rebuilt)
        outcome.problems += [f"{when}: {problem}" for problem in told.problems]
        return told


def _must_refuse(case: Case, kind: Kind, path: str) -> bool:
    """Say whether nothing can be durable where this failed."""
    if case.way.is_harmless or case.stage not in ON_THE_SUBMIT_PATH:
        return False
    # SQLite's own names are sure since the start; the database itself is written later.
    is_of_the_step = path.endswith((".tmp", SUFFIX, f"/{ENVELOPES}", "-wal"))
    return is_of_the_step and kind in {Kind.WRITE, Kind.SYNC, Kind.RENAME}


def _leave_an_orphan(sealer: Sealer, place: SealingPlace) -> None:
    """Leave what a power cut leaves: an envelope whose rows were not committed, and a draft."""
    other = SealingPlace(place.folder, place.recipient, place.numbers)
    sealer.db.conn.execute("ROLLBACK")
    before = {path.name: path.read_bytes() for path in place.folder.glob("kiosk.db*")}
    other.seal(sealer)
    for path in place.folder.glob("kiosk.db*"):
        path.unlink()
    for name, data in before.items():
        (place.folder / name).write_bytes(data)
    (place.envelopes / "00000000-00000009-half.env.tmp").write_bytes(b"half of an envel")


def _recover(place: SealingPlace) -> None:
    """Do what a start does before anything else."""
    check_store(place.folder, place.keys, place.enrolment.kiosk_id, now().at)


def _damage(database: Path) -> None:
    """Turn a bit in each page."""
    data = bytearray(database.read_bytes())
    for at in range(100, len(data), PAGE):
        data[at] ^= 1
    database.write_bytes(data)


def _in_child(task: Callable[[], object]) -> dict[str, Any]:
    """Carry a task out in a process of its own; return what it returned."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(reading)
            data = json.dumps(task()).encode()
            os.write(writing, data)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        data = answer.read()
    _, status = os.waitpid(pid, 0)
    if not data:
        return {"failed": "?", "problems": ["the program died"]} if status else {}
    told: dict[str, Any] = json.loads(data)
    return told


def main(home: Path, bug: str, cases: list[int]) -> Part:
    """Fail in the given stages and ways, in the program that has the library loaded."""
    logging.getLogger().addHandler(logging.NullHandler())
    result = Part()
    stand = Stand(
        home, RecipientPrivateKey.generate(), SealingBug(bug) if bug else None, Shim(home)
    )
    for number in cases:
        stage, way = PAIRS[number % len(PAIRS)]
        for case, outcome in stand.fail_at_every_call(stage, way):
            result.figures.update(
                {
                    "failures": 1,
                    "refused": int(outcome.was_refused),
                    "done all the same": int(not outcome.was_refused),
                    "envelopes of refused steps adopted": outcome.adopted,
                }
            )
            where = f"{stage}, {way.name}, call {case.at} ({outcome.failed})"
            result.find(number, *(f"{where}: {problem}" for problem in outcome.problems[:3]))
            if bug and result.problems:
                return result
    return result


HARNESS = Harness(
    name="nth-error",
    about="the n-th call to the disk fails, for every n, from submitting to recovery",
    unit="stages in each way to fail",
    dose=len(PAIRS),
    batch=WORKERS,
    give=fail_everywhere,
    bugs=tuple(
        bug.value
        for bug in (
            SealingBug.SYNC_ERRORS_IGNORED,
            SealingBug.NO_UNDO,
            SealingBug.SHOWN_ANYWAY,
            SealingBug.HASTY_UNDO,
            SealingBug.SPOILT_KEPT,
        )
    ),
    is_sample=False,
    why_not=lambda: "" if has_compiler() else "failing calls takes gcc",
)


if __name__ == "__main__":
    _home, _bug, _cases = sys.argv[1:]
    apart.tell(main(Path(_home), _bug, [int(it) for it in _cases.split(",")]).to_json())
