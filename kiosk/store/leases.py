"""Who moves an entry now: a lease with an end, instead of a mark that a crash would leave for ever.

A lease counts by the monotonic clock of one run of the machine: a wall clock that jumps neither
ends nor lengthens it, and one from before a restart is void, since its holder is gone.
"""

from __future__ import annotations

from kiosk.domain import AppId
from kiosk.store.engine import Database, writing


def lease(
    db: Database, app_id: AppId, holder: str, boot: str, now_s: float, until_s: float
) -> bool:
    """Take or lengthen the lease of an entry; say whether it is the holder's now.

    Args:
        db: The database.
        app_id: Of the entry.
        holder: Names the program and run that moves it.
        boot: Names this running of the machine.
        now_s: The monotonic clock, in seconds.
        until_s: When the lease ends by the same clock; from then on anybody may take it.

    Raises:
        StorageError: It can't be stored; nobody's lease changed.
    """
    with writing(db):
        db.conn.execute(
            "INSERT INTO leases (app_id, holder, boot, until_s) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (app_id) DO UPDATE SET"
            " holder = excluded.holder, boot = excluded.boot, until_s = excluded.until_s"
            " WHERE leases.holder = excluded.holder OR leases.boot <> excluded.boot"
            " OR leases.until_s <= ?",
            (app_id, holder, boot, until_s, now_s),
        )
        (changed,) = db.conn.execute("SELECT changes()").fetchone()
    return bool(changed)


def release(db: Database, app_id: AppId, holder: str) -> None:
    """Give a lease back before its end; another holder's is left alone."""
    with writing(db):
        db.conn.execute("DELETE FROM leases WHERE app_id = ? AND holder = ?", (app_id, holder))
