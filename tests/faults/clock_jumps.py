"""The clocks that the harness tries, and the bugs that it is tried on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import assert_never

import sync.courier
from kiosk.clock import SystemClock
from kiosk.store import entries
from kiosk.store.engine import Database
from kiosk.timekeeping import BelievedClock
from sync import forgetting

DAY = 86_400
YEAR = 365 * DAY


class Bug(StrEnum):
    """What can be planted into the kiosk."""

    NONE = ""
    RESTS = "rests"
    """Entries rest by the clock on the wall."""
    RETENTION = "retention"
    """Envelopes are erased by the clock on the wall."""


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
    def is_far(self) -> bool:
        """Say whether the clock is wrong by so much, or behind, that no restart may hide it."""
        wrong = self.mid_upload or self.wrong
        return wrong[0] == "@" or wrong[0] == "-" or int(wrong) > 400 * DAY


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
    Jump("three hundred days ahead", f"+{300 * DAY}"),
    Jump("to 1970 in an upload", "+0", "@1970-01-01 00:00:20"),
    Jump("over the end of 32 bits in an upload", "+0", "@2038-01-19 03:14:04"),
)


def plant(bug: Bug) -> None:
    """Put a bug into the kiosk of this process."""
    match bug:
        case Bug.RESTS:
            _rest_by_the_wall()
        case Bug.RETENTION:
            _forget_by_the_wall()
        case Bug.NONE:
            pass
        case _:
            assert_never(bug)


def _rest_by_the_wall() -> None:
    """Plant a bug: an entry rests until its time comes, however far off the clock put it."""

    def due(now: datetime | None) -> tuple[str, tuple[str, ...]]:
        return ("1", ()) if now is None else ("next_at <= ?", (entries._text(now),))

    def by_the_wall(clock: BelievedClock) -> datetime:
        return clock.raw.now().at

    entries._due = due
    setattr(BelievedClock, "running_at", by_the_wall)  # noqa: B010 - that is the bug


def _forget_by_the_wall() -> None:
    """Plant a bug: what was delivered is erased when the wall says that its time is over."""

    def forget(db: Database, folder: Path, _: datetime | None, keep_h: float) -> None:
        forgetting.forget(db, folder, SystemClock().now().at - timedelta(hours=keep_h))

    assert hasattr(sync.courier, "forget_passed")  # or the bug would be planted where nothing grows
    setattr(sync.courier, "forget_passed", forget)  # noqa: B010 - that is the bug
