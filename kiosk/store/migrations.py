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
_KNOWN = {"first_tables", "leases_and_guards", "beneficiaries", "told_of_papers", "counted_slips"}


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


@MIGRATIONS()
def leases_and_guards(db: Database) -> None:
    """Leases, stricter triggers, and the indexes that starting and forgetting need."""
    for statement in _LEASES_AND_GUARDS:
        db.conn.execute(statement)


@MIGRATIONS()
def beneficiaries(db: Database) -> None:
    """For whom an application is, where it is not the applicant: receipts name both."""
    db.conn.execute("ALTER TABLE applications ADD COLUMN beneficiary TEXT NOT NULL DEFAULT ''")


@MIGRATIONS()
def told_of_papers(db: Database) -> None:
    """What is known of each receipt's paper, and since when the office has accepted."""
    for statement in _TOLD_OF_PAPERS:
        db.conn.execute(statement)


@MIGRATIONS()
def counted_slips(db: Database) -> None:
    """How many papers beside the receipt each application has."""
    db.conn.execute("ALTER TABLE applications ADD COLUMN slips TEXT NOT NULL DEFAULT '{}'")


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


_LEASES_AND_GUARDS = (
    """
    CREATE TABLE leases (
        app_id TEXT PRIMARY KEY,
        holder TEXT NOT NULL,
        boot TEXT NOT NULL,
        until_s REAL NOT NULL
    ) STRICT
    """,
    "CREATE INDEX entries_by_file ON entries (state, file)",  # starting reads it, not the rows
    "CREATE INDEX entries_by_delivery ON entries (delivered_at) WHERE delivered_at IS NOT NULL",
    "CREATE INDEX journal_by_time ON journal (at)",
    "DROP TRIGGER entries_are_frozen",
    """
    CREATE TRIGGER entries_are_frozen
    BEFORE UPDATE OF epoch, seq, app_id, kind, file, size, header, prev_hash, entry_hash, signature,
        created_at ON entries
    BEGIN SELECT RAISE(ABORT, 'a sealed entry can''t be changed'); END
    """,
    # A delivery is taken back only whole, proof and all: the platform lost what it had proven.
    """
    CREATE TRIGGER entries_stay_delivered BEFORE UPDATE OF state, proof ON entries
    WHEN (OLD.state = 'erased' AND (NEW.state <> 'erased' OR NEW.proof IS NOT OLD.proof))
        OR (OLD.state = 'delivered' AND NOT (
            (NEW.state IN ('delivered', 'erased') AND NEW.proof IS OLD.proof)
            OR (NEW.state = 'queued' AND NEW.proof IS NULL)))
    BEGIN SELECT RAISE(ABORT, 'a delivered entry stays delivered'); END
    """,
    """
    CREATE TRIGGER entries_prove_delivery BEFORE UPDATE OF state, proof ON entries
    WHEN NEW.proof IS NOT NULL AND NEW.state NOT IN ('delivered', 'erased')
    BEGIN SELECT RAISE(ABORT, 'an entry with a proof is delivered'); END
    """,
    """
    CREATE TRIGGER entries_arrive_undelivered BEFORE INSERT ON entries
    WHEN NEW.proof IS NOT NULL OR NEW.state <> 'queued'
    BEGIN SELECT RAISE(ABORT, 'an entry begins queued'); END
    """,
)


_TOLD_OF_PAPERS = (
    """
    ALTER TABLE applications ADD COLUMN paper TEXT NOT NULL DEFAULT 'not_printed'
        CHECK (paper IN ('not_printed', 'printing', 'printed', 'unconfirmed', 'failed'))
    """,
    "UPDATE applications SET paper = 'printed' WHERE times_printed > 0",
    "ALTER TABLE office_states ADD COLUMN accepted_at TEXT",
    "UPDATE office_states SET accepted_at = as_of WHERE state = 'accepted'",
)
