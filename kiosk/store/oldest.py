"""The entries that have waited longest, whatever goes before them.

By the index of states, so that it costs the same with ten entries and with fifty thousand: within a
state and a priority they lie in the order of the chain, which is that of time.
"""

from __future__ import annotations

from datetime import UTC, datetime

from kiosk.domain import AppId
from kiosk.store import entries
from kiosk.store.engine import Database, storage_errors
from kiosk.store.entries import LONGEST_REST, Entry, EntryState
from kiosk.store.priorities import DEFAULT_PRIORITY, PRIORITIES, URGENT_PRIORITY

_PRIORITIES = sorted({*PRIORITIES.values(), DEFAULT_PRIORITY, URGENT_PRIORITY})


def oldest(
    db: Database, states: tuple[EntryState, ...], limit: int, now: datetime
) -> tuple[Entry, ...]:
    """Return the oldest entries in these states whose rest is over, the oldest first.

    Raises:
        StorageError: The store can't be read.
    """
    due = tuple(
        at.astimezone(UTC).isoformat(timespec="microseconds") for at in (now, now + LONGEST_REST)
    )
    found: list[tuple[str, AppId]] = []
    with storage_errors():
        for state in states:
            for priority in _PRIORITIES:
                rows = db.conn.execute(
                    "SELECT created_at, app_id FROM entries WHERE state = ? AND priority = ?"
                    " AND (tries = 0 OR next_at <= ? OR next_at > ?) ORDER BY epoch, seq LIMIT ?",
                    (state.value, priority, *due, limit),
                ).fetchall()
                found += [(str(at), AppId(str(app_id))) for at, app_id in rows]
    chosen = (entries.find(db, app_id) for _, app_id in sorted(found)[:limit])
    return tuple(entry for entry in chosen if entry is not None)
