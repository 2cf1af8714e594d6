"""What a long queue costs the resident of today: one submit, and the start of the machine.

Submit: `Sealer.seal_application` beside 10, 1,000 and 50,000 entries that wait. Start: a process
that builds the kiosk and opens the desk for residents (the look at the store, adoption of what a
power cut left, sign-in), from its first instruction until residents can be served, with 50,000
entries and with one: after a proper end, and after one that was none.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, Unit, in_turns
from benchmarks.queues import queue_of
from kiosk.enrolment import save_enrolment
from launch.places import ROOT
from tests.support.enrolled_places import bare_settings
from tests.support.sealing_places import SealingPlace

SUBMIT_ROUNDS: Final = 60
START_ROUNDS: Final = 9
SHORT: Final = 10
LONG: Final = 1_000
LONGEST: Final = 50_000
SUBMIT_GOAL: Final = 1.2
START_GOAL: Final = 1.3

_OPEN_DESK = """
import os
import sys
from pathlib import Path
from kiosk.settings import load_settings
from launch.wiring import build_kiosk
desk = build_kiosk(load_settings(Path(sys.argv[1]))).run_desk()
print("open", flush=True)
if sys.stdin.readline().strip() == "end":
    desk.close()
else:
    os._exit(1)
"""


def measure(rounds: int = 0, longest: int = LONGEST) -> list[Figure]:
    """Return the figures of one run; `longest` is how many entries the longest queue has."""
    folder = ROOT / "build"  # on the disk that is meant: a folder for temporary files may be memory
    folder.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir=folder) as name,
        ExitStack() as stack,
    ):
        homes = [Path(name) / str(count) for count in (1, SHORT, LONG, longest)]
        places = [
            stack.enter_context(closing(queue_of(home / "state", int(home.name)))) for home in homes
        ]
        return _submit(rounds or SUBMIT_ROUNDS, places[1:], longest) + _start(
            min(rounds or START_ROUNDS, START_ROUNDS), homes[0], homes[-1], places, longest
        )


def _submit(rounds: int, places: list[SealingPlace], longest: int) -> list[Figure]:
    sealers = [place.open() for place in places]
    short, long, longer = in_turns(
        rounds,
        *(
            lambda place=place, sealer=sealer: place.seal(sealer)
            for place, sealer in zip(places, sealers, strict=True)
        ),
        warm_up=5,
    )
    peer = f"the same with {SHORT} queued"
    return [
        Figure(f"one submit, {LONG:,} queued", peer, Unit.MS, long, short, SUBMIT_GOAL),
        Figure(f"one submit, {longest:,} queued", peer, Unit.MS, longer, short, SUBMIT_GOAL),
    ]


def _start(
    rounds: int, empty: Path, full: Path, places: list[SealingPlace], longest: int
) -> list[Figure]:
    for home, place in ((empty, places[0]), (full, places[-1])):
        bare_settings(home, "http://127.0.0.1:1")
        save_enrolment(home / "state", place.enrolment)
        place.close()

    return [
        _started(f"start until the desk is open, {longest:,} queued", rounds, empty, full, "end"),
        _started(f"the same after a crash, {longest:,} queued", rounds, empty, full, "die"),
    ]


def _started(name: str, rounds: int, empty: Path, full: Path, end: str) -> Figure:
    def start(home: Path) -> float:
        started_s = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-c", _OPEN_DESK, home / "kiosk.toml"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n", "the desk did not open"
            took_ms = (time.perf_counter() - started_s) * 1000
            process.communicate(f"{end}\n")
        return took_ms

    times: tuple[list[float], list[float]] = ([], [])
    for number in range(-2, rounds):  # the first two fill the caches, and end as is meant
        for index in (0, 1) if number % 2 else (1, 0):
            took_ms = start((full, empty)[index])
            if number >= 0:
                times[index].append(took_ms)
    ours, theirs = map(tuple, times)
    return Figure(name, "the same with one entry", Unit.MS, ours, theirs, START_GOAL)
