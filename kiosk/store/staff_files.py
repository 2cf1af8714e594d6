"""The staff list as the courier left it, and the locks of wrong PINs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kiosk.clock import Moment
from kiosk.domain import StaffMember, StaffRole
from kiosk.ports.locks import OPEN, Lock
from kiosk.staff import StaffRecord
from kiosk.store import facts
from kiosk.store.engine import Database, storage_errors, writing

_STAFF = "staff_members"


def save_staff(db: Database, records: Iterable[StaffRecord]) -> None:
    """Keep a staff list whose signature was verified, in place of the one before."""
    told = [
        {
            "staff_id": record.member.staff_id,
            "name": record.member.name,
            "role": record.member.role.value,
            "pin_hash": record.pin_hash,
        }
        for record in records
    ]
    facts.put(db, _STAFF, json.dumps(told, ensure_ascii=False))


def load_staff(db: Database) -> tuple[StaffRecord, ...]:
    """Return the staff list; empty when none has come yet."""
    text = facts.get(db, _STAFF)
    return tuple(
        StaffRecord(
            StaffMember(told["staff_id"], told["name"], StaffRole(told["role"])), told["pin_hash"]
        )
        for told in (json.loads(text) if text else [])
    )


@dataclass(frozen=True, slots=True)
class StoredLocks:
    """Locks in the database; a `kiosk.ports.locks.LockKeeper`."""

    db: Database

    def load(self, staff_id: str) -> Lock:
        """Return the lock that was saved last, `OPEN` when none was."""
        with storage_errors():
            row = self.db.conn.execute(
                "SELECT value FROM staff_locks WHERE staff_id = ?", (staff_id,)
            ).fetchone()
        if row is None:
            return OPEN
        told = json.loads(row[0])
        since = told["since"]
        moment = None if since is None else Moment(datetime.fromisoformat(since[0]), since[1])
        return Lock(told["failures"], told["wait_s"], moment, told["boot"])

    def save(self, staff_id: str, lock: Lock) -> None:
        """Keep a lock, durable before this returns."""
        since = lock.since
        told = {
            "failures": lock.failures,
            "wait_s": lock.wait_s,
            "since": None if since is None else [since.at.isoformat(), since.monotonic_s],
            "boot": lock.boot,
        }
        with writing(self.db):
            self.db.conn.execute(
                "INSERT INTO staff_locks (staff_id, value) VALUES (?, ?)"
                " ON CONFLICT (staff_id) DO UPDATE SET value = excluded.value",
                (staff_id, json.dumps(told)),
            )
