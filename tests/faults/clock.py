"""Clocks that are years wrong, or jump while a kiosk seals and delivers to the real platform.

The kiosk is a program under libfaketime, whose wall clock this one sets; the platform's clock is
right. Whatever the clock says, nothing is lost: it waits with its reason where the platform does
not believe the date, and is delivered once when the clock is right again.
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

from kiosk.clock import Moment, SystemClock
from kiosk.store import entries
from kiosk.store.applications import ApplicationRow
from sync.platform import Platform
from tests.faults import apart
from tests.faults.dose import Batch, Harness, Part, shared_out
from tests.support.builders import FakeClock
from tests.support.central_server import CentralServer, running_platform
from tests.support.enrolled_places import EnrolledPlace, held_numbers

CHUNK_BYTES = 2048
ROUNDS_WHILE_WRONG = 3
WORKERS = 2
DAY = 86_400
YEAR = 365 * DAY
TOLERATED_S = DAY
"""What the platform forgives."""


@dataclass(frozen=True, slots=True)
class Jump:
    """What the kiosk's clock does: off by so much from the first step on, then from an upload on.

    Either in seconds from the right time, or as a date where it begins.
    """

    name: str
    wrong: str
    mid_upload: str = ""
    """Set when the first piece of an upload has arrived; empty: no jump there."""

    @property
    def is_tolerated(self) -> bool:
        """Say whether the platform may believe it."""
        return all(
            not it or (it[0] in "+-" and abs(int(it)) < TOLERATED_S)
            for it in (self.wrong, self.mid_upload)
        )


JUMPS = (
    Jump("ten years behind", f"-{10 * YEAR}"),
    Jump("ten years ahead", f"+{10 * YEAR}"),
    Jump("a clock without a battery", "@1970-01-01 00:00:20"),
    Jump("over the end of 32 bits", "@2038-01-19 03:14:04"),
    Jump("a hundred years ahead", f"+{100 * YEAR}"),
    Jump("an hour behind", "-3600"),
    Jump("twenty-three hours ahead", f"+{23 * 3600}"),
    Jump("two days behind", f"-{2 * DAY}"),
    Jump("back ten years in an upload", "+0", f"-{10 * YEAR}"),
    Jump("ahead ten years in an upload", "+0", f"+{10 * YEAR}"),
    Jump("an hour back in an upload", "+0", "-3600"),
    Jump("right again in an upload", f"-{20 * 3600}", "+0"),
)


def library() -> Path | None:
    """Return the library that shifts the clock, None if it is not installed."""
    for folder in sorted(Path("/usr/lib").glob("*/faketime")):
        path = folder / "libfaketimeMT.so.1"
        if path.exists():
            return path
    return None


TRUSTS = "trusts-the-wall-clock"
"""The bug that believes the clock on the wall alone."""


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
                result.figures.update({"wrong clocks": told["jumps"]})
                result.figures.update({"entries waited with a reason": told["waited"]})
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
        "NO_FAKE_STAT": "1",
        "TZ": "UTC",  # dates are read by it
    }
    return apart.run_apart(__name__, arguments, variables=variables)


@dataclass
class ShiftedClock(FakeClock):
    """The machine's clock, which somebody shifts; only waiting is done in no time."""

    _waited_s: float = 0.0

    def now(self) -> Moment:
        """Return this instant."""
        told = SystemClock().now()
        return Moment(
            told.at + timedelta(seconds=self._waited_s), told.monotonic_s + self._waited_s
        )

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
    waited: int = 0

    def go_through(self) -> None:
        """Seal with the right clock, with the wrong one, and with the right one again."""
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
            if self.jump.is_tolerated and entries.open_count(place.db):
                # What was sealed before the clock went back rests until that time comes again.
                clock.pass_s(TOLERATED_S)
                place.rounds(courier, ROUNDS_WHILE_WRONG)
            why = courier.run_once().why
            courier.close()
        self._look_while_wrong(place, rows, why)
        self._set("+0")
        clock.wait_no_more()
        self._seal(place)
        courier = place.courier()
        place.rounds(courier)
        left = entries.open_count(place.db)
        if left:
            self.problems.append(
                f"right again, {left} are not delivered: {entries.queue(place.db)}"
            )
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
        self.waited += left
        if self.jump.is_tolerated and left:
            self.problems.append(f"believed, and {left} are not delivered: {why}")
        if left and not why:
            self.problems.append(f"{left} wait without a reason")
        if any(entries.find(place.db, row.app_id) is None for row in rows):
            self.problems.append("an entry is gone")


def _trust_the_wall_clock() -> None:
    """Plant a bug: an entry rests until its time comes, however far off the clock put it."""

    def due(now: datetime | None) -> tuple[str, tuple[str, ...]]:
        return ("1", ()) if now is None else ("next_at <= ?", (entries._text(now),))

    entries._due = due


def main(clock: Path, data: Path, url: str, cases: list[int], *, trusts: bool) -> dict[str, Any]:
    """Be one kiosk after the other, under the library; return what came of them."""
    logging.getLogger().addHandler(logging.NullHandler())
    if trusts:
        _trust_the_wall_clock()
    central = CentralServer(data, port=int(url.rpartition(":")[2]))
    told: dict[str, Any] = {"jumps": 0, "shown": {}, "waited": 0, "problems": []}
    for number in cases:
        jump = JUMPS[number % len(JUMPS)]
        kiosk = WrongKiosk(clock, clock.with_name(f"{clock.name}-{number}"), central, jump)
        kiosk.go_through()
        told["jumps"] += 1
        told["shown"] |= kiosk.shown
        told["waited"] += kiosk.waited
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
    bugs=(TRUSTS,),
    is_sample=False,
    why_not=lambda: "" if is_installed() else "shifting the clock takes libfaketime",
)


if __name__ == "__main__":
    _clock, _data, _url, _cases, _bug = sys.argv[1:]
    _chosen = [int(number) for number in _cases.split(",")]
    apart.tell(main(Path(_clock), Path(_data), _url, _chosen, trusts=_bug == TRUSTS))
