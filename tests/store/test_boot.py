"""The look at the store before anything is sealed: what is mended, what is said, what it costs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlcipher3

from kiosk.envelope import Torn, parse
from kiosk.errors import DatabaseDamaged
from kiosk.sealing import QUARANTINE, Sealer
from kiosk.store import audit, boot, entries, facts
from kiosk.store.boot import DAMAGED, Findings, Hold, check_store
from kiosk.store.engine import FILE_NAME, quick_check
from kiosk.store.entries import EntryState
from kiosk.store.sweeping import MISSING, TORN
from tests.support.sealing_places import SealingPlace, now

pytestmark = pytest.mark.may_warn("what is found is told")


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


def look(place: SealingPlace) -> Findings:
    """Look at the store as a start does."""
    return check_store(place.folder, place.keys, place.enrolment.kiosk_id, now().at)


def end_properly(place: SealingPlace, sealer: Sealer) -> None:
    """End as a kiosk does that swept, served and was stopped."""
    look(place)
    boot.mark_end(sealer.db)
    place.close()


def forge(sealer: Sealer, change: str) -> None:
    """Change rows as somebody does who has the key and takes the triggers away."""
    names = sealer.db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in names.fetchall():
        sealer.db.conn.execute(f"DROP TRIGGER {name}")
    sealer.db.conn.execute(change)


def test_a_store_that_is_well_is_left_alone(place: SealingPlace, sealer: Sealer) -> None:
    """Everything is looked at, and nothing is found or changed."""
    rows = [place.seal(sealer) for _ in range(3)]
    found = look(place)
    assert found == Findings(entries=3, is_swept=True)
    assert [it.app_id for it in entries.unregistered(sealer.db, 9)] == [it.app_id for it in rows]
    assert audit.last(sealer.db, 5) == ()


def test_it_sweeps_after_a_power_cut_and_once_a_day(place: SealingPlace, sealer: Sealer) -> None:
    """After a proper end little is looked at; after any other, or a day, everything."""
    place.seal(sealer)
    assert look(place).is_swept
    assert look(place).is_swept  # it never ended properly
    boot.mark_end(sealer.db)
    assert not look(place).is_swept
    boot.mark_start(sealer.db)
    assert look(place).is_swept
    boot.mark_end(sealer.db)
    facts.put(sealer.db, "swept_at", (now().at - timedelta(hours=25)).isoformat())
    assert look(place).is_swept
    facts.put(sealer.db, "swept_at", (now().at + timedelta(hours=1)).isoformat())
    assert look(place).is_swept


@pytest.mark.parametrize("is_sweep", [False, True], ids=["quick", "sweep"])
def test_an_envelope_that_is_gone_is_named_and_held(
    place: SealingPlace, sealer: Sealer, *, is_sweep: bool
) -> None:
    """An undelivered entry without its envelope is held with the reason, the others go on; put
    back, it is queued again. A delivered one needs no envelope.
    """
    rows = [place.seal(sealer) for _ in range(3)]
    entries.deliver(sealer.db, rows[0].app_id, "{}", now().at)
    if not is_sweep:
        end_properly(place, sealer)
        sealer = place.open()
    kept: dict[str, bytes] = {}
    for row in rows[:2]:
        entry = entries.find(sealer.db, row.app_id)
        assert entry is not None
        path = place.envelopes / entry.file
        kept[entry.file] = path.read_bytes()
        path.unlink()
    found = look(place)
    assert (found.missing, found.is_swept) == (1, is_sweep)
    held = entries.find(sealer.db, rows[1].app_id)
    assert held is not None
    assert (held.state, held.reason) == (EntryState.HELD, MISSING)
    assert [it.app_id for it in entries.unregistered(sealer.db, 9)] == [rows[2].app_id]
    (_, event, told), *_ = audit.last(sealer.db, 1)
    assert (event, dict(told)["missing"]) == ("STORE_CHECKED", "1")
    for file, data in kept.items():
        (place.envelopes / file).write_bytes(data)
    assert look(place).missing == 0
    assert len(entries.unregistered(sealer.db, 9)) == 2


def test_an_envelope_that_was_cut_short_is_held(place: SealingPlace, sealer: Sealer) -> None:
    """A sweep compares sizes; the file stays where it is."""
    row = place.seal(sealer)
    (file,) = place.files()
    path = place.envelopes / file
    path.write_bytes(path.read_bytes()[:-1])
    assert look(place).missing == 1
    entry = entries.find(sealer.db, row.app_id)
    assert entry is not None
    assert (entry.state, entry.reason) == (EntryState.HELD, TORN)
    assert path.exists()


def test_an_envelope_without_a_row_is_taken_in_and_a_torn_one_put_aside(
    place: SealingPlace, sealer: Sealer
) -> None:
    """Both are counted; neither is deleted."""
    place.seal(sealer)
    place.seal(sealer)
    forge(sealer, "DELETE FROM applications")
    sealer.db.conn.execute("DELETE FROM entries WHERE seq = 2")
    (place.envelopes / "ffffffff-00000009-strange.env").write_bytes(b"torn")
    found = look(place)
    assert (found.adopted, found.put_aside, found.missing) == (1, 1, 0)
    assert not found.is_rebuilt
    assert len(entries.unregistered(sealer.db, 9)) == 2
    assert (place.envelopes / QUARANTINE / "ffffffff-00000009-strange.env").exists()


@pytest.mark.parametrize(
    ("change", "is_head_proven"),
    [
        (
            "UPDATE entries SET header = replace(header, '\"number\":3702', '\"number\":3703')",
            False,
        ),
        ("UPDATE entries SET prev_hash = zeroblob(32) WHERE seq = 2", True),
        ("UPDATE entries SET signature = zeroblob(64) WHERE seq = 3", False),
        ("UPDATE entries SET header = replace(header, 'Z', 'X') WHERE seq = 1", True),
    ],
)
def test_a_chain_that_does_not_fit_is_said(
    place: SealingPlace, sealer: Sealer, change: str, *, is_head_proven: bool
) -> None:
    """A changed header, link or signature is found; a head that proves nothing ends its epoch."""
    for _ in range(3):
        place.seal(sealer)
    forge(sealer, change)
    found = look(place)
    assert found.broken_links >= 1
    assert found.is_head_proven is is_head_proven


def _garbage_page(data: bytes) -> bytes:
    return data[: 3 * 4096] + os.urandom(4096) + data[4 * 4096 :]


def _garbage_everywhere(data: bytes) -> bytes:
    return os.urandom(len(data))


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _cut_to_nothing(_: bytes) -> bytes:
    return b""


def _first_sector(data: bytes) -> bytes:
    return os.urandom(512) + data[512:]


def _all_zero(data: bytes) -> bytes:
    return bytes(len(data))


@pytest.mark.parametrize(
    "damage",
    [_garbage_page, _garbage_everywhere, _cut, _cut_to_nothing, _first_sector, _all_zero],
)
def test_a_damaged_database_is_built_anew_from_the_envelopes(
    place: SealingPlace, sealer: Sealer, damage: Callable[[bytes], bytes]
) -> None:
    """All entries are there under their own ids, new ones are in an epoch and a number of their
    own, and the old file is kept.
    """
    rows = [place.seal(sealer) for _ in range(5)]
    quick_check(sealer.db)
    place.close()
    file = place.folder / FILE_NAME
    data = damage(file.read_bytes())
    file.write_bytes(data)
    found = look(place)
    assert (found.is_rebuilt, found.adopted, found.broken_links) == (True, 5, 0)
    anew = place.open()
    assert boot.was_rebuilt(anew.db, now().at)
    assert [it.app_id for it in entries.unregistered(anew.db, 9)] == [it.app_id for it in rows]
    row = place.seal(anew)
    assert row.number[:4] == "3703" != rows[0].number[:4]
    assert anew.installation.epoch != sealer.installation.epoch
    kept = [path.read_bytes() for path in place.folder.glob(f"{DAMAGED}/*{FILE_NAME}")]
    assert kept == ([data] if data else [])
    again = look(place)
    assert (again.adopted, again.missing, again.broken_links, again.is_rebuilt) == (0, 0, 0, False)


def test_a_page_that_failed_to_be_read_once_costs_nothing(
    place: SealingPlace, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What looks like damage is looked at again before the database is put aside."""
    row = place.seal(sealer)
    place.close()
    answers = iter((False, True))
    monkeypatch.setattr(boot, "quick_check", lambda _db: next(answers))
    assert look(place) == Findings(entries=1, is_swept=True)
    assert not (place.folder / DAMAGED).exists()
    (kept,) = entries.unregistered(place.open().db, 9)
    assert (kept.app_id, kept.is_acknowledged) == (row.app_id, True)


