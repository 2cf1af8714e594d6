"""Envelopes go when they were proven long enough ago, and never before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.store import entries
from kiosk.store.entries import EntryState
from sync.forgetting import forget, forget_passed
from tests.support.sealing_places import SealingPlace, now


@pytest.fixture
def place(tmp_path: Path) -> Iterator[SealingPlace]:
    """A state folder with keys and enrolment."""
    made = SealingPlace(tmp_path / "state")
    yield made
    made.close()


def test_only_what_was_proven_long_ago_is_erased(place: SealingPlace) -> None:
    """Delivered long ago: file gone, proof kept. Delivered lately, or not at all: untouched."""
    sealer = place.open()
    old, late, waiting = (place.seal(sealer) for _ in range(3))
    at = now().at
    entries.deliver(sealer.db, old.app_id, "{}", at - timedelta(hours=80))
    entries.deliver(sealer.db, late.app_id, "{}", at - timedelta(hours=2))
    assert forget(sealer.db, place.folder, at - timedelta(hours=72)) == 1
    states = {}
    for row in (old, late, waiting):
        entry = entries.find(sealer.db, row.app_id)
        assert entry is not None
        states[row.app_id] = (entry.state, (place.envelopes / entry.file).exists(), entry.proof)
    assert states[old.app_id] == (EntryState.ERASED, False, "{}")
    assert states[late.app_id] == (EntryState.DELIVERED, True, "{}")
    assert states[waiting.app_id] == (EntryState.QUEUED, True, None)
    assert forget(sealer.db, place.folder, at - timedelta(hours=72)) == 0


def test_a_file_that_went_before_its_row_does_not_stop_the_rest(place: SealingPlace) -> None:
    """A power cut between file and row leaves nothing that can't be finished."""
    sealer = place.open()
    rows = [place.seal(sealer) for _ in range(2)]
    at = now().at
    for row in rows:
        entries.deliver(sealer.db, row.app_id, "{}", at - timedelta(hours=80))
    gone = entries.find(sealer.db, rows[0].app_id)
    assert gone is not None
    (place.envelopes / gone.file).unlink()
    assert forget(sealer.db, place.folder, at) == len(rows)
    assert place.files() == []


@pytest.mark.may_warn("what can't be erased is told")
def test_what_cannot_be_erased_stops_nothing(place: SealingPlace) -> None:
    """A file that the disk does not give up is tried again later; no round ends for it."""
    sealer = place.open()
    row = place.seal(sealer)
    at = now().at
    entries.deliver(sealer.db, row.app_id, "{}", at - timedelta(hours=80))
    entry = entries.find(sealer.db, row.app_id)
    assert entry is not None
    envelope = place.envelopes / entry.file
    envelope.unlink()
    envelope.mkdir()  # unlink fails, as on a disk with errors
    forget_passed(sealer.db, place.folder, at, 72.0)
    forget_passed(sealer.db, place.folder, None, 72.0)
    entry = entries.find(sealer.db, row.app_id)
    assert entry is not None
    assert entry.state is EntryState.DELIVERED
