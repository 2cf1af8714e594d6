"""What is known of canaries: whether the platform can still open what this kiosk seals.

The courier writes it (`sync.canary`), the doctor reads it. All times are the platform's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from kiosk.store import facts
from kiosk.store.engine import Database, storage_errors

SENT_AT, SENT_ID, SENT_FOR, OPENED_AT, FAILED_AT = (
    "canary_sent_at",
    "canary_app_id",
    "canary_keyset",
    "canary_opened_at",
    "canary_failed_at",
)


@dataclass(frozen=True, slots=True)
class CanaryState:
    """When the last canary was sent, opened, or could not be opened."""

    sent_at: datetime | None
    opened_at: datetime | None
    failed_at: datetime | None

    @property
    def has_failed(self) -> bool:
        """Say whether the platform's last answer was that it can't open one."""
        if self.failed_at is None:
            return False
        return self.opened_at is None or self.opened_at < self.failed_at

    @property
    def waits_since(self) -> datetime | None:
        """Return when the last one was sent if it has not been answered."""
        answers = [at for at in (self.opened_at, self.failed_at) if at is not None]
        if self.sent_at is None or (answers and max(answers) >= self.sent_at):
            return None
        return self.sent_at


def canary_state(db: Database) -> CanaryState:
    """Return what is known of canaries.

    Raises:
        StorageError: The store can't be read.
    """
    sent_at = None if facts.get(db, SENT_ID) is None else time_of(db, SENT_AT)
    return CanaryState(sent_at, time_of(db, OPENED_AT), time_of(db, FAILED_AT))


def time_of(db: Database, name: str) -> datetime | None:
    """Return a time that was kept, None if there is none.

    Raises:
        StorageError: The store can't be read.
    """
    told = facts.get(db, name)
    return None if told is None else datetime.fromisoformat(told)


def sealed_to_revoked(db: Database, revoked: Collection[str]) -> int:
    """Return how many undelivered entries can be opened by keys alone that were revoked.

    Raises:
        StorageError: The store can't be read.
    """
    if not revoked:
        return 0
    marks = ",".join("?" * len(revoked))
    query = f"""
        SELECT count(*) FROM entries
        WHERE state IN ('queued', 'registered', 'uploaded', 'held') AND NOT EXISTS (
            SELECT 1 FROM json_each(header, '$.kids') AS kid WHERE kid.value NOT IN ({marks}))
    """  # noqa: S608 - only marks
    with storage_errors():
        return int(db.conn.execute(query, tuple(revoked)).fetchone()[0])
