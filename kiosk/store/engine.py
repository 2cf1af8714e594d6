"""Opening the database so that a power cut can't hurt it.

sqlite-utils over SQLCipher (the sqlcipher3 wheel): current SQLite, every page encrypted. Traps
obeyed here, each measured:
the driver goes under the name `pysqlite3` before sqlite-utils is imported, or its `except` clauses
miss and commits are lost; key and
salt are given together, or one torn sector loses the file; WAL with synchronous EXTRA, or the last
commit is not durable; small
auto-checkpoints, or a full disk can't be left again; a connection that met a page it could not
read is of no use any more, whatever the disk says later, and is replaced.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import sqlcipher3

from kiosk.errors import (
    DatabaseDamaged,
    DatabaseLocked,
    DiskFull,
    StorageError,
    storage_error,
)
from kiosk.files import make_private_folder, sync_folder

sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher3.dbapi2)

from kiosk.store.lean import without_libraries  # noqa: E402 - as below

with without_libraries("numpy", "pandas"):  # for columns of their types, which are not here
    from sqlite_utils import Database  # the alias above has to stand first

from kiosk.store.migrations import migrate  # noqa: E402 - after the library

if TYPE_CHECKING:
    from kiosk.store.keys import DatabaseKey

FILE_NAME = "kiosk.db"
ENVELOPES = "envelopes"
OLDEST_SQLITE = (3, 51, 3)
"""The first version without the WAL-reset bug that skips pages for good."""

ROOM_TO_OPEN = 128 * 1024
"""Bytes that SQLite may need beside the database just to open it, twice over."""

QUOTA_PART = 4
"""No more than this part of its disk is the database's: it never takes the last page of it."""

LEAST_QUOTA_BYTES = 16 * 2**20
"""On however small a disk."""

PAGE_BYTES = 4096
MOST_PAGES = 2**32 - 2
"""More SQLite can't have."""

BUSY_TIMEOUT_MS = 5_000
_PRAGMAS = (
    f"busy_timeout={BUSY_TIMEOUT_MS}",  # first: the others may have to wait for another lane
    "journal_mode=WAL",
    "synchronous=EXTRA",
    "foreign_keys=ON",
    "wal_autocheckpoint=200",
    "cache_size=-2000",  # KiB, per lane: memory does not follow the length of the queue
    "journal_size_limit=1048576",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
    "cell_size_check=ON",
)


_connectors: WeakKeyDictionary[Database, Callable[[], sqlcipher3.Connection]] = WeakKeyDictionary()
"""How each database is connected to once more."""


class _Connection(sqlcipher3.Connection):  # type: ignore[misc] # the driver has no types
    """Remembers that it met something it may not get over: SQLCipher goes on refusing after one
    bad read, and one bad read may be all there was.
    """

    is_spoilt = False

    def execute(self, *args: object) -> sqlcipher3.Cursor:
        """Execute as ever."""
        try:
            return super().execute(*args)
        except sqlcipher3.DatabaseError as error:
            self.is_spoilt = self.is_spoilt or not isinstance(error, sqlcipher3.IntegrityError)
            raise


def open_store(folder: Path, key: DatabaseKey) -> Database:
    """Open the database of this kiosk, making or migrating it where needed.

    The connection belongs to the calling thread and is closed by it.

    Args:
        folder: The state folder; made with mode 0700 if it is not there.
        key: Key and salt of the database.

    Raises:
        DatabaseDamaged: The file can't be read with this key, or fails its quick check.
        DatabaseTooNew: A newer program wrote it.
        DiskFull: There is no room.
    """
    if tuple(map(int, sqlcipher3.sqlite_version.split("."))) < OLDEST_SQLITE:
        raise StorageError(
            f"SQLite {sqlcipher3.sqlite_version} can lose pages.", "Install the kiosk again."
        )
    path = folder / FILE_NAME
    try:
        with storage_errors():
            make_private_folder(folder)
            make_private_folder(folder / ENVELOPES)
            with _one_at_a_time(folder):
                _make_private_file(path)
                # Plugins are for the library's command: finding that there are none takes longer
                # than all else here, and nobody else's code belongs in a resident's database.
                db = Database(_connect(path, key), execute_plugins=False)
                migrate(db)
                # The names of database and log: SQLite asks for it too, and minds no failure.
                sync_folder(folder)
    except StorageError as error:
        # Without room for its shared memory SQLite says "disk I/O error", as for a broken disk.
        if isinstance(error, DiskFull) or "disk I/O" not in error.what or _has_room(folder):
            raise
        raise DiskFull("The disk is full.") from error
    _connectors[db] = lambda: _connect(path, key)
    return db


