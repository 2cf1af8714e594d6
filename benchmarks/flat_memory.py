"""The most memory that courier and platform ever take: by length of the queue, by size of an entry.

The courier is `kiosk sync` as a process of its own, the platform `central run` as another; both
begin anew for each measurement. Peak resident size, as the kernel counts it: `VmHWM` of the process
itself, since what `wait` reports holds what its parent had when it forked. The platform's peak is
counted from when it takes connections, since hashing the office's password at its first start takes
64 MiB on purpose and would hide everything after.
"""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, Unit
from benchmarks.queues import fill
from launch.places import ROOT
from tests.support.builders import a_photo
from tests.support.central_server import running_platform
from tests.support.enrolled_places import EnrolledPlace
from tests.support.sealing_places import ASK_BY, SERVICE, a_record

ROUNDS: Final = 2
SHORT: Final = 10
LONG: Final = 1_000
SMALL_BYTES: Final = 1_000_000
LARGE_MB: Final = 20
"""An envelope may have 64 MiB; a photo of 60 MB is about the largest."""
FORGET_THE_PEAK: Final = "5"  # proc(5), clear_refs
GOAL: Final = 1.1
"""Flat: what the allocator keeps is more than nothing."""

_SYNC = """
import sys
from launch.cli import main
status = main(sys.argv[1:])
print(open("/proc/self/status").read())
sys.exit(status)
"""


def measure(rounds: int = ROUNDS, entries: int = LONG, megabytes: int = LARGE_MB) -> list[Figure]:
    """Return the figures of one run; `entries` in the long queue, `megabytes` of the large one."""
    kinds = ((SHORT, 0), (entries, 0), (1, SMALL_BYTES), (1, megabytes * 1_000_000))
    found: list[list[tuple[float, float]]] = [[] for _ in kinds]
    for _ in range(rounds):
        for samples, (count, photo_bytes) in zip(found, kinds, strict=True):
            samples.append(_deliver(count, photo_bytes))
    short, long, small, large = found
    figures = []
    for index, who in enumerate(("courier", "platform intake")):
        figures += [
            _figure(
                f"{who}, peak memory, {entries:,} queued", f"{SHORT} queued", long, short, index
            ),
            _figure(
                f"{who}, peak memory, an entry of {megabytes} MB",
                "an entry of 1 MB",
                large,
                small,
                index,
            ),
        ]
    return figures


def _figure(
    name: str,
    peer: str,
    ours: list[tuple[float, float]],
    theirs: list[tuple[float, float]],
    index: int,
) -> Figure:
    return Figure(
        name,
        peer,
        Unit.MB,
        tuple(sample[index] for sample in ours),
        tuple(sample[index] for sample in theirs),
        GOAL,
    )


def _deliver(count: int, photo_bytes: int) -> tuple[float, float]:
    """Deliver a queue and return the peaks of courier and platform, in MB."""
    (ROOT / "build").mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "build") as name,
        running_platform(Path(name) / "central") as central,
    ):
        home = Path(name) / "home"
        with closing(EnrolledPlace(central, home)) as place:
            photo = replace(a_photo(), jpeg=secrets.token_bytes(photo_bytes))
            place.sealer._lookups["s-1"] = bytes(32)
            row = place.sealer.seal_application(
                a_record(photo=photo if photo_bytes else None),
                SERVICE,
                ASK_BY,
                place.clock.now(),
                counts_from_delivery=False,
            )
            fill(place.db, place.folder, place.keys, row, count - 1)
        assert central.process is not None
        platform = Path(f"/proc/{central.process.pid}")
        (platform / "clear_refs").write_text(FORGET_THE_PEAK)
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                _SYNC,
                "sync",
                "--wait",
                "60",
                "--settings",
                home / "kiosk.toml",
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        return _peak_mb(done.stdout), _peak_mb((platform / "status").read_text(encoding="ascii"))


def _peak_mb(status: str) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024 / 1e6
