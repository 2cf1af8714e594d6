"""Time as a fact: the only place that asks the machine what time it is.

A `Moment` carries two readings. `monotonic_s` measures how long something takes and never jumps;
`at` is what a calendar on
the wall would say and is never used to decide how long somebody was idle. How far `at` can be
trusted is judged in `kiosk.timekeeping`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class ClockState(StrEnum):
    """How far the time in a header can be trusted."""

    SYNCED = "synced"
    """Compared with the platform in this run."""
    FLOOR = "floor"
    """Not compared in this run, but not before the latest time known to have passed."""
    SUSPECT = "suspect"
    """Jumped, or before a time known to have passed."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant: aware UTC `at` for people, `monotonic_s` (seconds, arbitrary zero) for
    durations.
    """

    at: datetime
    monotonic_s: float
    boot: str = ""
    """Names the running of the machine that `monotonic_s` counts in; those of two can't be
    compared.
    """
    state: ClockState = ClockState.FLOOR
    """How far `at` can be trusted."""
    wall: datetime | None = None
    """What the machine's own clock says, where `at` is not simply that."""

    @property
    def by_wall(self) -> datetime:
        """What the machine's own clock says, right or wrong."""
        return self.at if self.wall is None else self.wall


class Clock(Protocol):
    """Tells the time; tests bring their own."""

    def now(self) -> Moment:
        """Return this instant. May be called from any thread."""


class SystemClock:
    """The machine's own clock."""

    def __init__(self) -> None:
        self._boot = boot_id()

    def now(self) -> Moment:
        """Return this instant."""
        return Moment(at=datetime.now(UTC), monotonic_s=time.monotonic(), boot=self._boot)


def boot_id() -> str:
    """Return what names this running of the machine; one of this program's where the system does
    not tell.
    """
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return _OF_THIS_PROGRAM


_OF_THIS_PROGRAM = f"program-{time.monotonic_ns()}"
