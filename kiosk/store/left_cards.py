"""What the journal knows of a card that was left on the reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kiosk.flow.effects import JournalEvent
from kiosk.store.engine import Database, storage_errors

LATELY = timedelta(days=7)
"""So long a card that was left is told of after it was taken."""

_ENDS = (JournalEvent.LEFT_CARD_GONE, JournalEvent.VISIT_STARTED)
"""After these it is nobody's left card: it was taken, or it is before whoever stands there now."""


@dataclass(frozen=True, slots=True)
class LeftCard:
    """The last card that was left: when that was found, and whether it still lies there."""

    at: datetime
    is_there: bool


def last_left(db: Database, now: datetime) -> LeftCard | None:
    """Return the last card that was left within `LATELY`, None when there was none.

    Raises:
        StorageError: The store can't be asked.
    """
    ends = ", ".join("?" for _ in _ENDS)
    with storage_errors():
        found = db.conn.execute(
            "SELECT id, at FROM journal WHERE at >= ? AND event = ? ORDER BY id DESC LIMIT 1",
            ((now - LATELY).astimezone(UTC).isoformat(), JournalEvent.CARD_LEFT.value),
        ).fetchone()
        if found is None:
            return None
        ended = db.conn.execute(
            f"SELECT 1 FROM journal WHERE id > ? AND event IN ({ends}) LIMIT 1",  # noqa: S608 # marks only
            (found[0], *(event.value for event in _ENDS)),
        ).fetchone()
    return LeftCard(datetime.fromisoformat(found[1]), ended is None)
