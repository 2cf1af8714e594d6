"""Clocks that are years wrong, or jump while a kiosk seals and delivers to the real platform.

The kiosk is a program under libfaketime, whose wall clock this one sets; the platform's clock is
right. Whatever the clock says, nothing is lost: it waits with its reason where the platform does
not believe the date, and is delivered once when the clock is right again.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from kiosk.clock import Moment, SystemClock
from kiosk.store import entries
from kiosk.store.applications import ApplicationRow
from sync.platform import Platform
from tests.faults import apart
from tests.support.builders import FakeClock
from tests.support.central_server import CentralServer, running_platform
from tests.support.enrolled_places import EnrolledPlace, held_numbers

NAME = "clock"
CHUNK_BYTES = 2048
ROUNDS_WHILE_WRONG = 3
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


@dataclass
class Clocks:
    """What a number of wrong clocks came to."""

    jumps: int = 0
    shown: int = 0
    waited: int = 0
    """Entries that waited, with a reason, until the clock was right."""
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """Return the figures, then whatever is wrong."""
        lines = [
            f"{self.jumps} wrong clocks in {self.seconds:.0f} s",
            f"{self.shown} numbers shown, {self.waited} entries waited with a reason",
            f"{len(self.problems)} problems",
            *(f"  {problem}" for problem in self.problems[:20]),
        ]
        return "\n".join(lines)


def library() -> Path | None:
    """Return the library that shifts the clock, None if it is not installed."""
    for folder in sorted(Path("/usr/lib").glob("*/faketime")):
        path = folder / "libfaketimeMT.so.1"
        if path.exists():
            return path
    return None


def go_wrong(jumps: tuple[Jump, ...] = JUMPS, *, forgets: bool = False) -> Clocks:
    """Try clocks one after the other on a kiosk of their own, all at one platform.

    Args:
        jumps: Which.
        forgets: Plants the bug that drops what the platform refuses.
    """
    begun_s, result = monotonic(), Clocks()
    path = library()
    assert path is not None, "libfaketime is not installed"
    with tempfile.TemporaryDirectory(prefix="doorstep-clocks-") as name:
        home = Path(name)
        shown: dict[str, str] = {}
        with running_platform(home / "central") as central:
            for number, jump in enumerate(jumps):
                told = _one(central, home / f"kiosk-{number}", path, jump, forgets=forgets)
                result.jumps += 1
                shown |= told["shown"]
                result.waited += told["waited"]
                result.problems += [f"{jump.name}: {it}" for it in told["problems"]]
            held = held_numbers(central.data)
    result.shown = len(shown)
    for app_id, number in shown.items():
        times = held.count((app_id, number))
        if times != 1:
            result.problems.append(f"{number} was shown and is there {times} times")
    if len(held) != len(shown):
        result.problems.append(f"{len(shown)} were shown, {len(held)} are there")
    result.seconds = monotonic() - begun_s
    return result


def _one(
    central: CentralServer, home: Path, path: Path, jump: Jump, *, forgets: bool
) -> dict[str, Any]:
    home.mkdir()
    (home / "clock").write_text("+0\n")
    arguments = [str(home), str(central.data), central.url, str(JUMPS.index(jump)), str(forgets)]
    variables = {
        "LD_PRELOAD": str(path),
        "FAKETIME_TIMESTAMP_FILE": str(home / "clock"),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    return apart.run_apart(__name__, arguments, variables=variables)


@dataclass
class ShiftedClock(FakeClock):
    """The machine's clock, which somebody shifts; only waiting is done in no time."""

    _waited_s: float = 0.0

    def now(self) -> Moment:
        """Return this instant."""
        told = SystemClock().now()
        return Moment(told.at + timedelta(seconds=self._waited_s), told.monotonic_s + self._waited_s)

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
            self.central, self.home / "kiosk", clock=clock, chunk_bytes=CHUNK_BYTES, timeout_s=10.0
        )
        self._seal(place)
        self._set(self.jump.wrong)
        rows = [self._seal(place), self._seal(place)]
        with pytest.MonkeyPatch.context() as patch:
            self._jump_in_upload(patch)
            courier = place.courier()
            place.rounds(courier, ROUNDS_WHILE_WRONG)
            rounds_why = courier.run_once().why
            courier.close()
        self._look_while_wrong(place, rows, rounds_why)
        self._set("+0")
        clock.wait_no_more()
        self._seal(place)
        courier = place.courier()
        courier.hurry()
        place.rounds(courier)
        left = entries.open_count(place.db)
        if left:
            self.problems.append(f"right again, {left} are not delivered: {entries.queue(place.db)}")
        place.close()

    def _seal(self, place: EnrolledPlace) -> ApplicationRow:
        row = place.seal()
        self.shown[str(row.app_id)] = row.number
        return row

    def _set(self, to: str) -> None:
        (self.home / "clock").write_text(f"{to}\n")

    def _jump_in_upload(self, patch: pytest.MonkeyPatch) -> None:
        append: Callable[..., object] = Platform.append

        def appended(*args: Any, **options: Any) -> object:  # noqa: ANN401 - as it has it
            told = append(*args, **options)
            if self.jump.mid_upload:
                self._set(self.jump.mid_upload)
            return told

        patch.setattr(Platform, "append", appended)

    def _look_while_wrong(
        self, place: EnrolledPlace, rows: list[ApplicationRow], why: str
    ) -> None:
        left = entries.open_count(place.db)
        self.waited += left
        if self.jump.is_tolerated and left:
            self.problems.append(f"believed, and {left} are not delivered: {why}")
        if left and not why:
            self.problems.append(f"{left} wait without a reason")
        if any(entries.find(place.db, row.app_id) is None for row in rows):
            self.problems.append("an entry is gone")


def _forget_what_is_refused() -> None:
    """Plant a bug: an entry that was not delivered at once is taken for delivered."""
    original = entries.postpone

    def forgetful(db: Any, app_id: Any, *args: Any) -> None:  # noqa: ANN401 - as it has it
        original(db, app_id, *args)
        entries.deliver(db, app_id, "taken for granted", datetime.now(UTC))

    entries.postpone = forgetful


def main(home: Path, data: Path, url: str, jump: Jump, *, forgets: bool) -> WrongKiosk:
    """Be the kiosk, under the library."""
    logging.getLogger().addHandler(logging.NullHandler())
    if forgets:
        _forget_what_is_refused()
    central = CentralServer(data, port=int(url.rpartition(":")[2]))
    kiosk = WrongKiosk(home, central, jump)
    kiosk.go_through()
    return kiosk


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


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument("--rounds", type=int, default=1, help="how often each clock; once")


def run(options: argparse.Namespace) -> int:
    """Set clocks wrong, and say what came of it."""
    if not is_installed():
        print("shifting the clock takes libfaketime")
        return 2
    result = go_wrong(JUMPS * options.rounds)
    print(result.summary())
    return 1 if result.problems else 0


if __name__ == "__main__":
    _home, _data, _url, _jump, _forgets = sys.argv[1:]
    _kiosk = main(
        Path(_home), Path(_data), _url, JUMPS[int(_jump)], forgets=_forgets == "True"
    )
    apart.tell(
        {"shown": _kiosk.shown, "waited": _kiosk.waited, "problems": _kiosk.problems}
    )
