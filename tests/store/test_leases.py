"""Leases: one holder at a time, ended by time, by a restart of the machine, or given back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain import AppId
from kiosk.store.engine import Database
from kiosk.store.leases import lease, release
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
