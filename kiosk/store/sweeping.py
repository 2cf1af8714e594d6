"""Looking over a whole store: every page, every link of the chain, every envelope's size.

What costs time in proportion to the queue is here; `kiosk.store.boot` says when it is done.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kiosk.envelope import entry_hash, genesis, verify
from kiosk.journal import Epoch, KioskId
from kiosk.journal.header import ENTRY_TAG
from kiosk.store import entries, facts
from kiosk.store.adoption import DRAFT_SUFFIX, SUFFIX
from kiosk.store.engine import ENVELOPES, Database, storage_errors, writing
from kiosk.store.file_names import known_files, moving_files

MOST_TOLD = 20
MISSING = "its envelope is not here any more"
TORN = "its envelope is damaged here"
_log = logging.getLogger(__name__)


def count_entries(db: Database) -> int:
    """Return how many entries have a row."""
    with storage_errors():
        return int(db.conn.execute("SELECT count(*) FROM entries").fetchone()[0])


def walk(db: Database, kiosk_id: KioskId, public_key: bytes, *, is_whole: bool) -> tuple[int, bool]:
    """Return how many entries do not fit, and whether the head of this epoch is proven.

    Each link binds all before it, so one signature at the end of an unbroken run stands for it. Not
    `is_whole`, only the last entry of each epoch is looked at, however many there are.
    """
    own = facts.get(db, "epoch")
    broken, is_proven = 0, True
    for epoch, last in _heads(db):
        links, ends = _walk_epoch(db, kiosk_id, epoch) if is_whole else (0, [last])
        unsigned = [seq for seq in ends if not _is_signed(db, epoch, seq, public_key)]
        broken += links + len(unsigned)
        if epoch == own and last in unsigned:
            is_proven = False
    return broken, is_proven


def _heads(db: Database) -> list[tuple[Epoch, int]]:
    """Return every epoch with its last seq, found by the index and not by passing all entries."""
    with storage_errors():
        rows = db.conn.execute(
            "WITH RECURSIVE it (epoch) AS (SELECT min(epoch) FROM entries UNION ALL"
            " SELECT (SELECT min(epoch) FROM entries WHERE epoch > it.epoch) FROM it"
            " WHERE it.epoch IS NOT NULL)"
            " SELECT epoch, (SELECT max(seq) FROM entries WHERE epoch = it.epoch) FROM it"
            " WHERE epoch IS NOT NULL"
        ).fetchall()
    return [(Epoch(epoch), int(last)) for epoch, last in rows]


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


def compare_sizes(db: Database, folder: Path) -> int:
    """Hold undelivered entries whose envelope is missing or cut short; return how many there are.

    One that is whole again is queued again. Others may seal and deliver meanwhile.
    """
    rows = _rows(db, "state NOT IN ('delivered', 'erased')")  # first: what comes later has its file
    return _hold(db, rows, dict(_sizes(folder / ENVELOPES)))


def compare_names(db: Database, folder: Path, listing: frozenset[str]) -> int:
    """Hold undelivered entries whose envelope is missing, going by names alone; return how many.

    One that is there again is queued again.
    """
    is_any_gone = not moving_files(db) <= listing
    rows = _rows(db, "state NOT IN ('delivered', 'erased')" if is_any_gone else "state = 'held'")
    sizes: dict[str, int] = {}
    for _, file, *_ in rows:
        # Another program may have sealed since the folder was listed.
        if file in listing or (folder / ENVELOPES / file).exists():
            sizes[file] = -1
    return _hold(db, rows, sizes)


def is_complete(db: Database, listing: frozenset[str]) -> bool:
    """Say whether there is an envelope for each undelivered entry and a row for each envelope."""
    with storage_errors():
        held = db.conn.execute(
            "SELECT 1 FROM entries WHERE state = 'held' AND reason IN (?, ?)", (MISSING, TORN)
        ).fetchone()
    if held is not None or not moving_files(db) <= listing:
        return False
    strangers = listing - known_files(db)
    return not any(name.endswith((SUFFIX, DRAFT_SUFFIX)) for name in strangers)


_Row = tuple[str, str, int, str, str]


def _rows(db: Database, where: str) -> list[_Row]:
    with storage_errors():
        return db.conn.execute(
            f"SELECT app_id, file, size, state, reason FROM entries WHERE {where}"  # noqa: S608
        ).fetchall()


def _hold(db: Database, rows: list[_Row], sizes: dict[str, int]) -> int:
    """Hold or free entries; a size of -1: it is there, and nobody measured it."""
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
