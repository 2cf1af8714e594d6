"""Time as a fact: the only place that asks the machine what time it is.

A `Moment` carries two readings. `monotonic_s` measures how long something takes and never jumps;
`at` is what a calendar on
the wall would say and is never used to decide how long somebody was idle.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant: aware UTC `at` for people, `monotonic_s` (seconds, arbitrary zero) for
    durations.
    """

    at: datetime
    monotonic_s: float


class Clock(Protocol):
    """Tells the time; tests bring their own."""

    def now(self) -> Moment:
        """Return this instant. May be called from any thread."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> Moment:
        """Return this instant."""
        return Moment(at=datetime.now(UTC), monotonic_s=time.monotonic())
