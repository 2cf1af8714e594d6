"""The chain and the queue in one table: every sealed entry, where its file lies, and how far it is
delivered.

Rows are added by `kiosk.sealing` together with the application, and moved on only by the courier.
Success means a verified delivery
proof and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from kiosk.domain import AppId
from kiosk.envelope import EnvelopeFront, Header, canonical, genesis, parse_header
from kiosk.errors import DatabaseDamaged
from kiosk.journal import Epoch, KioskId
from kiosk.readiness import QueueLine
from kiosk.store.engine import Database, storage_errors, writing
from kiosk.store.priorities import priority_of


class EntryState(StrEnum):
    """How far an entry is on its way."""

    QUEUED = "queued"
    """Stored here; the platform does not know of it."""
    REGISTERED = "registered"
    """The platform knows its manifest."""
    UPLOADED = "uploaded"
    """All bytes arrived; its proof is still to come."""
    DELIVERED = "delivered"
    """The platform proved that it holds it for good."""
    HELD = "held"
    """The platform will not have it, and `reason` says why; tried again slowly."""
    ERASED = "erased"
    """Delivered, and its file is gone from here."""


LONGEST_REST = timedelta(hours=48)
"""No entry rests longer; whatever says so was written while the clock was wrong."""

_OPEN = ("queued", "registered", "uploaded", "held")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: what was sealed, and how far it is."""

    header: Header
    prev_hash: bytes
    entry_hash: bytes
    signature: bytes = field(repr=False)
    file: str
    """Name of the envelope below `envelopes/`."""
    size: int
    """Bytes of the file."""
    state: EntryState
    tries: int
    next_at: datetime
    reason: str
    priority: int
    """Lower goes first."""
    is_acknowledged: bool
    """False: found after a power cut; nobody was shown its number."""
    created_at: datetime
    delivered_at: datetime | None
    proof: str | None

    @property
    def app_id(self) -> AppId:
        """The idempotency key."""
        return self.header.app_id

    @property
    def seq(self) -> int:
        """Its place in the chain of its epoch."""
        return self.header.seq

    @property
    def front(self) -> EnvelopeFront:
        """What the platform is told about it before the bytes move."""
        return EnvelopeFront(self.header, self.prev_hash, self.entry_hash, self.signature)


def head(db: Database, kiosk: KioskId, epoch: Epoch) -> tuple[int, bytes]:
    """Return the last seq of an epoch and its hash; 0 and the genesis hash when it is empty."""
    with storage_errors():
        row = db.conn.execute(
            "SELECT seq, entry_hash FROM entries WHERE epoch = ? ORDER BY seq DESC LIMIT 1",
            (epoch,),
        ).fetchone()
    return (0, genesis(kiosk, epoch)) if row is None else (int(row[0]), bytes(row[1]))


def add(
    db: Database,
    front: EnvelopeFront,
    file: str,
    at: datetime,
    *,
    is_acknowledged: bool,
    is_urgent: bool = False,
) -> None:
    """Add a sealed entry; belongs inside the `writing` block that also adds what it stands for."""
    header = front.header
    # Plainly: sqlite-utils' insert costs more than SQLite's, and a resident is waiting.
    db.conn.execute(
        "INSERT INTO entries (epoch, seq, app_id, kind, priority, file, size, header, prev_hash,"
        " entry_hash, signature, is_acknowledged, created_at, state, next_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?)",
        (
            header.epoch,
            header.seq,
            header.app_id,
            header.kind.value,
            priority_of(header.kind, is_urgent=is_urgent),
            file,
            front.file_size,
            canonical(header.to_json()).decode(),
            front.prev_hash,
            front.entry_hash,
            front.signature,
            int(is_acknowledged),
            _text(at),
            _text(at),
        ),
    )


def find(db: Database, app_id: AppId) -> Entry | None:
    """Return one entry."""
    return next(iter(_select(db, "WHERE app_id = ?", (app_id,))), None)


def at(db: Database, epoch: Epoch, seq: int) -> Entry | None:
    """Return the entry in one place of the chain."""
    return next(iter(_select(db, "WHERE epoch = ? AND seq = ?", (epoch, seq))), None)


def is_taken(db: Database, header: Header) -> bool:
    """Say whether another entry has this place in the chain, or this id."""
    with storage_errors():
        row = db.conn.execute(
            "SELECT 1 FROM entries WHERE (epoch = ? AND seq = ?) OR app_id = ?",
            (header.epoch, header.seq, header.app_id),
        ).fetchone()
    return row is not None


