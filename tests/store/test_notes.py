"""Notes beside envelopes: after a power cut between file and commit the resident can be told."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.files import NOTE
from kiosk.flow.paper_state import ReceiptState
from kiosk.sealing import Sealer
from kiosk.store import applications, entries, prints
from kiosk.store.applications import ApplicationRow
from kiosk.store.boot import check_store
from kiosk.store.keys import DatabaseKey, load_keys
from kiosk.store.notes import read_note
from tests.store.test_power_cut import killed_at
from tests.support.builders import a_person
from tests.support.needs import needs
from tests.support.sealing_places import SealingPlace, a_record, now

LOOKUP = bytes(32)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[SealingPlace]:
    """A state folder on a file system that keeps attributes."""
    needs(keeps_notes(tmp_path), "keep attributes of files")
    place = SealingPlace(tmp_path / "state")
    yield place
    place.close()


@pytest.fixture
def sealer(place: SealingPlace) -> Sealer:
    """What seals into it."""
    return place.open()


def keeps_notes(folder: Path) -> bool:
    """Say whether the file system can."""
    try:
        os.setxattr(folder, NOTE, b"1")
    except OSError:
        return False
    return True


def note_of(place: SealingPlace, file: str) -> bytes:
    """Return what is kept beside an envelope."""
    return os.getxattr(place.envelopes / file, NOTE)


def read_back(place: SealingPlace, sealer: Sealer, row: ApplicationRow) -> ApplicationRow | None:
    """Return what the note of an application says."""
    entry = entries.find(sealer.db, row.app_id)
    assert entry is not None
    return read_note(place.envelopes / entry.file, place.keys.note_key, entry.front)


def test_a_note_brings_the_row_back(place: SealingPlace, sealer: Sealer) -> None:
    """Everything that the receipt is printed from; not how often it was."""
    row = place.seal(sealer)
    prints.begin(sealer.db, row.app_id)
    assert read_back(place, sealer, row) == row
    assert row.times_printed == 0


def test_a_note_fits_its_own_envelope_alone(place: SealingPlace, sealer: Sealer) -> None:
    """Copied beside another envelope, changed, or cut, it says nothing."""
    one, other = place.seal(sealer), place.seal(sealer)
    first, second = (place.envelopes / name for name in place.files())
    note = note_of(place, first.name)
    os.setxattr(second, NOTE, note)
    assert read_back(place, sealer, other) is None
    for wrong in (note[:-1] + bytes([note[-1] ^ 1]), note[:20], b"", b"x"):
        os.setxattr(first, NOTE, wrong)
        assert read_back(place, sealer, one) is None
    os.removexattr(first, NOTE)
    assert read_back(place, sealer, one) is None


def test_a_note_tells_a_thief_nothing(place: SealingPlace, sealer: Sealer) -> None:
    """Nobody's name, number or code stands in it, and another machine's key does not open it."""
    person = replace(a_person(), full_name="canary-name", address="canary-address")
    row = place.seal(sealer, a_record(person=person))
    entry = entries.find(sealer.db, row.app_id)
    assert entry is not None
    note = note_of(place, entry.file)
    for told in (row.query_code, row.number, row.service_id, row.applicant, "canary"):
        assert told.encode() not in note
    path = place.envelopes / entry.file
    other = replace(place.keys, database=DatabaseKey(bytes(32), bytes(16)))
    assert read_note(path, other.note_key, entry.front) is None
    kept = read_note(path, place.keys.note_key, entry.front)
    assert kept is not None
    assert "canary-name" not in str(kept)  # as in its row, the name is masked


def test_a_note_goes_nowhere_with_the_bytes(place: SealingPlace, sealer: Sealer) -> None:
    """What is sent or copied to a stick are the bytes."""
    place.seal(sealer)
    (file,) = place.files()
    copy = place.folder / "copy"
    copy.write_bytes((place.envelopes / file).read_bytes())
    assert NOTE not in os.listxattr(copy)


def test_ratings_need_no_note(place: SealingPlace, sealer: Sealer) -> None:
    """Nothing in them leads to anybody."""
    row = place.seal(sealer)
    rated = place.rate(sealer, row)
    entry = next(it for it in entries.unregistered(sealer.db, 9) if it.app_id == rated)
    assert NOTE not in os.listxattr(place.envelopes / entry.file)


@pytest.mark.may_warn("an adoption is told")
@pytest.mark.parametrize("point", ["renamed", "rows"])
def test_after_a_power_cut_the_resident_can_be_told(place: SealingPlace, point: str) -> None:
    """What was adopted is found under the card, as never shown, until its resident was told."""
    killed_at(place, point)
    found = check_store(place.folder, place.keys, place.enrolment.kiosk_id, now().at)
    assert found.adopted == 1
    db = place.store()
    (unseen,) = applications.unseen_by_lookup(db, LOOKUP)
    row = applications.find(db, unseen.app_id)
    assert row is not None
    assert (unseen.number_groups, unseen.query_code) == (row.number_groups, row.query_code)
    items = applications.status_by_lookup(db, LOOKUP, now().at)
    assert [item.is_unseen for item in items] == [True, False]
    assert {item.receipt for item in items} == {ReceiptState.NOT_PRINTED}
    by_number = applications.status_by_number(db, row.number, row.query_code, now().at)
    assert [item.is_unseen for item in by_number] == [True]
    applications.mark_seen(db, [unseen.app_id])
    assert applications.unseen_by_lookup(db, LOOKUP) == ()
    items = applications.status_by_lookup(db, LOOKUP, now().at)
    assert [item.is_unseen for item in items] == [False, False]


@pytest.mark.may_warn("an adoption is told")
def test_a_lost_database_finds_residents_again(place: SealingPlace, sealer: Sealer) -> None:
    """Rows are made anew from the notes; nobody is told that they were not shown their number."""
    row = place.seal(sealer)
    place.rate(sealer, row)
    place.close()
    for path in place.folder.glob("kiosk.db*"):
        path.unlink()
    sealer = place.open()
    assert sealer.adopt(now()) == 2
    assert applications.find(sealer.db, row.app_id) == row
    assert applications.unseen_by_lookup(sealer.db, LOOKUP) == ()
    items = applications.status_by_lookup(sealer.db, LOOKUP, now().at)
    assert [item.is_unseen for item in items] == [False]
    assert items[0].receipt is ReceiptState.UNCONFIRMED  # no note knows what was printed


@pytest.mark.may_warn("an adoption is told")
def test_without_a_note_it_is_adopted_all_the_same(place: SealingPlace) -> None:
    """A backup or a stick keeps no attributes: it is sent, and nobody can be told."""
    killed_at(place, "renamed")
    folder = place.folder.parent / "copied"
    shutil.copytree(place.folder, folder, copy_function=shutil.copyfile)
    for path in (folder / "keys").iterdir():
        path.chmod(0o600)
    keys = load_keys(folder)
    found = check_store(folder, keys, place.enrolment.kiosk_id, now().at)
    assert found.adopted == 1
    copied = SealingPlace(folder, place.recipient)
    assert applications.unseen_by_lookup(copied.store(), LOOKUP) == ()
    assert len(entries.unregistered(copied.store(), 9)) == 2
    copied.close()


@pytest.mark.may_warn("an adoption is told")
def test_a_file_system_without_attributes_still_seals(
    place: SealingPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The note is a comfort: nothing is refused for want of it."""

    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "setxattr", refuse)  # what such a file system answers
    sealer = place.open()
    row = place.seal(sealer)
    assert applications.find(sealer.db, row.app_id) == row
