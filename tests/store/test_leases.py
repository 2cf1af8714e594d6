"""Leases: one holder at a time, ended by time, by a restart of the machine, or given back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain import AppId
from kiosk.store.engine import Database
from kiosk.store.holders import is_gone, new_holder
from kiosk.store.leases import LONGEST_S, Leases, lease, release
from tests.support.builders import FakeClock
from tests.support.sealing_places import SealingPlace

ENTRY = AppId("an-entry")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A store."""
    place = SealingPlace(tmp_path / "state")
    yield place.store()
    place.close()


def test_one_holder_at_a_time(db: Database) -> None:
    """A lease keeps others off until it ends; its holder lengthens it."""
    assert lease(db, ENTRY, "courier", "boot-1", 100.0, 160.0)
    assert not lease(db, ENTRY, "stick", "boot-1", 120.0, 180.0)
    assert lease(db, ENTRY, "courier", "boot-1", 150.0, 210.0)
    assert not lease(db, ENTRY, "stick", "boot-1", 209.9, 270.0)
    assert lease(db, ENTRY, "stick", "boot-1", 210.0, 270.0)
    assert not lease(db, ENTRY, "courier", "boot-1", 211.0, 271.0)
    assert lease(db, AppId("another"), "courier", "boot-1", 211.0, 271.0)


def test_a_restart_ends_every_lease(db: Database) -> None:
    """The monotonic clock begins anew: what was to last for hours is free."""
    assert lease(db, ENTRY, "courier", "boot-1", 90_000.0, 99_000.0)
    assert lease(db, ENTRY, "courier again", "boot-2", 5.0, 65.0)


def test_it_can_be_given_back(db: Database) -> None:
    """By its holder, and by nobody else."""
    assert lease(db, ENTRY, "courier", "boot-1", 100.0, 160.0)
    release(db, ENTRY, "stick")
    assert not lease(db, ENTRY, "stick", "boot-1", 101.0, 161.0)
    release(db, ENTRY, "courier")
    assert lease(db, ENTRY, "stick", "boot-1", 101.0, 161.0)


def test_nothing_is_leased_longer_than_the_longest(db: Database) -> None:
    """Where runs of the machine have no name, a lease from before a restart ends all the same."""
    assert lease(db, ENTRY, "courier", "", 90_000.0, 90_060.0)
    assert lease(db, ENTRY, "courier again", "", 5.0, 65.0)
    assert lease(db, AppId("another"), "courier", "", 5.0, 10**9)
    assert lease(db, AppId("another"), "courier again", "", 5.0 + LONGEST_S, 10**9)


def test_two_programs_share_by_leases(db: Database) -> None:
    """Each holds what the other does not; what is not asked for again is given back."""
    clock = FakeClock()
    one, other = (Leases(db, clock, "boot-1", 60.0) for _ in range(2))
    a, b, c = AppId("a"), AppId("b"), AppId("c")
    assert one.hold(a, b) == {a, b}
    assert other.hold(b, c) == {c}
    assert one.elsewhere() == {c}
    assert other.elsewhere() == {a, b}
    assert one.hold(a) == {a}
    assert other.hold(b) == {b}
    assert one.elsewhere() == {b}
    clock.pass_s(59)
    assert one.hold(a) == {a}
    clock.pass_s(1)
    assert one.elsewhere() == frozenset()  # the other one does not get on
    assert other.elsewhere() == {a}
    one.let_go()
    assert other.elsewhere() == frozenset()
    assert other.hold(a, b, c) == {a, b, c}


def test_a_clock_on_the_wall_changes_no_lease(db: Database) -> None:
    """Years back and forth: what counts is how long the machine has run."""
    clock = FakeClock()
    one, other = (Leases(db, clock, "boot-1", 60.0) for _ in range(2))
    one.hold(ENTRY)
    clock.set_wall(clock.at.replace(year=2044))
    assert other.hold(ENTRY) == frozenset()
    clock.set_wall(clock.at.replace(year=1970))
    assert other.elsewhere() == {ENTRY}
    clock.pass_s(60)
    assert other.hold(ENTRY) == {ENTRY}


def test_a_program_that_died_frees_what_it_held(db: Database) -> None:
    """At once, not when its leases would end: the next start goes on where it was."""
    name = "from kiosk.store.holders import new_holder; print(new_holder(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        holder = program.stdout.readline().strip()
        clock = FakeClock()
        now_s = clock.now().monotonic_s
        assert lease(db, ENTRY, holder, "boot-1", now_s, now_s + 60.0)
        ours = Leases(db, clock, "boot-1", 60.0)
        assert ours.elsewhere() == {ENTRY}
        assert ours.hold(ENTRY) == frozenset()
        program.kill()
    assert ours.elsewhere() == frozenset()
    assert ours.hold(ENTRY) == {ENTRY}


def test_who_lives_or_can_not_be_told_is_not_gone() -> None:
    """A process id alone says nothing: it is given out again."""
    ours = new_holder()
    pid, started, token = ours.split(".")
    assert not is_gone(ours)
    assert is_gone(f"{pid}.{int(started) + 1}.{token}")
    assert is_gone(f"4194303.{started}.{token}")
    for holder in ("courier", "", f"{pid}.?.{token}", "..", f"-1.{started}.{token}"):
        assert not is_gone(holder)
