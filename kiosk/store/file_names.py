"""Which envelope files the database knows of, by name."""

from __future__ import annotations

from kiosk.store.engine import Database, storage_errors
from kiosk.store.entries import EntryState

_MOVING = (EntryState.QUEUED, EntryState.REGISTERED, EntryState.UPLOADED)


def known_files(db: Database) -> frozenset[str]:
    """Return the names of all envelope files that have a row."""
    return _files(db, tuple(EntryState))


def moving_files(db: Database) -> frozenset[str]:
    """Return the names of the envelope files of undelivered entries, held ones aside."""
    return _files(db, _MOVING)


def _files(db: Database, states: tuple[EntryState, ...]) -> frozenset[str]:
    marks = ",".join("?" * len(states))
    with storage_errors():
        # One long text per state: a row for each of 50,000 costs three times as much.
        rows = db.conn.execute(
            "SELECT group_concat(file, '/') FROM entries"  # noqa: S608 - only marks
            f" WHERE state IN ({marks}) GROUP BY state",
            states,
        ).fetchall()
    return frozenset(name for (names,) in rows for name in str(names).split("/"))
