"""The machine's journal: what happened at it, by event id and without a word of what anybody
said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

from kiosk.store.engine import Database, storage_errors, writing


class StoreEvent(StrEnum):
    """What the store writes into the journal about itself."""

    STORE_CHECKED = "STORE_CHECKED"
    """Something was found at the start that had to be seen to."""
    ROOM_CHANGED = "ROOM_CHANGED"
    """The disk came to have less room than a level asks for, or more again."""


def write(db: Database, at: datetime, event: str, fields: Iterable[tuple[str, str]] = ()) -> None:
    """Add one line, durable before this returns."""
    with writing(db):
        db.table("journal").insert(
            {
                "at": at.astimezone(UTC).isoformat(),
                "event": event,
                "fields": json.dumps(dict(fields), ensure_ascii=False, sort_keys=True),
            }
        )


def last(db: Database, limit: int) -> tuple[tuple[datetime, str, tuple[tuple[str, str], ...]], ...]:
    """Return the newest lines, newest first: time, event, fields."""
    with storage_errors():
        rows = db.conn.execute(
            "SELECT at, event, fields FROM journal ORDER BY id DESC LIMIT ?", (limit,)
        ).fetchall()
    return tuple(
        (datetime.fromisoformat(at), str(event), tuple(json.loads(fields).items()))
        for at, event, fields in rows
    )
