"""Forgetting rows whose time is over: what the kiosk knows of an application that the platform has.

Never an undelivered entry, whose row the database itself protects; never the last entry of an
epoch, which the next one is chained to; and never by a clock that runs ahead of the entries by more
than the kiosk can have stood still.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kiosk.clock import Moment
from kiosk.settings.tables import StorageSettings
from kiosk.store import time_known
from kiosk.store.engine import Database, writing

MOST_AT_ONCE = 2_000
LONGEST_STANDSTILL = timedelta(days=400)
"""A clock that is further ahead of the last entry is not believed."""


@dataclass(frozen=True, slots=True)
class Keep:
    """How long things stay after they are of no use; the settings' table [storage]."""

    records: timedelta = timedelta(days=90)
    """Header, proof and what the receipt was printed from, after the delivery."""
    words: timedelta = timedelta(days=30)
    """What the office wrote, after it wrote it."""
    journal: timedelta = timedelta(days=183)
    envelopes: timedelta = timedelta(hours=72)
    """Sealed copies after their delivery; the courier takes them away, here it is only told."""


def keep_of(storage: StorageSettings) -> Keep:
    """Return how long things stay as the settings say."""
    return Keep(
        timedelta(days=storage.keep_records_days),
        timedelta(days=storage.keep_words_days),
        timedelta(days=storage.keep_journal_days),
        timedelta(hours=storage.keep_delivered_h),
    )


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was forgotten, in counts."""

    records: int = 0
    words: int = 0
    journal: int = 0


def forget_passed(db: Database, keep: Keep, now: Moment) -> Forgotten:
    """Forget what is older than its time by what has surely passed, never by the wall alone.

    As long as the platform never told the time, nothing is forgotten.

    Raises:
        StorageError: Nothing was forgotten.
    """
    passed = time_known.passed(db, now)
    return Forgotten() if passed is None else forget_rows(db, keep, passed)


def forget_rows(db: Database, keep: Keep, now: datetime) -> Forgotten:
    """Forget what is older than its time, all or nothing; at most `MOST_AT_ONCE` applications.

    Raises:
        StorageError: Nothing was forgotten.
    """
    with writing(db):
        (newest,) = db.conn.execute("SELECT max(created_at) FROM entries").fetchone()
        if newest is not None and now - datetime.fromisoformat(newest) > LONGEST_STANDSTILL:
            return Forgotten()
        db.conn.execute("CREATE TEMP TABLE IF NOT EXISTS over (app_id TEXT PRIMARY KEY)")
        db.conn.execute("DELETE FROM temp.over")
        db.conn.execute(
            "INSERT INTO temp.over SELECT app_id FROM entries AS e"
            " WHERE state = 'erased' AND delivered_at < ?"
            " AND seq < (SELECT max(seq) FROM entries WHERE epoch = e.epoch) LIMIT ?",
            (_text(now - keep.records), MOST_AT_ONCE),
        )
        for table in ("applications", "office_states", "leases"):
            db.conn.execute(
                f"DELETE FROM {table} WHERE app_id IN (SELECT app_id FROM temp.over)"  # noqa: S608
            )
        records = db.conn.execute(
            "DELETE FROM entries WHERE app_id IN (SELECT app_id FROM temp.over)"
        ).rowcount
        words = db.conn.execute(
            "UPDATE office_states SET words = '{}' WHERE as_of < ? AND words <> '{}'",
            (_text(now - keep.words),),
        ).rowcount
        journal = db.conn.execute(
            "DELETE FROM journal WHERE at < ?", (_text(now - keep.journal),)
        ).rowcount
    return Forgotten(records, words, journal)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