def page(
    db: Database, after: tuple[Epoch, int], limit: int, *, with_delivered: bool
) -> tuple[Entry, ...]:
    """Return entries behind a place, epoch by epoch in the order of the chain.

    Undelivered ones; `with_delivered` also those whose envelopes still lie here.
    """
    states = (*_OPEN, EntryState.DELIVERED.value) if with_delivered else _OPEN
    marks = ",".join("?" * len(states))
    # `+`: the primary key gives the order; by state they would all have to be sorted first.
    where = f"WHERE (epoch, seq) > (?, ?) AND +state IN ({marks}) ORDER BY epoch, seq LIMIT ?"
    return _select(db, where, (*after, *states, limit))


def forgettable(db: Database, before: datetime, limit: int) -> tuple[Entry, ...]:
    """Return entries delivered before a time, whose envelopes need not lie here any longer."""
    return _select(
        db,
        "WHERE state = 'delivered' AND delivered_at < ? ORDER BY delivered_at LIMIT ?",
        (before.astimezone(UTC).isoformat(), limit),
    )


def mark_erased(db: Database, app_id: AppId) -> None:
    """Record that the envelope of a delivered entry is gone; header and proof stay."""
    with writing(db):
        db.conn.execute(
            "UPDATE entries SET state = 'erased' WHERE app_id = ? AND state = 'delivered'",
            (app_id,),
        )


def unregistered(db: Database, limit: int, now: datetime | None = None) -> tuple[Entry, ...]:
    """Return entries whose manifest the platform does not have, in the order they are to go: of
    equal rank those first that failed least, since one may be what makes the others wait.

    With `now`, those whose rest is over; without, all of them.
    """
    where, arguments = _due(now)
    return _select(
        db,
        f"WHERE state = 'queued' AND {where} ORDER BY priority, tries, created_at, seq LIMIT ?",
        (*arguments, limit),
    )


def to_upload(db: Database, limit: int, now: datetime | None = None) -> tuple[Entry, ...]:
    """Return entries whose bytes or proof are still to come, in the order they are to go.

    Held ones come last. With `now`, those whose rest is over; without, all of them.
    """
    where, arguments = _due(now)
    return _select(
        db,
        f"WHERE state IN ('registered', 'uploaded', 'held') AND {where}"
        " ORDER BY state = 'held', priority, tries, created_at, seq LIMIT ?",
        (*arguments, limit),
    )


def _due(now: datetime | None) -> tuple[str, tuple[str, ...]]:
    """Return a condition and its values.

    What was not tried yet does not rest, whatever the clock says, and a rest set by a clock that
    ran
    ahead does not count.
    """
    if now is None:
        return "1", ()
    return "(tries = 0 OR next_at <= ? OR next_at > ?)", (_text(now), _text(now + LONGEST_REST))


def open_count(db: Database) -> int:
    """Return how many entries are not delivered yet."""
    with storage_errors():
        marks = ",".join("?" * len(_OPEN))
        row = db.conn.execute(
            f"SELECT count(*) FROM entries WHERE state IN ({marks})",  # noqa: S608 - only marks
            _OPEN,
        ).fetchone()
    return int(row[0])


def mark(db: Database, app_id: AppId, state: EntryState, *, reason: str = "") -> None:
    """Move an undelivered entry to another undelivered state; in a new one tries start over.

    Raises:
        ValueError: The state needs a proof; use `deliver`.
    """
    if state in {EntryState.DELIVERED, EntryState.ERASED}:
        raise ValueError(f"{state} needs a proof")
    with writing(db):
        db.conn.execute(
            "UPDATE entries SET tries = CASE state WHEN ? THEN tries ELSE 0 END,"
            " state = ?, reason = ? WHERE app_id = ? AND proof IS NULL",
            (state.value, state.value, reason, app_id),
        )


def postpone(db: Database, app_id: AppId, next_at: datetime, reason: str) -> None:
    """Count a failed try and say when the next one is due; the reason is kept with it."""
    with writing(db):
        db.conn.execute(
            "UPDATE entries SET tries = tries + 1, next_at = ?, reason = ?"
            " WHERE app_id = ? AND proof IS NULL",
            (_text(next_at), reason, app_id),
        )


def hurry(db: Database, now: datetime) -> None:
    """Make every undelivered entry due, held ones too: somebody says that it may work now."""
    with writing(db):
        db.conn.execute(  # what does not rest is left alone: it may be tens of thousands
            "UPDATE entries SET next_at = ? WHERE proof IS NULL AND tries > 0 AND next_at > ?",
            (_text(now), _text(now)),
        )


