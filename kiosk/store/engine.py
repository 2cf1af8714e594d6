"""Opening the database so that a power cut can't hurt it.

sqlite-utils over SQLCipher (the sqlcipher3 wheel): current SQLite, every page encrypted. Traps
obeyed here, each measured:
the driver goes under the name `pysqlite3` before sqlite-utils is imported, or its `except` clauses
miss and commits are lost; key and
salt are given together, or one torn sector loses the file; WAL with synchronous EXTRA, or the last
commit is not durable; small
auto-checkpoints, or a full disk can't be left again.
"""

from __future__ import annotations

import errno
import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlcipher3

from kiosk.errors import DatabaseDamaged, DatabaseLocked, DiskFull, StorageError
from kiosk.files import make_private_folder

sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher3.dbapi2)

from sqlite_utils import Database  # noqa: E402 - the alias above has to stand first

from kiosk.store.migrations import migrate  # noqa: E402

if TYPE_CHECKING:
    from kiosk.store.keys import DatabaseKey

FILE_NAME = "kiosk.db"
ENVELOPES = "envelopes"
OLDEST_SQLITE = (3, 51, 3)
"""The first version without the WAL-reset bug that skips pages for good."""

BUSY_TIMEOUT_MS = 5_000
_PRAGMAS = (
    f"busy_timeout={BUSY_TIMEOUT_MS}",  # first: the others may have to wait for another lane
    "journal_mode=WAL",
    "synchronous=EXTRA",
    "foreign_keys=ON",
    "wal_autocheckpoint=200",
    "journal_size_limit=1048576",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
    "cell_size_check=ON",
)


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
    with storage_errors():
        make_private_folder(folder)
        make_private_folder(folder / ENVELOPES)
        with _one_at_a_time(folder):
            _make_private_file(path)
            connection = sqlcipher3.connect(str(path), isolation_level=None)
            connection.execute(f"PRAGMA key=\"x'{key.hex_with_salt()}'\"")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}").fetchall()
            db = Database(connection)
            migrate(db)
    return db


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
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.conn.execute("COMMIT")
        except BaseException:
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")
            raise


def quick_check(db: Database) -> bool:
    """Say whether every page that holds data reads well.

    The write-ahead log is put away first: SQLCipher's page authentication then covers all of it.
    """
    with storage_errors():
        db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return [tuple(row) for row in db.conn.execute("PRAGMA quick_check").fetchall()] == [("ok",)]


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn what the driver and the file system raise into this program's own errors."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull("The disk is full.") from error
        raise StorageError(f"The store can't be written: {error.strerror}.") from error
    except sqlcipher3.DatabaseError as error:
        text = str(error)
        if "full" in text:
            raise DiskFull("The disk is full.") from error
        if "locked" in text or "busy" in text:
            raise DatabaseLocked("The database is held by another program.") from error
        if "not a database" in text or "malformed" in text or "disk I/O" in text:
            raise DatabaseDamaged(f"The database can't be read ({text}).") from error
        if isinstance(error, sqlcipher3.OperationalError):  # the environment's fault, not a bug
            raise StorageError(f"The database can't be used ({text}).") from error
        raise


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
]
