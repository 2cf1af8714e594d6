"""Clocks that are years wrong, or jump while a kiosk seals and delivers to the real platform.

The kiosk is a program under libfaketime, whose wall clock this one sets; the platform's clock is
right. Whatever the clock says, nothing is lost and nothing rests for it: all is delivered once,
while the clock is still wrong. The jump is noticed and told, what was sealed meanwhile says that
its time is suspect, and nothing is erased before 72 hours have surely passed.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kiosk.clock import ClockState, Moment, SystemClock
from kiosk.store import entries, time_known
from kiosk.store.applications import ApplicationRow
from kiosk.store.engine import ENVELOPES
from sync.courier import HELLO_EVERY_S
from sync.platform import Platform
from tests.faults import apart
from tests.faults.clock_jumps import JUMPS, Bug, Jump, plant
from tests.faults.dose import Batch, Harness, Part, shared_out
from tests.support.builders import FakeClock
from tests.support.central_server import CentralServer, running_platform
from tests.support.enrolled_places import EnrolledPlace, held_numbers

CHUNK_BYTES = 2048
WORKERS = 2
ROUNDS_WHILE_WRONG = 6
SHOWN_PER_CLOCK = 5
MOST_TOLD = 4


def library() -> Path | None:
    """Return the library that shifts the clock, None if it is not installed."""
    for folder in sorted(Path("/usr/lib").glob("*/faketime")):
        path = folder / "libfaketimeMT.so.1"
        if path.exists():
            return path
    return None


def go_wrong(batch: Batch) -> Part:
    """Try clocks one after the other on a kiosk of their own, all at one platform."""
    result = Part()
    path = library()
    assert path is not None, "libfaketime is not installed"
    with tempfile.TemporaryDirectory(prefix="doorstep-clocks-") as name:
        home = Path(name)
        shown: dict[str, str] = {}
        with running_platform(home / "central") as central:
            calls = [
                partial(_some, central, home, path, share, batch.bug)
                for share in shared_out(batch.cases, WORKERS)
            ]
            for told in apart.run_side_by_side(calls):
                shown |= told["shown"]
                result.figures.update(
                    {
                        "wrong clocks": told["jumps"],
                        "entries that told of jumps": told["told"],
                        "numbers marked as of a suspect time": told["suspect"],
                    }
                )
                for number, problem in told["problems"]:
                    result.find(number, problem)
            held = held_numbers(central.data)
    result.figures.update({"numbers shown": len(shown)})
    for app_id, number in shown.items():
        times = held.count((app_id, number))
        if times != 1:
            result.find(batch.cases.start, f"{number} was shown and is there {times} times")
    if len(held) != len(shown):
        what = f"{len(shown)} were shown, {len(held)} are there"
        result.find(batch.cases.start, what)
    return result


def _some(
    central: CentralServer, home: Path, path: Path, cases: list[int], bug: str
) -> dict[str, Any]:
    clock = home / f"clock-{cases[0]}"
    clock.write_text("+0\n")
    numbers = ",".join(str(number) for number in cases)
    arguments = [str(clock), str(central.data), central.url, numbers, bug]
    variables = {
        "LD_PRELOAD": str(path),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
        # Waits are by the monotonic clock, which stays right: the library's mending of older C
        # libraries would have every wait for the interpreter's lock end at once and try again.
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        "NO_FAKE_STAT": "1",
        "TZ": "UTC",  # dates are read by it
    }
    return apart.run_apart(__name__, arguments, variables=variables)


@dataclass
class ShiftedClock(FakeClock):
    """The machine's clock, which somebody shifts; only waiting is done in no time."""

    boots: int = 1
    _waited_s: float = 0.0

    def now(self) -> Moment:
        """Return this instant."""
        told = SystemClock().now()
        waited = timedelta(seconds=self._waited_s)
        return Moment(told.at + waited, told.monotonic_s + self._waited_s, f"boot-{self.boots}")

    def pass_s(self, seconds: float) -> Moment:
        """Wait."""
        self._waited_s += seconds
        return self.now()

    def wait_no_more(self) -> None:
        """Be the machine's clock again, to the second."""
        self._waited_s = 0.0


