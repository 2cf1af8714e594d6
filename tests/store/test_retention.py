"""Forgetting rows: what goes when its time is over, and what never goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.sealing import Sealer
from kiosk.store import applications, audit, entries
from kiosk.store.boot import check_store
from kiosk.store.retention import LONGEST_STANDSTILL, Forgotten, Keep, forget_rows
from tests.support.sealing_places import SealingPlace, now

KEEP = Keep()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[SealingPlace]:
    """A state folder."""
    place = SealingPlace(tmp_path / "state")
    yield place
    place.close()


@pytest.fixture
def sealer(place: SealingPlace) -> Sealer:
    """What seals into it."""
    return place.open()


def test_a_record_goes_with_all_that_belongs_to_it(place: SealingPlace, sealer: Sealer) -> None:
    """Ninety days after the delivery of an erased one; the chain behind it stays whole."""
    rows = [place.seal(sealer) for _ in range(4)]
    db, at = sealer.db, now().at
    for row in rows:
        applications.set_office_state(db, row.app_id, "accepted", {"en": "Accepted."}, at)
    for row in rows[:2]:
        entries.deliver(db, row.app_id, "{}", at)
    entry = entries.find(db, rows[0].app_id)
    assert entry is not None
    (place.envelopes / entry.file).unlink()
    entries.mark_erased(db, rows[0].app_id)
    assert forget_rows(db, KEEP, at + timedelta(days=29)) == Forgotten()
    assert forget_rows(db, KEEP, at + timedelta(days=31)) == Forgotten(words=4)
    assert forget_rows(db, KEEP, at + timedelta(days=91)) == Forgotten(records=1)
    assert entries.find(db, rows[0].app_id) is None
    assert applications.find(db, rows[0].app_id) is None
    assert len(applications.status_by_lookup(db, bytes(32), at)) == 3
    found = check_store(place.folder, place.keys, place.enrolment.kiosk_id, at)
    assert (found.entries, found.broken_links, found.missing) == (3, 0, 0)
    assert forget_rows(db, KEEP, at + timedelta(days=91)) == Forgotten()


def test_the_undelivered_and_the_head_stay_for_ever(place: SealingPlace, sealer: Sealer) -> None:
    """However old: one may be all there is of an application, the other keeps numbers from being
    given twice.
    """
    first, last = place.seal(sealer), place.seal(sealer)
    db, at = sealer.db, now().at
    entries.deliver(db, last.app_id, "{}", at)
    entries.mark_erased(db, last.app_id)
    assert forget_rows(db, KEEP, at + timedelta(days=399)).records == 0
    assert {entries.find(db, row.app_id) is None for row in (first, last)} == {False}
    third = entries.find(db, place.seal(sealer).app_id)
    assert third is not None
    assert third.seq == 3


def test_a_clock_that_ran_ahead_forgets_nothing(place: SealingPlace, sealer: Sealer) -> None:
    """In 2038 everything would be old."""
    rows = [place.seal(sealer) for _ in range(2)]
    db, at = sealer.db, now().at
    entries.deliver(db, rows[0].app_id, "{}", at)
    entries.mark_erased(db, rows[0].app_id)
    audit.write(db, at, "VISIT_ENDED")
    assert forget_rows(db, KEEP, at + LONGEST_STANDSTILL + timedelta(days=1)) == Forgotten()
    assert forget_rows(db, KEEP, at + timedelta(days=184)) == Forgotten(records=1, journal=1)