def deliver(db: Database, app_id: AppId, proof: str, at: datetime) -> None:
    """Record a delivery proof that was verified; a second one for the same entry changes
    nothing.
    """
    with writing(db):
        db.conn.execute(
            "UPDATE entries SET state = 'delivered', proof = ?, delivered_at = ?, reason = ''"
            " WHERE app_id = ? AND proof IS NULL",
            (proof, _text(at), app_id),
        )


def hash_at(db: Database, epoch: Epoch, seq: int) -> bytes | None:
    """Return the hash of the entry in a place of a chain; None where there is none."""
    with storage_errors():
        row = db.conn.execute(
            "SELECT entry_hash FROM entries WHERE epoch = ? AND seq = ?", (epoch, seq)
        ).fetchone()
    return None if row is None else bytes(row[0])


def epochs(db: Database) -> tuple[tuple[Epoch, int], ...]:
    """Return every epoch that has entries, each with its kiosk number."""
    with storage_errors():
        rows = db.conn.execute(
            "SELECT epoch, min(json_extract(header, '$.number')) FROM entries GROUP BY epoch"
        ).fetchall()
    return tuple((Epoch(str(epoch)), int(number)) for epoch, number in rows)


def proven_between(db: Database, epoch: Epoch, first: int, last: int) -> tuple[Entry, ...]:
    """Return entries of an epoch with a proof whose seq is in a range, both ends included."""
    return _select(
        db,
        "WHERE epoch = ? AND seq BETWEEN ? AND ? AND proof IS NOT NULL ORDER BY seq LIMIT 1000",
        (epoch, first, last),
    )


def queue_again(db: Database, app_id: AppId, now: datetime) -> None:
    """Take back a delivery: the platform lost what it had proven, and the envelope is still here.

    The proof goes with it, since it is no longer true; an erased entry stays as it is.
    """
    with writing(db):
        db.conn.execute(
            "UPDATE entries SET state = 'queued', proof = NULL, delivered_at = NULL, tries = 0,"
            " next_at = ?, reason = 'the platform lost it and needs it again'"
            " WHERE app_id = ? AND state = 'delivered'",
            (_text(now), app_id),
        )


def queue(db: Database) -> tuple[QueueLine, ...]:
    """Return the queue in counts: per state, and per reason where entries are held or postponed."""
    found: dict[tuple[str, str], tuple[int, str]] = {}
    with storage_errors():
        # Grouped here: SQLite would sort all of them in memory.
        for state, reason, at in db.conn.execute("SELECT state, reason, created_at FROM entries"):
            count, oldest = found.get((state, reason), (0, at))
            found[state, reason] = count + 1, min(oldest, at)
    return tuple(
        QueueLine(state, count, datetime.fromisoformat(oldest), reason)
        for (state, reason), (count, oldest) in sorted(found.items())
    )


def _select(db: Database, tail: str, arguments: tuple[object, ...]) -> tuple[Entry, ...]:
    query = f"SELECT * FROM entries {tail}"  # noqa: S608 - tails are written in this file
    with storage_errors():
        return tuple(_entry(row) for row in db.query(query, arguments))


def _entry(row: Mapping[str, object]) -> Entry:
    header = parse_header(json.loads(str(row["header"])))
    if header is None:
        raise DatabaseDamaged("The header of an entry can't be read.")
    delivered_at, proof = row["delivered_at"], row["proof"]
    return Entry(
        header=header,
        prev_hash=_bytes(row["prev_hash"]),
        entry_hash=_bytes(row["entry_hash"]),
        signature=_bytes(row["signature"]),
        file=str(row["file"]),
        size=int(str(row["size"])),
        state=EntryState(str(row["state"])),
        tries=int(str(row["tries"])),
        next_at=datetime.fromisoformat(str(row["next_at"])),
        reason=str(row["reason"]),
        priority=int(str(row["priority"])),
        is_acknowledged=bool(row["is_acknowledged"]),
        created_at=datetime.fromisoformat(str(row["created_at"])),
        delivered_at=None if delivered_at is None else datetime.fromisoformat(str(delivered_at)),
        proof=None if proof is None else str(proof),
    )


def _text(at: datetime) -> str:
    """Return a time as it is stored: UTC, microseconds always there, so that texts compare."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise DatabaseDamaged("An entry has lost its hash.")
    return value
