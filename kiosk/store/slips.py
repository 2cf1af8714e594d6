"""How many papers other than the receipt were printed, so that there is an end to it.

Of an application: acknowledgements ever, and anew once the office has accepted, for then they say
so; slips on how it stands and what it lacks by the day (of UTC). Of nobody: what to bring, whom to
call, by the hour, together. Counted before a paper is printed, and taken back where none can exist;
so a power cut in between leaves one too many, never one too few.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from kiosk.domain import AppId
from kiosk.flow.paper_state import Slip
from kiosk.store import facts
from kiosk.store.engine import Database, storage_errors, writing

COUNTED = (Slip.ACKNOWLEDGEMENT, Slip.PROGRESS, Slip.MISSING)
"""Those that are about an application."""
_NOBODYS = "open_slips"


def counted(stored: str, now: datetime, *, is_accepted: bool) -> tuple[tuple[Slip, int], ...]:
    """Return what a row's text says of each slip that was printed."""
    told = json.loads(stored)
    found: list[tuple[Slip, int]] = []
    for slip in COUNTED:
        of, count = told.get(slip.value, ("", 0))
        if count and of == _of(slip, now, is_accepted=is_accepted):
            found.append((slip, int(count)))
    return tuple(found)


def load(db: Database, app_id: AppId, slip: Slip, now: datetime) -> int:
    """Return how many of a slip are counted.

    Raises:
        StorageError: It can't be read.
    """
    with storage_errors():
        stored, is_accepted = _row(db, app_id)
    return dict(counted(stored, now, is_accepted=is_accepted)).get(slip, 0)


def add(db: Database, app_id: AppId, slip: Slip, now: datetime, more: int) -> None:
    """Count so many more of a slip, durable before this returns; -1 takes one back.

    Raises:
        StorageError: It can't be written.
    """
    with writing(db):
        stored, is_accepted = _row(db, app_id)
        before = dict(counted(stored, now, is_accepted=is_accepted)).get(slip, 0)
        of = _of(slip, now, is_accepted=is_accepted)
        told = json.loads(stored) | {slip.value: (of, max(before + more, 0))}
        db.conn.execute(
            "UPDATE applications SET slips = ? WHERE app_id = ?",
            (json.dumps(told, sort_keys=True), app_id),
        )


def load_nobodys(db: Database, now: datetime) -> int:
    """Return how many papers that belong to no application were printed in this hour.

    Raises:
        StorageError: It can't be read.
    """
    told = facts.get(db, _NOBODYS)
    hour, count = ("", 0) if told is None else json.loads(told)
    return int(count) if hour == _hour(now) else 0


def add_nobodys(db: Database, now: datetime, more: int) -> None:
    """Count so many more of these; -1 takes one back.

    Raises:
        StorageError: It can't be written.
    """
    count = max(load_nobodys(db, now) + more, 0)
    facts.put(db, _NOBODYS, json.dumps((_hour(now), count)))


def _row(db: Database, app_id: AppId) -> tuple[str, bool]:
    query = (
        "SELECT a.slips, o.accepted_at FROM applications a"
        " LEFT JOIN office_states o ON o.app_id = a.app_id WHERE a.app_id = ?"
    )
    found = db.conn.execute(query, (app_id,)).fetchone()
    return ("{}", False) if found is None else (str(found[0]), found[1] is not None)


def _of(slip: Slip, now: datetime, *, is_accepted: bool) -> str:
    """Return what a count is good for: another one of it begins at nothing."""
    if slip is Slip.ACKNOWLEDGEMENT:
        return "accepted" if is_accepted else "received"
    return now.astimezone(UTC).date().isoformat()


def _hour(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y-%m-%dT%H}"
