"""When this machine last heard from the platform: the age of everything it can tell a resident."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kiosk.store import facts
from kiosk.store.engine import Database

_NAME = "heard_at"
PRECISION = timedelta(minutes=10)
"""A contact soon after another is not written down: every write costs the disk a flush."""


def remember(db: Database, at: datetime) -> None:
    """Remember that all news up to now were heard.

    Raises:
        StorageError: It can't be written.
    """
    before = last(db)
    if before is None or not timedelta(0) <= at - before < PRECISION:
        facts.put(db, _NAME, at.astimezone(UTC).isoformat())


def last(db: Database) -> datetime | None:
    """Return when all news were heard last, at most `PRECISION` too early; None: never."""
    known = facts.get(db, _NAME)
    return None if known is None else datetime.fromisoformat(known)
