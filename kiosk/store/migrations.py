"""The database's shape, step by step. A step that was released is never edited; the next one is
added below.

Each step is committed together with its own record. A database that a newer program wrote is
refused.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from kiosk.errors import DatabaseTooNew

MIGRATIONS = Migrations("kiosk")
_TABLE = "_sqlite_migrations"
_KNOWN = {"first_tables"}


def migrate(db: Database) -> None:
    """Bring the database to the shape this program knows.

    Raises:
        DatabaseTooNew: It has steps that this program does not know.
    """
    if _TABLE in db.table_names():
        applied = {migration.name for migration in MIGRATIONS.applied(db)}
        if applied - _KNOWN:
            raise DatabaseTooNew("The database belongs to a newer version of this program.")
        if applied == _KNOWN:
            return
    MIGRATIONS.apply(db)


@MIGRATIONS()
def first_tables(db: Database) -> None:
    """Entries of the chain, what receipts are printed from, the office's words, staff locks,
    journal.
    """
    for statement in _FIRST_TABLES:
        db.conn.execute(statement)


_FIRST_TABLES = (
    """
    CREATE TABLE entries (
        epoch TEXT NOT NULL,
        seq INTEGER NOT NULL,
        app_id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        priority INTEGER NOT NULL,
        file TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL,
        header TEXT NOT NULL,
        prev_hash BLOB NOT NULL,
        entry_hash BLOB NOT NULL UNIQUE,
        signature BLOB NOT NULL,
        is_acknowledged INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        state TEXT NOT NULL
            CHECK (state IN ('queued', 'registered', 'uploaded', 'delivered', 'held', 'erased')),
        tries INTEGER NOT NULL DEFAULT 0,
        next_at TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '',
        proof TEXT,
        delivered_at TEXT,
        PRIMARY KEY (epoch, seq),
        CHECK (state NOT IN ('delivered', 'erased') OR proof IS NOT NULL)
    ) STRICT
    """,
    "CREATE INDEX entries_by_state ON entries (state, priority, epoch, seq)",
    """
    CREATE TRIGGER entries_undelivered_stay BEFORE DELETE ON entries WHEN OLD.proof IS NULL
    BEGIN SELECT RAISE(ABORT, 'an entry without its delivery proof can''t be deleted'); END
    """,
    """
    CREATE TRIGGER entries_are_frozen
    BEFORE UPDATE OF epoch, seq, app_id, kind, header, prev_hash, entry_hash, signature ON entries
    BEGIN SELECT RAISE(ABORT, 'a sealed entry can''t be changed'); END
    """,
    """
    CREATE TABLE applications (
        app_id TEXT PRIMARY KEY REFERENCES entries (app_id),
        number TEXT NOT NULL UNIQUE,
        query_code TEXT NOT NULL,
        service_id TEXT NOT NULL,
        language TEXT NOT NULL,
        received_at TEXT NOT NULL,
        ask_by TEXT NOT NULL,
        ask_by_is_certain INTEGER NOT NULL,
        counts_from_delivery INTEGER NOT NULL,
        applicant TEXT NOT NULL,
        helper TEXT NOT NULL,
        has_photo INTEGER NOT NULL,
        lookup BLOB NOT NULL,
        times_printed INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    "CREATE INDEX applications_by_lookup ON applications (lookup)",
    """
    CREATE TABLE office_states (
        app_id TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        words TEXT NOT NULL,
        as_of TEXT NOT NULL
    ) STRICT
    """,
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    """
    CREATE TABLE staff_locks (
        staff_id TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE journal (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        event TEXT NOT NULL,
        fields TEXT NOT NULL
    ) STRICT
    """,
)
