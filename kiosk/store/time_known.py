"""What is known of time, kept across restarts: one fact, moved on under the write lock.

Every program that uses the store looks at the same fact, so a jump is noticed once, whoever
notices it first.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from kiosk.clock import Moment
from kiosk.errors import StorageError
from kiosk.store import facts
from kiosk.store.engine import Database, storage_errors, writing
from kiosk.timekeeping import (
    BELIEVABLE,
    MADE,
    NOTHING_KNOWN,
    Anchor,
    BelievedClock,
    Jump,
    Known,
    is_look_due,
    judge,
    look,
    surely_passed,
)

FACT = "time_known"
_log = logging.getLogger(__name__)


def load(db: Database) -> Known:
    """Return what is known of time; where the fact was lost, what the entries tell.

    Raises:
        StorageError: The store can't be read.
    """
    text = facts.get(db, FACT)
    known = None if text is None else _read(text)
    if known is None:
        latest = _latest_entry(db)
        return Known(latest=latest if latest and latest < MADE + BELIEVABLE else None)
    return known


def look_at_clocks(db: Database, clock: BelievedClock) -> None:
    """Look at the clocks if a look is due, and let the clock go by what is known.

    A disk that can't take it down stops nothing: what is stored already is gone by.

    Raises:
        StorageError: The store can't be read either.
    """
    if clock.known is not NOTHING_KNOWN and not is_look_due(clock.known, clock.raw.now()):
        return
    try:
        change(db, clock, lambda known, _: known)
    except StorageError as error:
        _log.error("CLOCK_NOT_KEPT code=%s", error.code)
        clock.known = load(db)


def change(db: Database, clock: BelievedClock, by: Callable[[Known, Moment], Known]) -> None:
    """Look at the clocks and move on what is known, durable before this returns.

    Raises:
        StorageError: Nothing was changed.
    """
    with writing(db):
        known = change_inside(db, clock, by)
    clock.known = known


def change_inside(
    db: Database, clock: BelievedClock, by: Callable[[Known, Moment], Known]
) -> Known:
    """Do what `change` does as part of a `writing` block; return what is known from then on."""
    raw = clock.raw.now()
    known = by(look(load(db), raw), raw)
    facts.set_inside(db, FACT, _write(known))
    return known


def passed(db: Database, now: Moment) -> datetime | None:
    """Return a time that has surely passed; None if the platform never told one.

    Raises:
        StorageError: The store can't be read.
    """
    return surely_passed(load(db), now)


def believed(db: Database, at: datetime) -> datetime:
    """Return the time to go by when the wall says `at` and nothing else was looked at.

    Raises:
        StorageError: The store can't be read.
    """
    return judge(load(db), Moment(at, 0.0, "?")).at


def _latest_entry(db: Database) -> datetime | None:
    """Return when the latest entry was sealed, of those whose time was not suspect."""
    with storage_errors():
        row = db.conn.execute(
            "SELECT max(created_at) FROM entries"
            " WHERE json_extract(header, '$.clock_state') <> 'suspect'"
        ).fetchone()
    return None if row[0] is None else datetime.fromisoformat(row[0])


def _write(known: Known) -> str:
    seen, anchor, jump = known.seen, known.anchor, known.jump
    return json.dumps(
        {
            "v": 1,
            "seen": seen and [_text(seen.at), seen.monotonic_s, seen.boot],
            "running_s": known.running_s,
            "latest": known.latest and _text(known.latest),
            "passed": known.passed and _text(known.passed),
            "anchor": anchor
            and [
                _text(anchor.server_at),
                anchor.error_s,
                _text(anchor.wall),
                anchor.monotonic_s,
                anchor.boot,
            ],
            "stepped": known.stepped,
            "jump": jump and [_text(jump.before), _text(jump.after), jump.count],
            "told": [known.told_boot, known.told_s],
        }
    )


def _read(text: str) -> Known | None:
    """Return what `_write` wrote; None for anything else."""
    try:
        told = json.loads(text)
        if told["v"] != 1:
            return None
        seen, anchor, jump = told["seen"], told["anchor"], told["jump"]
        return Known(
            seen=Moment(_time(seen[0]), float(seen[1]), str(seen[2])) if seen else None,
            running_s=float(told["running_s"]),
            latest=_time(told["latest"]) if told["latest"] else None,
            passed=_time(told["passed"]) if told["passed"] else None,
            anchor=Anchor(
                _time(anchor[0]), float(anchor[1]), _time(anchor[2]), float(anchor[3]), anchor[4]
            )
            if anchor
            else None,
            stepped=_name(told["stepped"]),
            jump=Jump(_time(jump[0]), _time(jump[1]), int(jump[2])) if jump else None,
            told_boot=_name(told["told"][0]),
            told_s=float(told["told"][1]),
        )
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def _name(value: object) -> str | None:
    return None if value is None else str(value)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at


__all__ = [
    "FACT",
    "believed",
    "change",
    "change_inside",
    "load",
    "look_at_clocks",
    "passed",
]
