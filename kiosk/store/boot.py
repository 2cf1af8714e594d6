"""What is looked at before anything is sealed: the database, the chain, and the files against the
rows.

The last entry of each epoch is looked at every time, and the names in the folder unless they were
found right when the kiosk last ended and nothing changed there since. Everything else (every page,
every link of the chain, the size of every file) is swept when the kiosk did not end properly the
last time, or a day has passed: what reads a page anyway checks it, so that a sweep after a clean
end would only cost time. A long queue is swept while residents are served already. A database that
can't be read is moved aside, never deleted, and another is built from the envelopes.
"""

from __future__ import annotations

import fcntl
import logging
import os
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.errors import DatabaseDamaged, StorageError
from kiosk.files import sync_folder, write_durably
from kiosk.journal import KioskId
from kiosk.store import audit, ballast, facts, sweeping, time_known
from kiosk.store.adoption import Adopted, Adoption, move_aside
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
from kiosk.store.last_sweep import keep_inside, last_sweep

DAMAGED = "damaged"
"""Where databases that could not be read are kept."""

DAMAGE_SEEN = "damage-seen"
"""A file that says: sweep before anything else, there is damage."""

SWEEP_EVERY = timedelta(days=1)
SWEPT_AT_ONCE_BYTES = 8 * 2**20
"""A database up to this size (some 5,000 entries) is swept before it is used: a tenth of a second.
"""

_ENDED, _REBUILT = "ended_properly", "rebuilt_at"
_OWED, _LEFT = "sweep_owed", "left_complete"
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
    is_sweep_owed: bool = False
    """A sweep is due that was put off."""

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
    may_put_off: bool = False,
) -> Findings:
    """Look at a store, mend what can be mended, and return what was found.

    `may_put_off`: a sweep of a long queue is left to `sweep`; the store can be used at once, since
    whatever reads a page checks it, and the envelopes hold everything that must not be lost.

    Raises:
        DatabaseDamaged: It has to be built anew, and may not be, or another program uses it.
        DiskFull: There is no room even to open it.
        StorageError: The disk can't be used.
    """
    hold = hold or Hold(folder)

    def look() -> Findings:
        return _look(folder, keys, kiosk_id, at, may_put_off=may_put_off)

    try:
        # A kiosk that starts on a full disk gets out of it; one that is only looked at stays as is.
        return ballast.as_last_resort(folder, look) if may_rebuild else look()
    except DatabaseDamaged as error:
        if not may_rebuild or not hold.take_alone():
            raise
        _log.warning("DATABASE_LOOKED_AT_AGAIN why=%s", error.what)
    try:
        return _look_again(folder, keys, kiosk_id, at)
    finally:
        hold.share()


def _look_again(folder: Path, keys: Keys, kiosk_id: KioskId, at: datetime) -> Findings:
    """Rebuild the database only if it is found damaged a second time.

    To SQLCipher a read that failed once looks like damage. What residents are told by, and receipts
    are printed again from, is in the database alone.
    """
    try:
        return _look(folder, keys, kiosk_id, at)
    except DatabaseDamaged as error:
        _log.error("DATABASE_MOVED_ASIDE why=%s", error.what)
    _move_database_aside(folder, at)
    return _look(folder, keys, kiosk_id, at, is_rebuilt=True)


def was_rebuilt(db: Database, at: datetime) -> bool:
    """Say whether the database was built anew so lately that a technician should still hear it."""
    rebuilt = facts.get(db, _REBUILT)
    return rebuilt is not None and abs(at - datetime.fromisoformat(rebuilt)) < REBUILT_IS_NEWS


def mark_end(db: Database, folder: Path | None = None) -> None:
    """Remember that the kiosk ended properly: the next start need not sweep.

    With the state folder, files and rows are compared now, when nobody waits; found right, the next
    start does not list the folder either, unless something changes in it.
    """
    with writing(db):
        facts.set_inside(db, _LEFT, "" if folder is None else _stamp_if_complete(db, folder))
        facts.set_inside(db, _ENDED, "yes")


def mark_start(db: Database, *, owes_sweep: bool = False) -> None:
    """Remember that the kiosk runs; whatever ends it without `mark_end` makes the next start
    sweep, and so does a sweep that it owed and did not come to.
    """
    with writing(db):
        if owes_sweep:
            facts.set_inside(db, _OWED, "yes")
        facts.set_inside(db, _ENDED, "no")


def demand_sweep(folder: Path) -> None:
    """Have the next start sweep before anything else: damage was met."""
    try:
        write_durably(folder / DAMAGE_SEEN, b"")
    except OSError as error:
        _log.error("DAMAGE_NOT_NOTED why=%s", error.strerror)


def is_damage_seen(folder: Path) -> bool:
    """Say whether damage was met that no sweep has looked at since."""
    return (folder / DAMAGE_SEEN).exists()