def test_a_wrong_key_file_costs_the_database_and_no_application(
    place: SealingPlace, sealer: Sealer
) -> None:
    """With another database key the envelopes are taken in again, and the old file stays usable
    for whoever finds the key.
    """
    row = place.seal(sealer)
    quick_check(sealer.db)
    place.close()
    key_file = place.folder / "keys" / "database.key"
    key = key_file.read_bytes()
    key_file.unlink()
    assert (look(place).is_rebuilt, look(place).adopted) == (True, 0)
    assert entries.find(place.store(), row.app_id) is not None
    place.close()
    key_file.write_bytes(key)
    (old,) = place.folder.glob(f"{DAMAGED}/*{FILE_NAME}")
    old.rename(place.folder / FILE_NAME)
    assert entries.find(place.store(), row.app_id) is not None


def test_garbage_where_the_salt_was_costs_nothing(place: SealingPlace, sealer: Sealer) -> None:
    """The salt is given with the key: what a torn first sector holds there does not matter."""
    place.seal(sealer)
    quick_check(sealer.db)
    place.close()
    file = place.folder / FILE_NAME
    file.write_bytes(os.urandom(16) + file.read_bytes()[16:])
    assert look(place) == Findings(entries=1, is_swept=True)


def test_a_store_that_is_in_use_is_not_built_anew(place: SealingPlace, sealer: Sealer) -> None:
    """While another program has the database open, a damaged one is said and left where it is."""
    place.seal(sealer)
    quick_check(sealer.db)
    place.close()
    (place.folder / FILE_NAME).write_bytes(bytes(8192))
    other = Hold(place.folder)
    with pytest.raises(DatabaseDamaged):
        look(place)
    assert not (place.folder / DAMAGED).exists()
    del other
    assert look(place).is_rebuilt


def test_delivered_entries_of_a_lost_database_leave_a_gap_that_is_no_break(
    place: SealingPlace, sealer: Sealer
) -> None:
    """Where envelopes were erased after their proof, the walk goes on behind the gap."""
    for _ in range(5):
        place.seal(sealer)
    place.close()
    (place.envelopes / place.files()[1]).unlink()
    for path in place.folder.glob(f"{FILE_NAME}*"):
        path.unlink()
    found = look(place)
    assert (found.is_rebuilt, found.adopted, found.broken_links) == (True, 4, 0)


def test_the_frozen_columns_are_frozen(place: SealingPlace, sealer: Sealer) -> None:
    """`forge` above is what it takes; without it the database refuses."""
    place.seal(sealer)
    with pytest.raises(sqlcipher3.IntegrityError):
        sealer.db.conn.execute("UPDATE entries SET header = '{}'")
    (file,) = place.files()
    assert not isinstance(parse((place.envelopes / file).read_bytes()), Torn)
