"""What is looked at before anything is sealed: the database, the chain, and the files against the
rows.

The last entry of each epoch, and which files are there, are looked at every time. Everything else
(every page, every link of the chain, the size of every file) is swept when the kiosk did not end
properly the last time, or a day has passed: what reads a page anyway checks it, so that a sweep
after a clean end would only cost time. A database that can't be read is moved aside, never deleted,
and another is built from the envelopes.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import weakref
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.envelope import entry_hash, genesis, verify
from kiosk.errors import DatabaseDamaged
from kiosk.journal import Epoch, KioskId
from kiosk.journal.header import ENTRY_TAG
from kiosk.store import audit, entries, facts
from kiosk.store.adoption import SUFFIX, Adoption, move_aside
from kiosk.store.audit import StoreEvent
from kiosk.store.engine import (
    ENVELOPES,
    FILE_NAME,
    Database,
    open_store,
    quick_check,
    storage_errors,
    writing,
)
from kiosk.store.keys import Keys

DAMAGED = "damaged"
"""Where databases that could not be read are kept."""

MOST_TOLD = 20
SWEEP_EVERY = timedelta(days=1)
MISSING = "its envelope is not here any more"
TORN = "its envelope is damaged here"
_ENDED, _SWEPT, _REBUILT = "ended_properly", "swept_at", "rebuilt_at"
REBUILT_IS_NEWS = timedelta(days=7)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the look at the store found, in counts."""

    entries: int = 0
    adopted: int = 0
    """Envelopes without a row that were taken in."""
    put_aside: int = 0
    missing: int = 0
    """Undelivered entries whose envelope is gone or damaged; held, with that as the reason."""
    broken_links: int = 0
    """Entries that do not fit the one before, or whose signature is not this kiosk's."""
    is_head_proven: bool = True
    """False: the last entry is not what this kiosk signed; a new epoch has to begin."""
    is_rebuilt: bool = False
    """The database was lost or damaged, and was built anew from the envelopes."""
    is_swept: bool = False

    def to_fields(self) -> tuple[tuple[str, str], ...]:
        """Return what the journal keeps of it."""
        return (
            ("entries", str(self.entries)),
            ("adopted", str(self.adopted)),
            ("put_aside", str(self.put_aside)),
            ("missing", str(self.missing)),
            ("broken_links", str(self.broken_links)),
            ("rebuilt", "yes" if self.is_rebuilt else "no"),
        )


class Hold:
    """Says to other programs that the store is in use; let go when the program ends."""

    def __init__(self, folder: Path) -> None:
        """Begin to use a store.

        Raises:
            StorageError: The folder can't be used.
        """
        with storage_errors():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(folder / "in-use", os.O_CREAT | os.O_RDWR, 0o600)
        weakref.finalize(self, os.close, self._descriptor)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def take_alone(self) -> bool:
        """Say whether nobody else uses the store; nobody else then begins to."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)
            return False
        return True

    def share(self) -> None:
        """Let others use the store again."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)


def check_store(
    folder: Path,
    keys: Keys,
    kiosk_id: KioskId,
    at: datetime,
    hold: Hold | None = None,
    *,
    may_rebuild: bool = True,
) -> Findings:
    """Look at a store, mend what can be mended, and return what was found.

    Raises:
        DatabaseDamaged: It has to be built anew, and may not be, or another program uses it.
        StorageError: The disk can't be used.
    """
    hold = hold or Hold(folder)
    try:
        return _look(folder, keys, kiosk_id, at)
    except DatabaseDamaged as error:
        if not may_rebuild or not hold.take_alone():
            raise
        _log.error("DATABASE_MOVED_ASIDE why=%s", error.what)
    try:
        _move_database_aside(folder, at)
        return _look(folder, keys, kiosk_id, at, is_rebuilt=True)
    finally:
        hold.share()


def was_rebuilt(db: Database, at: datetime) -> bool:
    """Say whether the database was built anew so lately that a technician should still hear it."""
    rebuilt = facts.get(db, _REBUILT)
    return rebuilt is not None and abs(at - datetime.fromisoformat(rebuilt)) < REBUILT_IS_NEWS


def mark_end(db: Database) -> None:
    """Remember that the kiosk ended properly: the next start need not sweep."""
    facts.put(db, _ENDED, "yes")


def mark_start(db: Database) -> None:
    """Remember that the kiosk runs; whatever ends it without `mark_end` makes the next start
    sweep.
    """
    facts.put(db, _ENDED, "no")


def _look(
    folder: Path, keys: Keys, kiosk_id: KioskId, at: datetime, *, is_rebuilt: bool = False
) -> Findings:
    db = open_store(folder, keys.database)
    try:
        is_sweep = _is_sweep_due(db, at)
        if is_sweep and not quick_check(db):
            raise DatabaseDamaged("A page of the database can't be read.")
        was_new = facts.get(db, "epoch") is None
        adoption = Adoption(db, folder, kiosk_id, keys.public_key, keys.note_key)
        adopted = adoption.run(at)
        count, broken, is_proven = _walk(db, kiosk_id, keys.public_key, is_whole=is_sweep)
        found = Findings(
            entries=count,
            adopted=adopted.taken_in,
            put_aside=adopted.put_aside,
            missing=_compare_files(db, folder, adoption.listing, is_sweep=is_sweep),
            broken_links=broken,
            is_head_proven=is_proven,
            is_rebuilt=is_rebuilt or (was_new and adopted.taken_in > 0),
            is_swept=is_sweep,
        )
        if is_sweep:
            facts.put(db, _SWEPT, at.isoformat())
        if found.is_rebuilt:
            facts.put(db, _REBUILT, at.isoformat())
        if found != Findings(entries=count, is_swept=is_sweep):
            _log.warning("STORE_CHECKED %s", " ".join("=".join(it) for it in found.to_fields()))
            audit.write(db, at, StoreEvent.STORE_CHECKED, found.to_fields())
        return found
    finally:
        db.close()


