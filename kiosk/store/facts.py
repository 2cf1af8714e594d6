"""Small things to remember across restarts, by name: the epoch, the courier's place in the feeds,
the staff list, who is on duty.
"""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.store.engine import Database, storage_errors, writing


def get(db: Database, name: str) -> str | None:
    """Return a fact, None when it was never set."""
    with storage_errors():
        row = db.conn.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def put(db: Database, name: str, value: str) -> None:
    """Remember a fact, durable before this returns."""
    put_all(db, ((name, value),))


def put_all(db: Database, told: Iterable[tuple[str, str]]) -> None:
    """Remember facts together: all of them, durable before this returns, or none."""
    with writing(db):
        db.conn.executemany(
            "INSERT INTO facts (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            tuple(told),
        )