def _connect(path: Path, key: DatabaseKey) -> sqlcipher3.Connection:
    connection = sqlcipher3.connect(str(path), isolation_level=None, factory=_Connection)
    connection.execute(f"PRAGMA key=\"x'{key.hex_with_salt()}'\"")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    for pragma in (*_PRAGMAS, f"max_page_count={_most_pages(path.parent)}"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


def _most_pages(folder: Path) -> int:
    """Return how many pages the database may have.

    It goes by the size of the disk and not by what is free: a limit that was set while the disk was
    full would still refuse the proofs that make room again.
    """
    told = os.statvfs(folder)
    quota = max(told.f_blocks * told.f_frsize // QUOTA_PART, LEAST_QUOTA_BYTES)
    return min(quota // PAGE_BYTES, MOST_PAGES)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one lane or program at a time open the database.

    Switching a new file to the write-ahead log fails beside another opener, whatever the time-out.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)  # lets go of the lock


@contextmanager
def writing(db: Database) -> Iterator[Database]:
    """Group writes into one durable step that waits its turn instead of failing.

    `BEGIN IMMEDIATE`: a transaction that reads first and writes later fails at once, whatever the
    time-out.

    Raises:
        DiskFull: Nothing was written.
        DatabaseLocked: Another program holds the database.
        DatabaseDamaged: The database can't be written.
    """
    with storage_errors():
        _renew_if_spoilt(db)
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.conn.execute("COMMIT")
        except BaseException:
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")
            raise


@contextmanager
def writing_lightly(db: Database) -> Iterator[Database]:
    """As `writing`, without waiting for the disk: whole or not at all, and a power cut may take it
    back.

    For what only this running of the machine needs. The next step of `writing` makes it durable.

    Raises:
        StorageError: As for `writing`.
    """
    with storage_errors():
        _renew_if_spoilt(db)
        db.conn.execute("PRAGMA synchronous=NORMAL")
    try:
        with writing(db):
            yield db
    finally:
        with storage_errors():
            db.conn.execute("PRAGMA synchronous=EXTRA")


def _renew_if_spoilt(db: Database) -> None:
    """Connect again, in the same place: whoever holds this database goes on with it."""
    if db in _connectors and getattr(db.conn, "is_spoilt", False):
        fresh = _connectors[db]()
        db.conn.close()
        db.conn = fresh


def quick_check(db: Database, *, puts_log_away: bool = True) -> bool:
    """Say whether every page that holds data reads well.

    The write-ahead log is put away first: SQLCipher's page authentication then covers all of it.
    Beside others who write that is left out, since it could keep them waiting.
    """
    with storage_errors():
        if puts_log_away:
            db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return [tuple(row) for row in db.conn.execute("PRAGMA quick_check").fetchall()] == [("ok",)]


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn what the driver and the file system raise into this program's own errors."""
    try:
        yield
    except OSError as error:
        raise storage_error("The store can't be written", error) from error
    except sqlcipher3.DatabaseError as error:
        text = str(error)
        if "full" in text:
            raise DiskFull("The disk is full.") from error
        if "locked" in text or "busy" in text:
            raise DatabaseLocked("The database is held by another program.") from error
        if "not a database" in text or "malformed" in text:
            raise DatabaseDamaged(f"The database can't be read ({text}).") from error
        if isinstance(error, sqlcipher3.OperationalError):  # the environment's fault, not a bug
            raise StorageError(f"The database can't be used ({text}).") from error
        raise


def _has_room(folder: Path) -> bool:
    told = os.statvfs(folder)
    return told.f_bavail * told.f_frsize >= ROOM_TO_OPEN


def _make_private_file(path: Path) -> None:
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


__all__ = [
    "ENVELOPES",
    "Database",
    "open_store",
    "quick_check",
    "storage_errors",
    "writing",
    "writing_lightly",
]
