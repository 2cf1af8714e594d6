"""Live pictures with advice about the face, against the shortest program that shows any.

Both run on a screen of their own and look at the same network camera on loopback. Ours is the page
of the photo in the kiosk's window with everything behind it: worker, detector, advice, lane,
bridge. The peer is what anybody writes first: OpenCV read on a thread, the newest picture painted
by Qt, no detector, no process apart.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from benchmarks.figures import Figure, Unit
from benchmarks.screen import virtual_screen
from devices.camera.simulated import sitter_of
from devices.desk_state import FaceScene, SimulatedFace
from tests.support.faces import jpeg_of
from tests.support.mjpeg import MjpegServer

ROUNDS: Final = 3
WATCH_S: Final = 15.0
WIDTH_PX, HEIGHT_PX, RATE = 1280, 720, 30
_PICTURES = 12
_END_S = 60.0

Who = Literal["ours", "peer"]


@dataclass(frozen=True, slots=True)
class Watched:
    """What one program did while it was watched."""

    shown_share: float
    """Pictures painted, of those that the camera gives in that time."""
    core_share: float
    """Processor time of the program and its worker, of one core."""
    longest_gap_ms: float
    """The longest time that the GUI thread did not come round."""
    memory_mb: float
    """Private memory of both processes (PSS)."""


def measure(rounds: int, detector: str = "") -> list[Figure]:
    """Watch both programs in turns."""
    checksum = hashlib.sha256(Path(detector).read_bytes()).hexdigest() if detector else ""
    seen: dict[Who, list[Watched]] = {"ours": [], "peer": []}
    sitter = sitter_of(SimulatedFace(FaceScene.GOOD))
    pictures = [jpeg_of(sitter, WIDTH_PX, HEIGHT_PX, seed) for seed in range(_PICTURES)]
    with MjpegServer(pictures) as server, virtual_screen() as screen:
        for number in range(rounds):
            order: tuple[Who, ...] = ("ours", "peer") if number % 2 == 0 else ("peer", "ours")
            for who in order:
                seen[who].append(_watch(who, server.url, screen.name, detector, checksum))
    name = "yunet" if detector else "built-in cascade"

    def figure(what: str, unit: Unit, field: str, goal: float | None = None) -> Figure:
        ours, theirs = (
            tuple(float(getattr(it, field)) for it in seen[who]) for who in ("ours", "peer")
        )
        return Figure(
            f"live picture {WIDTH_PX} x {HEIGHT_PX}, {what} ({name})",
            "bare OpenCV and Qt, no advice",
            unit,
            ours,
            theirs,
            goal,
        )

    return [
        figure("pictures shown", Unit.SHARE, "shown_share"),
        figure("of one core", Unit.SHARE, "core_share"),
        figure("longest gap of the GUI", Unit.MS, "longest_gap_ms"),
        figure("memory, PSS", Unit.MB, "memory_mb"),
    ]


def _watch(who: Who, url: str, display: str, detector: str, checksum: str) -> Watched:
    """Run one program, and return what it says of itself at the end."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.live_programs", who, url, detector, checksum],
        env=os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"},
        stdout=subprocess.PIPE,
        timeout=WATCH_S + _END_S,
        check=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    return Watched(**told)