@dataclass
class WrongKiosk:
    """A kiosk whose clock goes wrong; runs under the library."""

    clock: Path
    """What the library reads."""
    home: Path
    central: CentralServer
    jump: Jump
    shown: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    told: int = 0
    suspect: int = 0
    _began: Moment = field(init=False)

    def go_through(self) -> None:
        """Seal with the right clock, the wrong one, after a restart, and the right one again."""
        self._began = SystemClock().now()
        clock = ShiftedClock()
        place = EnrolledPlace(
            self.central, self.home, clock=clock, chunk_bytes=CHUNK_BYTES, timeout_s=10.0
        )
        self._seal(place)
        self._set(self.jump.wrong)
        rows = [self._seal(place), self._seal(place)]
        with pytest.MonkeyPatch.context() as patch:
            self._jump_in_upload(patch)
            courier = place.courier()
            place.rounds(courier, ROUNDS_WHILE_WRONG)
            clock.pass_s(HELLO_EVERY_S)  # with the next hello what is over is forgotten
            why = courier.run_once().why
            courier.close()
        self._look_while_wrong(place, rows, why)
        clock.boots += 1
        place.begin()
        self._look_after_restart(place, self._seal(place))
        self._set("+0")
        clock.wait_no_more()
        self._seal(place)
        courier = place.courier()
        place.rounds(courier)
        self._look_at_retention(place)
        left = entries.open_count(place.db)
        if left:
            self.problems.append(
                f"right again, {left} are not delivered: {entries.queue(place.db)}"
            )
        self._count(place)
        place.close()

    def _seal(self, place: EnrolledPlace) -> ApplicationRow:
        row = place.seal()
        self.shown[str(row.app_id)] = row.number
        return row

    def _set(self, to: str) -> None:
        self.clock.write_text(f"{to}\n")

    def _jump_in_upload(self, patch: pytest.MonkeyPatch) -> None:
        append: Callable[..., object] = Platform.append

        def appended(*args: Any, **options: Any) -> object:  # noqa: ANN401 - as it has it
            told = append(*args, **options)
            if self.jump.mid_upload:
                self._set(self.jump.mid_upload)
            return told

        patch.setattr(Platform, "append", appended)

    def _look_while_wrong(self, place: EnrolledPlace, rows: list[ApplicationRow], why: str) -> None:
        left = entries.open_count(place.db)
        if left:
            self.problems.append(
                f"{left} are not delivered: {why or 'without a reason'}, {entries.queue(place.db)}"
            )
        self._look_at_retention(place)
        if self.jump.mid_upload:
            return
        if any(_state(place, row) is not ClockState.SUSPECT for row in rows):
            self.problems.append("a time that jumped is not said to be suspect")

    def _look_after_restart(self, place: EnrolledPlace, row: ApplicationRow) -> None:
        state = _state(place, row)
        if self.jump.is_far and self.jump.mid_upload != "+0" and state is not ClockState.SUSPECT:
            self.problems.append(f"a time far off is {state} after a restart")
        off = abs(place.entry(row).created_at - self._right())
        if self.jump.is_far and off > timedelta(hours=1):
            self.problems.append(f"a time that can't be was believed: off by {off}")

    def _look_at_retention(self, place: EnrolledPlace) -> None:
        """Look for what was erased, though no proof is older than some seconds."""
        passed = time_known.passed(place.db, place.clock.now())
        if passed is not None and passed > self._right() + timedelta(hours=1):
            self.problems.append(f"{passed} is taken as passed")
        erased = sum(line.count for line in entries.queue(place.db) if line.state == "erased")
        if erased:
            self.problems.append(f"{erased} were erased before 72 hours had passed")
        lying = {path.name for path in (place.folder / ENVELOPES).iterdir()}
        rows = place.db.conn.execute("SELECT file FROM entries").fetchall()
        if not {file for (file,) in rows} <= lying:
            self.problems.append("an envelope is gone")

    def _right(self) -> datetime:
        """Return the right time: that of the beginning, and what has passed since."""
        passed_s = SystemClock().now().monotonic_s - self._began.monotonic_s
        return self._began.at + timedelta(seconds=passed_s)

    def _count(self, place: EnrolledPlace) -> None:
        """Count what was told of jumps, and what says that its time is suspect."""
        kinds = place.db.conn.execute("SELECT count(*) FROM entries WHERE kind = 'control'")
        told = int(kinds.fetchone()[0])
        self.told += told
        if not 1 <= told <= MOST_TOLD:
            self.problems.append(f"{told} entries tell of the jump")
        rows = place.db.conn.execute(
            "SELECT count(*) FROM entries WHERE kind <> 'control'"
            " AND json_extract(header, '$.clock_state') = 'suspect'"
        )
        self.suspect += int(rows.fetchone()[0])


def _state(place: EnrolledPlace, row: ApplicationRow) -> ClockState:
    return place.entry(row).header.clock_state


def main(clock: Path, data: Path, url: str, cases: list[int], bug: Bug) -> dict[str, Any]:
    """Be one kiosk after the other, under the library; return what came of them."""
    logging.getLogger().addHandler(logging.NullHandler())
    plant(bug)
    central = CentralServer(data, port=int(url.rpartition(":")[2]))
    told: dict[str, Any] = {"jumps": 0, "shown": {}, "told": 0, "suspect": 0, "problems": []}
    for number in cases:
        jump = JUMPS[number % len(JUMPS)]
        kiosk = WrongKiosk(clock, clock.with_name(f"{clock.name}-{number}"), central, jump)
        kiosk.go_through()
        told["jumps"] += 1
        told["shown"] |= kiosk.shown
        told["told"] += kiosk.told
        told["suspect"] += kiosk.suspect
        told["problems"] += [[number, f"{jump.name}: {problem}"] for problem in kiosk.problems]
    return told


def is_installed() -> bool:
    """Say whether clocks can be shifted here."""
    path = library()
    if path is None:
        return False
    tried = subprocess.run(
        [sys.executable, "-c", "import time; print(int(time.time()))"],
        env={**os.environ, "LD_PRELOAD": str(path), "FAKETIME": "@2001-01-01 00:00:00"},
        capture_output=True,
        text=True,
        check=False,
    )
    return tried.stdout.startswith("978")


HARNESS = Harness(
    name="clock",
    about="clocks that are years wrong, or jump while something is uploaded",
    unit="wrong clocks",
    dose=len(JUMPS),
    batch=4,
    give=go_wrong,
    bugs=tuple(bug.value for bug in Bug if bug is not Bug.NONE),
    is_sample=False,
    why_not=lambda: "" if is_installed() else "shifting the clock takes libfaketime",
)


if __name__ == "__main__":
    _clock, _data, _url, _cases, _bug = sys.argv[1:]
    _chosen = [int(number) for number in _cases.split(",")]
    apart.tell(main(Path(_clock), Path(_data), _url, _chosen, Bug(_bug)))
