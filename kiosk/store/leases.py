"""Who moves an entry now: a lease with an end, instead of a mark that a crash would leave for ever.

A lease counts by the monotonic clock of one run of the machine: a wall clock that jumps neither
ends nor lengthens it, and one from before a restart is void, since its holder is gone. One whose
holder is a program that ended without giving it back is void, too. It is not forced onto the disk:
what takes it away takes its holder away, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.clock import Clock
from kiosk.domain import AppId
from kiosk.store.engine import Database, storage_errors, writing_lightly
from kiosk.store.holders import is_gone, new_holder

LONGEST_S = 3600.0
"""No lease lasts longer; whatever says so is from another run of a machine that has no name for its
runs."""

_IS_FREE = "leases.boot <> ? OR leases.until_s <= ? OR leases.until_s > ?"
_TAKE = (  # only what stands in this file
    "INSERT INTO leases (app_id, holder, boot, until_s) VALUES (?, ?, ?, ?)"  # noqa: S608
    " ON CONFLICT (app_id) DO UPDATE SET"
    " holder = excluded.holder, boot = excluded.boot, until_s = excluded.until_s"
    " WHERE leases.holder = excluded.holder OR " + _IS_FREE
)


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
    with writing_lightly(db):
        return _lease(db, app_id, holder, boot, now_s, until_s)


def _lease(
    db: Database, app_id: AppId, holder: str, boot: str, now_s: float, until_s: float
) -> bool:
    db.conn.execute(
        _TAKE,
        (app_id, holder, boot, min(until_s, now_s + LONGEST_S), boot, now_s, now_s + LONGEST_S),
    )
    (changed,) = db.conn.execute("SELECT changes()").fetchone()
    return bool(changed)


def release(db: Database, app_id: AppId, holder: str) -> None:
    """Give a lease back before its end; another holder's is left alone."""
    with writing_lightly(db):
        db.conn.execute("DELETE FROM leases WHERE app_id = ? AND holder = ?", (app_id, holder))


@dataclass(slots=True)
class Leases:
    """The leases of one program that moves entries; used from its thread, with its connection.

    Args:
        lasts_s: How long one holds without being lengthened: more than one call may take, so that
            it ends only if its holder is gone or does not get on.
    """

    db: Database
    clock: Clock
    boot: str
    lasts_s: float
    holder: str = field(default_factory=new_holder)
    held: frozenset[AppId] = field(default=frozenset(), init=False)
    """What was held when it was asked for last."""

    def hold(self, *app_ids: AppId) -> frozenset[AppId]:
        """Hold these entries from now on and give all others back; return those that are held.

        Those that are missing are somebody else's.

        Raises:
            StorageError: It can't be stored; nothing changed.
        """
        now_s = self.clock.now().monotonic_s
        until_s = now_s + self.lasts_s
        with writing_lightly(self.db):
            self._free_of_the_dead()
            marks = ",".join("?" * len(app_ids))
            self.db.conn.execute(
                f"DELETE FROM leases WHERE holder = ? AND app_id NOT IN ({marks})",  # noqa: S608
                (self.holder, *app_ids),
            )
            held = frozenset(
                app_id
                for app_id in app_ids
                if _lease(self.db, app_id, self.holder, self.boot, now_s, until_s)
            )
        self.held = held
        return held

    def let_go(self) -> None:
        """Give back whatever is held.

        Raises:
            StorageError: It can't be stored; the leases end by themselves.
        """
        if self.held:
            self.hold()

    def elsewhere(self) -> frozenset[AppId]:
        """Return the entries that somebody else moves now.

        Raises:
            StorageError: The store can't be read.
        """
        now_s = self.clock.now().monotonic_s
        with storage_errors():
            rows = self.db.conn.execute(
                "SELECT app_id, holder FROM leases"  # noqa: S608
                f" WHERE holder <> ? AND NOT ({_IS_FREE})",
                (self.holder, self.boot, now_s, now_s + LONGEST_S),
            ).fetchall()
        # Looked at often, so nothing is written: whoever takes the entry voids a dead one's lease.
        gone = {holder for holder in {str(row[1]) for row in rows} if is_gone(holder)}
        return frozenset(AppId(str(row[0])) for row in rows if str(row[1]) not in gone)

    def _free_of_the_dead(self) -> None:
        """Void the leases of programs that ended without giving them back."""
        others = self.db.conn.execute(
            "SELECT DISTINCT holder FROM leases WHERE boot = ? AND holder <> ?",
            (self.boot, self.holder),
        ).fetchall()
        for (holder,) in others:
            if is_gone(str(holder)):
                self.db.conn.execute("DELETE FROM leases WHERE holder = ?", (holder,))
