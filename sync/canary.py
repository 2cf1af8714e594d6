"""Once a month a canary: proof that the platform can still open what this kiosk seals.

Everything sealed here can be opened only there. Whether it can is known too late if nobody asks
before a resident depends on it. A canary travels like any entry; the platform opens it and answers
with a status.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.clock import Moment
from kiosk.domain import AppId
from kiosk.sealing import Sealer
from kiosk.store import facts
from kiosk.store.engine import Database

EVERY = timedelta(days=30)
FIRST_AFTER = timedelta(days=1)
SENT_AT, SENT_ID, OPENED_AT, FAILED_AT = (
    "canary_sent_at",
    "canary_app_id",
    "canary_opened_at",
    "canary_failed_at",
)


@dataclass(frozen=True, slots=True)
class CanaryState:
    """When the last canary was sent, opened, or could not be opened; platform's time."""

    sent_at: datetime | None
    opened_at: datetime | None
    failed_at: datetime | None


def canary_state(db: Database) -> CanaryState:
    """Return what is known of canaries.

    Raises:
        StorageError: The store can't be read.
    """
    return CanaryState(*(_time(db, name) for name in (SENT_AT, OPENED_AT, FAILED_AT)))


def seal_if_due(sealer: Sealer, at: Moment, server_time: datetime) -> AppId | None:
    """Seal a canary if the last one is a month old by the platform's time.

    Raises:
        StorageError: It can't be stored.
    """
    last = _time(sealer.db, SENT_AT)
    if last is None or last > server_time:  # never, or sent to a platform that was ahead
        facts.put(sealer.db, SENT_AT, (server_time - EVERY + FIRST_AFTER).isoformat())
        return None
    if server_time - last < EVERY:
        return None
    app_id = sealer.seal_canary(at)
    facts.put(sealer.db, SENT_ID, app_id)
    facts.put(sealer.db, SENT_AT, server_time.isoformat())
    return app_id


def take_answer(db: Database, app_id: AppId, as_of: datetime, *, is_opened: bool) -> bool:
    """Keep the answer to a canary; say whether this entry is one.

    Raises:
        StorageError: It can't be kept.
    """
    if facts.get(db, SENT_ID) != app_id:
        return False
    facts.put(db, OPENED_AT if is_opened else FAILED_AT, as_of.isoformat())
    return True


def _time(db: Database, name: str) -> datetime | None:
    told = facts.get(db, name)
    return None if told is None else datetime.fromisoformat(told)
