"""Databases of every released shape are brought to this program's, with everything in them.

`fixtures/schema_N` is a state folder as the released program of that shape left it: invented data,
the keys beside it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.journal import KioskId
from kiosk.store import applications, audit, entries, migrations
from kiosk.store.boot import check_store
from kiosk.store.engine import Database, open_store
from kiosk.store.entries import EntryState
from kiosk.store.keys import Keys, load_keys
from tests.support.sealing_places import SealingPlace, now

FIXTURES = Path(__file__).parent / "fixtures"
RELEASED = sorted(folder.name for folder in FIXTURES.iterdir())


def schema(db: Database) -> list[tuple[str, ...]]:
    """Return everything the database is made of."""
    rows = db.conn.execute(
        "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"
        " WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    return [tuple(row) for row in rows.fetchall()]


@pytest.fixture(params=RELEASED)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A state folder of a released program."""
    folder = tmp_path / "state"
    shutil.copytree(FIXTURES / str(request.param), folder)
    for path in [folder, *folder.rglob("*")]:  # git keeps no private modes
        path.chmod(0o700 if path.is_dir() else 0o600)
    return folder


@pytest.fixture
def keys(folder: Path) -> Keys:
    """Its keys."""
    return load_keys(folder)


@pytest.fixture
def db(folder: Path, keys: Keys) -> Iterator[Database]:
    """It, opened by this program."""
    db = open_store(folder, keys.database)
    yield db
    db.close()


def test_there_is_one_of_each_shape_but_the_newest() -> None:
    """Whoever adds a step saves a database of the shape before."""
    assert len(RELEASED) == len(migrations._KNOWN) - 1


def test_an_upgraded_database_is_like_a_new_one(db: Database, tmp_path: Path) -> None:
    """Tables, indexes and triggers are the same, whichever way they came to be."""
    place = SealingPlace(tmp_path / "new")
    assert schema(db) == schema(place.store())
    place.close()


def test_everything_is_still_there(db: Database) -> None:
    """Entries with their states and proofs, applications, the office's words, the journal."""
    lines = {line.state: line.count for line in entries.queue(db)}
    assert lines == {"delivered": 1, "held": 1, "queued": 2}
    held = next(it for it in entries.to_upload(db, 9) if it.state is EntryState.HELD)
    assert held.reason == "409 no"
    items = applications.status_by_lookup(db, bytes(32), now().at)
    assert sorted(item.office_state for item in items) == ["", "", "accepted"]
    assert any(item.office_words == "已受理。" for item in items)
    assert [event for _, event, _ in audit.last(db, 9)] == ["VISIT_STARTED"]


def test_its_chain_and_files_are_well(folder: Path, keys: Keys) -> None:
    """The look at the store finds nothing to mend."""
    found = check_store(folder, keys, KioskId("k-00c0ffee"), now().at)
    assert (found.entries, found.adopted, found.missing, found.broken_links) == (4, 0, 0, 0)
    assert not found.is_rebuilt
