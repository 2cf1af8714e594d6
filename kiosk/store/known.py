"""What this machine still knows about somebody, gathered for whoever asks.

Reads rows and looks which files are there; opens nothing, and tells nothing that is not found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from kiosk.domain import AppId
from kiosk.flow.known import KeptFor, Known, KnownApplication
from kiosk.journal import format_groups, parse_receipt_number
from kiosk.store import slips
from kiosk.store.adoption import QUARANTINE
from kiosk.store.applications import IS_UNSEEN
from kiosk.store.boot import DAMAGED
from kiosk.store.engine import ENVELOPES, Database, storage_errors
from kiosk.store.retention import Keep

_RATINGS_FOLLOW_WITHIN = 50
"""A rating is sealed right after its application; so it is found without reading every entry."""


def known_by_lookup(db: Database, folder: Path, keep: Keep, lookup: bytes) -> Known:
    """Return everything that is kept under a card, newest first.

    Args:
        db: The database.
        folder: The state folder.
        keep: How long things stay.
        lookup: What the card is found by.

    Raises:
        StorageError: The disk can't be read.
    """
    return _known(db, folder, keep, "a.lookup = ?", (lookup,), by_card=True)


def known_by_number(db: Database, folder: Path, keep: Keep, number: str, code: str) -> Known:
    """Return what is kept about one application, if the query code fits; see `known_by_lookup`."""
    where = "a.number = ? AND a.query_code = ?"
    return _known(db, folder, keep, where, (number, code), by_card=False)


def _known(
    db: Database,
    folder: Path,
    keep: Keep,
    where: str,
    arguments: tuple[object, ...],
    *,
    by_card: bool,
) -> Known:
    query = (
        "SELECT a.*, e.epoch, e.seq, e.state, e.file, e.delivered_at, "  # noqa: S608
        f" {IS_UNSEEN} AS is_unseen,"
        " o.state AS office_state, o.words, o.as_of"
        " FROM applications a JOIN entries e ON e.app_id = a.app_id"
        " LEFT JOIN office_states o ON o.app_id = a.app_id"
        f" WHERE {where} ORDER BY a.received_at DESC"
    )
    with storage_errors():
        rows = list(db.query(query, arguments))
        return Known(
            applications=tuple(_application(db, folder, row) for row in rows),
            by_card=by_card,
            kept_for=KeptFor(keep.envelopes, keep.records, keep.words, keep.journal),
            has_damaged_records=_holds_files(folder / DAMAGED),
            has_strange_envelopes=_holds_files(folder / ENVELOPES / QUARANTINE),
        )


def _application(db: Database, folder: Path, row: Mapping[str, object]) -> KnownApplication:
    number = parse_receipt_number(str(row["number"]))
    words = dict(json.loads(str(row["words"]))) if row["words"] else {}
    return KnownApplication(
        app_id=AppId(str(row["app_id"])),
        number_groups=format_groups(number) if number else (str(row["number"]),),
        service_id=str(row["service_id"]),
        received_at=datetime.fromisoformat(str(row["received_at"])),
        applicant=str(row["applicant"]),
        helper=str(row["helper"]),
        times_printed=int(str(row["times_printed"])),
        delivered_at=_time(row["delivered_at"]),
        is_held=row["state"] == "held",
        is_sealed_copy_here=(folder / ENVELOPES / str(row["file"])).exists(),
        has_rating=_has_rating(db, folder, row),
        office_state=str(row["office_state"] or ""),
        office_words=str(words.get(str(row["language"]), next(iter(words.values()), ""))),
        words_at=_time(row["as_of"]),
        is_unseen=bool(row["is_unseen"]),
        beneficiary=str(row["beneficiary"]),
        other_papers=slips.total(str(row["slips"])),
    )


def _has_rating(db: Database, folder: Path, row: Mapping[str, object]) -> bool:
    seq = int(str(row["seq"]))
    followers = db.conn.execute(
        "SELECT file FROM entries WHERE epoch = ? AND seq BETWEEN ? AND ?"
        " AND json_extract(header, '$.subject') = ?",
        (row["epoch"], seq + 1, seq + _RATINGS_FOLLOW_WITHIN, row["app_id"]),
    ).fetchall()
    return any((folder / ENVELOPES / str(file)).exists() for (file,) in followers)


def _holds_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _time(value: object) -> datetime | None:
    return None if value is None else datetime.fromisoformat(str(value))
