"""The platform's database: SQLAlchemy over SQLite, durable before anything is promised.

The driver is sqlcipher3 without a key: Debian's own SQLite has the WAL-reset bug (before 3.51.3),
sqlcipher3 brings its own. Writers begin IMMEDIATE, since a reading transaction that later writes
fails at once whatever the time-out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from central.tables import Table

OLDEST_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_MS = 10_000

_PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cache_size=-2000",  # KiB, of each connection: memory does not follow what is held
)


class Database:
    """Opens sessions; may be shared by all threads, a session may not."""

    def __init__(self, path: Path) -> None:
        """Open the database at `path`, making it and its tables when they are not there.

        Raises:
            RuntimeError: the SQLite library is one that can lose data.
        """
        if driver.sqlite_version_info < OLDEST_SQLITE:
            raise RuntimeError(f"SQLite {driver.sqlite_version} has the WAL-reset bug")

        def connect() -> Any:  # noqa: ANN401 - the driver has no types
            connection = driver.connect(path, isolation_level=None, check_same_thread=False)
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            return connection

        new = not path.exists()
        self._engine = create_engine(
            "sqlite://", module=driver, creator=connect, poolclass=QueuePool, pool_size=8
        )
        event.listen(self._engine, "begin", _begin)
        self._writer = self._engine.execution_options(begin="IMMEDIATE")
        if not new:
            self._bring_up_to_date()
        else:
            Table.metadata.create_all(self._engine)
            path.chmod(0o600)
            fsync_folder(path.parent)

    def _bring_up_to_date(self) -> None:
        """Give a database of an earlier version the tables of this one, all of it or nothing."""
        with self._writer.begin() as connection:
            columns = connection.exec_driver_sql("PRAGMA table_info(entry)").all()
            names = [str(column[1]) for column in columns]
            is_old = "branch" not in names
            if is_old:  # its uniqueness can't be changed in place
                for index in ("number", "subject", "time"):
                    connection.exec_driver_sql(f"DROP INDEX IF EXISTS entry_by_{index}")
                connection.exec_driver_sql("ALTER TABLE entry RENAME TO entry_before")
            Table.metadata.create_all(connection)
            if is_old:
                told = ", ".join(names)
                connection.exec_driver_sql(
                    f"INSERT INTO entry ({told}, branch) SELECT {told}, 0 FROM entry_before"  # noqa: S608 - names of our own columns
                )
                connection.exec_driver_sql("DROP TABLE entry_before")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the data and changes nothing."""
        with Session(self._engine, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give the one session that may write; commits at the end, durably, or rolls all back."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def fsync_folder(folder: Path) -> None:
    """Make names that were added to a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
