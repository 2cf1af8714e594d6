"""`kiosk clock-floor`: sets a clock that is far behind forward, before the kiosk starts.

A machine whose clock battery is empty starts in 1970, where no certificate is valid yet. The latest
time that has surely passed is that of this program's making, or of the last write into the store.
The database is not opened: this runs as root, whose files the kiosk could not open again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.errors import BadSetting
from kiosk.settings import load_settings
from kiosk.timekeeping import BELIEVABLE, MADE

FAR_BEHIND = timedelta(days=1)
"""Less is left to whatever keeps the clock by the network."""

_WRITTEN = ("kiosk.db", "kiosk.db-wal", "envelopes", "enrolment.json")


def run_clock_floor(settings_file: Path | None, *, only_prints: bool) -> int:
    """Set the clock forward if it is far behind; say what was found.

    Raises:
        SettingsError: The settings can't be read, or this user may not set the clock.
    """
    state_folder = load_settings(settings_file).kiosk.state_folder
    now, floor = datetime.now(UTC), time_floor(state_folder)
    if floor - now < FAR_BEHIND:
        print(f"The clock says {_text(now)}; {_text(floor)} has surely passed. Nothing to do.")
        return 0
    print(f"The clock says {_text(now)}, but {_text(floor)} has surely passed.")
    if not only_prints:
        set_clock(floor, time.clock_settime)
        print("The clock was set forward. It may still be behind: check it, or its battery.")
    return 0


def time_floor(state_folder: Path) -> datetime:
    """Return the latest time that has surely passed, by what was written last."""
    return max([MADE, *_last_writes(state_folder)])


def set_clock(at: datetime, settime: Callable[[int, float], None]) -> None:
    """Set the machine's clock.

    Raises:
        BadSetting: This user may not.
    """
    try:
        settime(time.CLOCK_REALTIME, at.timestamp())
    except PermissionError as error:
        raise BadSetting(
            "This user may not set the clock.",
            "Let the service do it as root (ExecStartPre=+), or use --print.",
        ) from error


def _last_writes(state_folder: Path) -> Iterator[datetime]:
    for name in _WRITTEN:
        try:
            written = datetime.fromtimestamp((state_folder / name).stat().st_mtime, UTC)
        except (OSError, OverflowError, ValueError):
            continue
        if written < MADE + BELIEVABLE:
            yield written


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
