"""Opening the database: what is refused and in which words, and two programs at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlcipher3

from kiosk.errors import DatabaseDamaged, DatabaseLocked, DatabaseTooNew, StorageError
from kiosk.store import facts
from kiosk.store.engine import FILE_NAME, open_store, quick_check, writing
from kiosk.store.keys import DatabaseKey, load_keys
from tests.support.sealing_places import SealingPlace


@pytest.fixture
def place(tmp_path: Path) -> Iterator[SealingPlace]:
    """A state folder."""
    place = SealingPlace(tmp_path / "state")
    yield place
    place.close()


def test_it_is_opened_durable_and_private(place: SealingPlace) -> None:
    """Write-ahead log, full synchronisation, current SQLite, and nobody else may look."""
    db = place.store()
    told = {
        name: db.conn.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "cipher_version")
    }
    assert told["journal_mode"] == "wal"
    assert told["synchronous"] == 3
    assert told["foreign_keys"] == 1
    assert str(told["cipher_version"]).startswith("4.")
    assert (place.folder / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert place.folder.stat().st_mode & 0o777 == 0o700
    assert quick_check(db)


def test_what_was_put_is_there_after_a_restart(place: SealingPlace) -> None:
    """A fact is durable when `put` returns."""
    facts.put(place.store(), "colour", "blau")
    place.close()
    assert facts.get(place.store(), "colour") == "blau"


def test_a_wrong_key_says_damaged_and_touches_nothing(place: SealingPlace) -> None:
    """With another key the file can't be read; the sentence says what to do, the bytes stay."""
    place.store()
    place.close()
    before = (place.folder / FILE_NAME).read_bytes()
    with pytest.raises(DatabaseDamaged) as caught:
        open_store(place.folder, DatabaseKey(bytes(32), bytes(16)))
    assert "Don't delete anything: call the technician." in str(caught.value)
    assert (place.folder / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("damage", ["zeroed", "text"])
def test_a_damaged_file_says_damaged(place: SealingPlace, damage: str) -> None:
    """A database whose first page is gone is refused, not made anew over the old one."""
    facts.put(place.store(), "colour", "blau")
    quick_check(place.store())
    place.close()
    file = place.folder / FILE_NAME
    data = file.read_bytes()
    page = bytes(4096) if damage == "zeroed" else b"not a database " * 300
    file.write_bytes(page[:4096] + data[4096:])
    with pytest.raises(DatabaseDamaged):
        place.store()
    assert file.read_bytes()[:4096] == page[:4096]


def test_a_flipped_bit_is_found(place: SealingPlace) -> None:
    """The check at start sees damage in pages that hold data."""
    db = place.store()
    with writing(db):
        for number in range(200):
            db.conn.execute("INSERT INTO facts VALUES (?, ?)", (f"fact {number}", "x" * 400))
    assert quick_check(db)
    place.close()
    file = place.folder / FILE_NAME
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    try:
        is_well = quick_check(place.store())
    except DatabaseDamaged:
        is_well = False
    assert not is_well


def test_a_newer_database_is_refused(place: SealingPlace) -> None:
    """A step that this program does not know means a newer program wrote it: hands off."""
    db = place.store()
    db.table("_sqlite_migrations").insert(
        {"migration_set": "kiosk", "name": "from_the_future", "applied_at": "2027-01-01"}
    )
    place.close()
    with pytest.raises(DatabaseTooNew, match="Install the newer version again"):
        place.store()


def test_two_connections_write_at_once(place: SealingPlace) -> None:
    """Writers wait for each other; none fails, and nothing is lost."""
    place.store()
    problems: list[BaseException] = []

    def write(who: str) -> None:
        db = open_store(place.folder, place.keys.database)
        try:
            for number in range(100):
                with writing(db):
                    told = facts.get(db, "sum") or "0"
                    db.conn.execute(
                        "INSERT INTO facts VALUES ('sum', ?) ON CONFLICT (name)"
                        " DO UPDATE SET value = excluded.value",
                        (str(int(told) + 1),),
                    )
                facts.put(db, f"{who} {number}", "1")
        except BaseException as problem:  # noqa: BLE001 - told by the test's own thread
            problems.append(problem)
        finally:
            db.close()

    threads = [threading.Thread(target=write, args=(who,)) for who in ("desk", "courier")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    db = place.store()
    assert facts.get(db, "sum") == "200"
    assert db.conn.execute("SELECT count(*) FROM facts").fetchone()[0] == 201


def test_who_holds_it_too_long_is_named(place: SealingPlace) -> None:
    """A writer that does not let go makes the other say so, after a while; nothing is written."""
    holder, other = place.store(), place.store()
    other.conn.execute("PRAGMA busy_timeout=50").fetchall()
    with (
        writing(holder),
        pytest.raises(DatabaseLocked, match="End the other kiosk program"),
        writing(other),
    ):
        pass
    assert facts.get(other, "anything") is None


def test_a_step_that_fails_is_rolled_back(place: SealingPlace) -> None:
    """Whatever is raised inside `writing`, nothing of it stays, and the next one can write."""
    db = place.store()

    def fail_half_way() -> None:
        with writing(db):
            db.conn.execute("INSERT INTO facts VALUES ('half', '1')")
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert facts.get(db, "half") is None
    facts.put(db, "whole", "1")


@pytest.mark.parametrize("blocked", ["envelopes", "kiosk.db", "."])
def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, blocked: str) -> None:
    """Where folder or file can't be made, a sentence says so and nothing is half there."""
    folder = tmp_path / "state"
    if blocked == ".":
        folder.write_text("a file where the folder should be")
    else:
        folder.mkdir(mode=0o700)
        load_keys(folder)
        in_the_way = folder / blocked
        if blocked == "kiosk.db":
            in_the_way.mkdir()
        else:
            in_the_way.write_text("a file where the folder should be")
    with pytest.raises(StorageError) as caught:
        open_store(folder, DatabaseKey(bytes(32), bytes(16)))
    assert str(caught.value).startswith("E-DB-0")


def test_the_driver_is_the_one_that_sqlite_utils_knows() -> None:
    """sqlite-utils catches this driver's errors; with another one it loses commits silently."""
    import sqlite_utils.utils

    used = vars(sqlite_utils.utils)["sqlite3"]
    assert used.OperationalError is sqlcipher3.OperationalError