def sweep(
    folder: Path, keys: Keys, kiosk_id: KioskId, at: datetime, is_stopped: Callable[[], bool]
) -> Findings | None:
    """Sweep a store that is in use; None: stopped before the end, and owed as before.

    Raises:
        DatabaseDamaged: The next start builds the database anew.
        StorageError: The disk can't be used.
    """
    db = open_store(folder, keys.database)
    try:
        at = time_known.believed(db, at)
        db.conn.set_progress_handler(lambda: int(is_stopped()), 10_000)
        found = _sweep(db, folder, keys, kiosk_id)
        with writing(db):
            keep_inside(db, at, found.broken_links)
            facts.set_inside(db, _OWED, "no")
        return _tell(db, at, found)
    except DatabaseDamaged:
        demand_sweep(folder)
        raise
    except StorageError:
        if is_stopped():
            return None
        raise
    finally:
        db.close()


def _sweep(db: Database, folder: Path, keys: Keys, kiosk_id: KioskId) -> Findings:
    if not quick_check(db, puts_log_away=False):
        raise DatabaseDamaged("A page of the database can't be read.")
    broken, is_proven = sweeping.walk(db, kiosk_id, keys.public_key, is_whole=True)
    return Findings(
        entries=sweeping.count_entries(db),
        missing=sweeping.compare_sizes(db, folder),
        broken_links=broken,
        is_head_proven=is_proven,
        is_swept=True,
    )


def _look(
    folder: Path,
    keys: Keys,
    kiosk_id: KioskId,
    at: datetime,
    *,
    is_rebuilt: bool = False,
    may_put_off: bool = False,
) -> Findings:
    db = open_store(folder, keys.database)
    try:
        at = time_known.believed(db, at)
        is_due = _is_sweep_due(db, folder, at)
        is_sweep = is_due and not (may_put_off and _may_wait(db, folder))
        if is_sweep and not quick_check(db):
            raise DatabaseDamaged("A page of the database can't be read.")
        was_new = facts.get(db, "epoch") is None
        adopted, missing = Adopted(), 0
        if is_due or not _is_left_complete(db, folder):
            adoption = Adoption(db, folder, kiosk_id, keys.public_key, keys.note_key)
            adopted = adoption.run(at)
            if is_sweep:
                missing = sweeping.compare_sizes(db, folder)
            elif not is_due:  # else the sweep that is owed tells
                missing = sweeping.compare_names(db, folder, adoption.listing)
        broken, is_proven = sweeping.walk(db, kiosk_id, keys.public_key, is_whole=is_sweep)
        found = Findings(
            entries=sweeping.count_entries(db) if is_sweep else 0,
            adopted=adopted.taken_in,
            put_aside=adopted.put_aside,
            missing=missing,
            broken_links=broken,
            is_head_proven=is_proven,
            is_rebuilt=is_rebuilt or (was_new and adopted.taken_in > 0),
            is_swept=is_sweep,
            is_sweep_owed=is_due and not is_sweep,
        )
        if is_sweep:
            with writing(db):
                keep_inside(db, at, broken)
                facts.set_inside(db, _OWED, "no")
            _forget_damage(folder)
        if found.is_rebuilt:
            facts.put(db, _REBUILT, at.isoformat())
        return _tell(db, at, found)
    finally:
        db.close()


def _tell(db: Database, at: datetime, found: Findings) -> Findings:
    """Journal what was found, if it is anything; return it with the number of entries then."""
    nothing = Findings(
        entries=found.entries, is_swept=found.is_swept, is_sweep_owed=found.is_sweep_owed
    )
    if found == nothing:
        return found
    found = replace(found, entries=sweeping.count_entries(db))
    _log.warning("STORE_CHECKED %s", " ".join("=".join(it) for it in found.to_fields()))
    audit.write(db, at, StoreEvent.STORE_CHECKED, found.to_fields())
    return found


def _may_wait(db: Database, folder: Path) -> bool:
    """Say whether a sweep that is due can be put off: it would take long, and no damage is known
    of.
    """
    with storage_errors():
        is_long = (folder / FILE_NAME).stat().st_size > SWEPT_AT_ONCE_BYTES
        is_damaged = is_damage_seen(folder)
    return is_long and not is_damaged and last_sweep(db) is not None


def _forget_damage(folder: Path) -> None:
    with storage_errors():
        if (folder / DAMAGE_SEEN).exists():
            (folder / DAMAGE_SEEN).unlink()
            sync_folder(folder)


def _stamp(folder: Path) -> str:
    """Return what changes whenever a name in the folder of envelopes does."""
    with storage_errors():
        told = (folder / ENVELOPES).stat()
    return f"{told.st_dev} {told.st_ino} {told.st_mtime_ns} {told.st_ctime_ns}"


def _stamp_if_complete(db: Database, folder: Path) -> str:
    stamp = _stamp(folder)
    with storage_errors():
        listing = frozenset(os.listdir(folder / ENVELOPES))  # noqa: PTH208 - names, no paths
    return stamp if sweeping.is_complete(db, listing) and stamp == _stamp(folder) else ""


def _is_left_complete(db: Database, folder: Path) -> bool:
    return facts.get(db, _ENDED) == "yes" and facts.get(db, _LEFT) == _stamp(folder)


def _is_sweep_due(db: Database, folder: Path, at: datetime) -> bool:
    last = last_sweep(db)
    if last is None or facts.get(db, _ENDED) != "yes" or facts.get(db, _OWED) == "yes":
        return True
    if is_damage_seen(folder):
        return True
    age = at - last.at
    return not timedelta(0) <= age < SWEEP_EVERY  # a clock that went back sweeps once too often


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
