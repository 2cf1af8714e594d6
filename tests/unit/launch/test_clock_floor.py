"""Setting a clock forward that is far behind: what is believed, and what is never done."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.errors import BadSetting
from kiosk.timekeeping import BELIEVABLE, MADE
from launch.clock_floor import set_clock, time_floor
from tests.support.central_server import ROOT
from tests.support.needs import needs

LIBRARY = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


def write(folder: Path, name: str, at: datetime) -> None:
    """Leave a file as a kiosk did at some time."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"x")
    os.utime(folder / name, (at.timestamp(), at.timestamp()))


def ask(state: Path, clock: str) -> str:
    """Ask the command what it would do while the clock says something else."""
    needs(LIBRARY.exists(), "libfaketime is not installed")
    settings = state.parent / "kiosk.toml"
    settings.write_text(f'[kiosk]\nstate_folder = "{state}"\n')
    done = subprocess.run(
        [sys.executable, "-m", "launch.cli", "clock-floor", "--print", "--settings", settings],
        cwd=ROOT,
        env=os.environ | {"LD_PRELOAD": str(LIBRARY), "FAKETIME": clock, "NO_FAKE_STAT": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_last_write_is_the_floor(tmp_path: Path) -> None:
    """The latest of what the kiosk wrote counts; with nothing written, the program's making."""
    state = tmp_path / "state"
    assert time_floor(state) == MADE
    write(state, "kiosk.db", MADE + timedelta(days=30))
    write(state, "kiosk.db-wal", MADE + timedelta(days=40))
    assert time_floor(state) == MADE + timedelta(days=40)


def test_what_a_clock_wrote_that_ran_ahead_is_not_believed(tmp_path: Path) -> None:
    """A day in 2038 would otherwise be the floor for ever."""
    state = tmp_path / "state"
    write(state, "kiosk.db", MADE + BELIEVABLE + timedelta(days=1))
    write(state, "kiosk.db-wal", MADE - timedelta(days=4000))
    assert time_floor(state) == MADE


def test_a_clock_in_1970_is_found(tmp_path: Path) -> None:
    """The sentence names both times; a clock that is right, or ahead, is left alone."""
    state = tmp_path / "state"
    write(state, "kiosk.db", MADE + timedelta(days=10))
    assert "says 1970-01-0" in ask(state, "@1970-01-02 00:00:00")
    assert "has surely passed.\n" in ask(state, "@2020-05-05 00:00:00")
    for clock in ("@2026-12-01 12:00:00", "@2038-01-20 00:00:00"):
        assert "Nothing to do." in ask(state, clock)


def test_who_may_not_set_it_is_told_who_may() -> None:
    """A refusal is a sentence; otherwise the very time is set."""
    at = datetime(2026, 12, 1, tzinfo=UTC)
    told: list[float] = []
    set_clock(at, lambda _, seconds: told.append(seconds))
    assert told == [at.timestamp()]

    def refuse(_: int, __: float) -> None:
        raise PermissionError

    with pytest.raises(BadSetting, match="may not set the clock"):
        set_clock(at, refuse)
