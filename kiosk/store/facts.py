"""Small things to remember across restarts, by name: the epoch, the courier's place in the feeds,
the staff list, who is on duty.
"""

from __future__ import annotations

from kiosk.store.engine import Database, storage_errors, writing


def get(db: Database, name: str) -> str | None:
    """Return a fact, None when it was never set."""
    with storage_errors():
        row = db.conn.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def put(db: Database, name: str, value: str) -> None:
    """Remember a fact, durable before this returns."""
    with writing(db):
        set_inside(db, name, value)


def set_inside(db: Database, name: str, value: str) -> None:
    """Remember a fact as part of a `writing` block."""
    db.conn.execute(
        "INSERT INTO facts (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
