"""What this machine knows about somebody: everything that is kept, as the store has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.flow.known import KeptFor, Known
from kiosk.flow.paper_state import Slip
from kiosk.sealing import Sealer
from kiosk.store import applications, entries, prints, slips
from kiosk.store.boot import DAMAGED
from kiosk.store.contact import PRECISION, last, remember
from kiosk.store.entries import EntryState
from kiosk.store.known import known_by_lookup, known_by_number
from kiosk.store.retention import Keep, forget_rows
from tests.support.sealing_places import SealingPlace, now

KEEP = Keep()
LOOKUP = bytes(32)


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


def known(place: SealingPlace, sealer: Sealer) -> Known:
    """Return what is known under the card that all applications here were sealed with."""
    return known_by_lookup(sealer.db, place.folder, KEEP, LOOKUP)


def test_an_application_from_the_counter_to_oblivion(place: SealingPlace, sealer: Sealer) -> None:
    """Waiting with its copy, delivered, answered, erased, forgotten: each is told as it is."""
    row, last_one = place.seal(sealer), place.seal(sealer)
    db, at = sealer.db, now().at
    first = known(place, sealer).applications[-1]
    assert first.app_id == row.app_id
    assert first.number_groups == row.number_groups
    assert (first.applicant, first.delivered_at) == (row.applicant, None)
    assert first.is_sealed_copy_here
    assert not first.is_held
    assert not first.is_unseen
    assert (first.office_state, first.words_at, first.times_printed) == ("", None, 0)

    entries.mark(db, row.app_id, EntryState.HELD, reason="409")
    assert known(place, sealer).applications[-1].is_held
    prints.begin(db, row.app_id)
    slips.add(db, row.app_id, Slip.ACKNOWLEDGEMENT, at, 2)
    slips.add(db, row.app_id, Slip.PROGRESS, at - timedelta(days=3), 1)
    entries.deliver(db, row.app_id, "{}", at)
    words = {"en": "Bring a copy.", "zh_CN": "请带复印件。"}
    applications.set_office_state(db, row.app_id, "more_needed", words, at)
    told = known(place, sealer).applications[-1]
    assert (told.delivered_at, told.is_held, told.times_printed) == (at, False, 1)
    assert (told.office_state, told.office_words) == ("more_needed", "请带复印件。")
    assert told.words_at == at
    assert (first.other_papers, told.other_papers) == (0, 3)
    assert told.is_sealed_copy_here

    entry = entries.find(db, row.app_id)
    assert entry is not None
    (place.envelopes / entry.file).unlink()
    entries.mark_erased(db, row.app_id)
    assert not known(place, sealer).applications[-1].is_sealed_copy_here
    forget_rows(db, KEEP, at + timedelta(days=31))
    assert known(place, sealer).applications[-1].office_words == ""
    forget_rows(db, KEEP, at + timedelta(days=91))
    assert [it.app_id for it in known(place, sealer).applications] == [last_one.app_id]


def test_all_of_them_are_told(place: SealingPlace, sealer: Sealer) -> None:
    """However many: progress shows the newest few, this shows everything."""
    for _ in range(9):
        place.seal(sealer)
    assert len(known(place, sealer).applications) == 9


def test_a_rating_is_told_while_it_lies_here(place: SealingPlace, sealer: Sealer) -> None:
    """With the application it is about, and with no other."""
    rated, other = place.seal(sealer), place.seal(sealer)
    place.rate(sealer, rated)
    told = {it.app_id: it.has_rating for it in known(place, sealer).applications}
    assert told == {rated.app_id: True, other.app_id: False}
    for file in place.files():
        if file.split("-", 2)[1] == "00000003":
            (place.envelopes / file).unlink()
    assert not any(it.has_rating for it in known(place, sealer).applications)


def test_another_card_knows_nothing_of_it(place: SealingPlace, sealer: Sealer) -> None:
    """Nothing here leads from one resident to another."""
    place.seal(sealer)
    assert known_by_lookup(sealer.db, place.folder, KEEP, b"\1" * 32).applications == ()


def test_by_number_only_that_application(place: SealingPlace, sealer: Sealer) -> None:
    """Number and code open what is kept about it, and nothing beside; a wrong code nothing."""
    one, _ = place.seal(sealer), place.seal(sealer)
    told = known_by_number(sealer.db, place.folder, KEEP, one.number, one.query_code)
    assert [it.app_id for it in told.applications] == [one.app_id]
    assert not told.by_card
    assert known_by_number(sealer.db, place.folder, KEEP, one.number, "AAAAAA").applications == ()


def test_how_long_things_stay_is_what_is_set(place: SealingPlace, sealer: Sealer) -> None:
    """No fixed text: the settings are told."""
    days = timedelta(days=1)
    keep = Keep(7 * days, 2 * days, 200 * days, timedelta(hours=30))
    told = known_by_lookup(sealer.db, place.folder, keep, LOOKUP)
    assert told.kept_for == KeptFor(timedelta(hours=30), 7 * days, 2 * days, 200 * days)


def test_what_was_put_aside_is_told(place: SealingPlace, sealer: Sealer) -> None:
    """A damaged database and strange envelopes may hold more than the rows say."""
    told = known(place, sealer)
    assert (told.has_damaged_records, told.has_strange_envelopes) == (False, False)
    (place.folder / DAMAGED).mkdir()
    assert not known(place, sealer).has_damaged_records
    (place.folder / DAMAGED / "001-kiosk.db").write_bytes(b"?")
    (place.envelopes / "quarantine").mkdir()
    (place.envelopes / "quarantine" / "x.env").write_bytes(b"?")
    told = known(place, sealer)
    assert (told.has_damaged_records, told.has_strange_envelopes) == (True, True)


def test_the_last_contact_is_remembered_but_not_every_minute(sealer: Sealer) -> None:
    """It is never told younger than it is, and a clock set back does not freeze it."""
    db, at = sealer.db, now().at
    assert last(db) is None
    remember(db, at)
    assert last(db) == at
    remember(db, at + PRECISION - timedelta(seconds=1))
    assert last(db) == at
    remember(db, at + PRECISION)
    assert last(db) == at + PRECISION
    remember(db, at - timedelta(days=1))
    assert last(db) == at - timedelta(days=1)