def _is_sweep_due(db: Database, at: datetime) -> bool:
    swept = facts.get(db, _SWEPT)
    if swept is None or facts.get(db, _ENDED) != "yes":
        return True
    age = at - datetime.fromisoformat(swept)
    return not timedelta(0) <= age < SWEEP_EVERY  # a clock that went back sweeps once too often


def _walk(
    db: Database, kiosk_id: KioskId, public_key: bytes, *, is_whole: bool
) -> tuple[int, int, bool]:
    """Return how many entries there are, how many do not fit, and whether the head is proven.

    Each link binds all before it, so one signature at the end of an unbroken run stands for it.
    """
    with storage_errors():
        rows = db.conn.execute("SELECT epoch, max(seq), count(*) FROM entries GROUP BY epoch")
        epochs = [(Epoch(row[0]), int(row[1]), int(row[2])) for row in rows.fetchall()]
    own = facts.get(db, "epoch")
    broken, is_proven = 0, True
    for epoch, last, _ in epochs:
        links, ends = _walk_epoch(db, kiosk_id, epoch) if is_whole else (0, [last])
        unsigned = [seq for seq in ends if not _is_signed(db, epoch, seq, public_key)]
        broken += links + len(unsigned)
        if epoch == own and last in unsigned:
            is_proven = False
    return sum(count for _, _, count in epochs), broken, is_proven


def _walk_epoch(db: Database, kiosk_id: KioskId, epoch: Epoch) -> tuple[int, list[int]]:
    """Return how many links are broken, and the last seq of every unbroken run.

    The header is stored as the bytes that were hashed, so that nothing has to be parsed.
    """
    broken, ends = 0, []
    before, hash_before = 0, genesis(kiosk_id, epoch)
    with storage_errors():
        rows = db.conn.execute(
            "SELECT seq, header, prev_hash, entry_hash FROM entries WHERE epoch = ? ORDER BY seq",
            (epoch,),
        )
        for seq, header, prev_hash, hashed in rows:
            is_next = seq == before + 1
            if hashlib.sha256(ENTRY_TAG + prev_hash + header.encode()).digest() != hashed or (
                is_next and prev_hash != hash_before
            ):
                broken += 1
            if not is_next and before:
                ends.append(before)  # what lay between was delivered and erased with its envelope
            before, hash_before = int(seq), hashed
    return broken, [*ends, before]


def _is_signed(db: Database, epoch: Epoch, seq: int, public_key: bytes) -> bool:
    entry = entries.at(db, epoch, seq)
    if entry is None or (entry.header.epoch, entry.seq) != (epoch, seq):
        return False
    return entry.entry_hash == entry_hash(entry.prev_hash, entry.header) and verify(
        entry.front, public_key
    )


def _compare_files(db: Database, folder: Path, listing: frozenset[str], *, is_sweep: bool) -> int:
    """Hold undelivered entries whose envelope is missing or cut short; return how many there are.

    One that is there again is queued again.
    """
    with storage_errors():
        if is_sweep:
            where, sizes = "state NOT IN ('delivered', 'erased')", dict(_sizes(folder / ENVELOPES))
        else:
            moving = "SELECT file FROM entries WHERE state IN ('queued', 'registered', 'uploaded')"
            expected = {row[0] for row in db.conn.execute(moving)}
            is_any_gone = not expected <= listing
            where = "state NOT IN ('delivered', 'erased')" if is_any_gone else "state = 'held'"
            sizes = dict.fromkeys(listing, -1)
        rows = db.conn.execute(
            f"SELECT app_id, file, size, state, reason FROM entries WHERE {where}"  # noqa: S608
        ).fetchall()
    held, returned = [], []
    missing = 0
    for app_id, file, size, state, reason in rows:
        found = sizes.get(file)
        why = MISSING if found is None else TORN if found not in {-1, size} else ""
        if why:
            missing += 1
            if state != "held":
                held.append(("held", why, app_id))
        elif state == "held" and (reason == MISSING or (reason == TORN and found == size)):
            returned.append(("queued", "", app_id))
    if held or returned:
        with writing(db):
            db.conn.executemany(
                "UPDATE entries SET state = ?, reason = ?, tries = 0"
                " WHERE app_id = ? AND proof IS NULL",
                held + returned,
            )
    for _ in held[:MOST_TOLD]:
        _log.error("ENVELOPE_MISSING")
    return missing


def _sizes(folder: Path) -> Iterator[tuple[str, int]]:
    with os.scandir(folder) as listing:
        for it in listing:
            if it.name.endswith(SUFFIX):
                with suppress(FileNotFoundError):  # the courier just erased it
                    yield it.name, it.stat().st_size


def _move_database_aside(folder: Path, at: datetime) -> None:
    """Move the database and what belongs to it aside, under a name that nothing has yet.

    The database goes first: without its write-ahead log it could look like an older one that is
    well, and numbers would be given twice.
    """
    aside = folder / DAMAGED
    stamp = f"{at:%Y%m%dT%H%M%S}"
    number = len(list(aside.glob(f"*{FILE_NAME}"))) + 1 if aside.is_dir() else 1
    with storage_errors():
        for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
            path = folder / name
            if path.exists():
                move_aside(path, aside, lambda old: f"{number:03}-{stamp}-{old}")
