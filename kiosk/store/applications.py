"""What a receipt is printed from and a returning resident is told: one row per application, no
answers, no ID number.

The name is masked before it comes here; the card's number is kept as a keyed argon2id hash only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from kiosk.domain import AppId, Language
from kiosk.flow.known import Unseen
from kiosk.flow.session import StatusItem
from kiosk.journal import format_groups, parse_receipt_number
from kiosk.store import prints, slips
from kiosk.store.engine import Database, storage_errors, writing

IS_UNSEEN = (
    "(e.is_acknowledged = 0"
    " AND e.epoch = coalesce((SELECT value FROM facts WHERE name = 'epoch'), ''))"
)
"""Found after a power cut. Envelopes of a lost database have an earlier epoch, and may have been
shown."""


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One application as the kiosk itself may know it."""

    app_id: AppId
    number: str
    """The receipt number without spaces."""
    query_code: str = field(repr=False)
    service_id: str
    language: Language
    received_at: datetime
    ask_by: date
    ask_by_is_certain: bool
    counts_from_delivery: bool
    applicant: str
    """The masked name."""
    helper: str
    has_photo: bool
    lookup: bytes = field(repr=False)
    times_printed: int = 0
    beneficiary: str = ""
    """The masked name of whom it is for, where that is not the applicant; else ""."""

    @property
    def number_groups(self) -> tuple[str, ...]:
        """The number in speakable groups."""
        number = parse_receipt_number(self.number)
        return (self.number,) if number is None else format_groups(number)


def add(db: Database, row: ApplicationRow) -> None:
    """Add an application; belongs inside the `writing` block that also adds its entry."""
    db.conn.execute(
        "INSERT INTO applications (app_id, number, query_code, service_id, language, received_at,"
        " ask_by, ask_by_is_certain, counts_from_delivery, applicant, helper, has_photo, lookup,"
        " beneficiary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.app_id,
            row.number,
            row.query_code,
            row.service_id,
            row.language,
            row.received_at.isoformat(),
            row.ask_by.isoformat(),
            int(row.ask_by_is_certain),
            int(row.counts_from_delivery),
            row.applicant,
            row.helper,
            int(row.has_photo),
            row.lookup,
            row.beneficiary,
        ),
    )


def is_known(db: Database, row: ApplicationRow) -> bool:
    """Say whether there is an application of the same id or number."""
    with storage_errors():
        found = db.conn.execute(
            "SELECT 1 FROM applications WHERE app_id = ? OR number = ?", (row.app_id, row.number)
        ).fetchone()
    return found is not None


def find(db: Database, app_id: AppId) -> ApplicationRow | None:
    """Return one application."""
    with storage_errors():
        rows = list(db.query("SELECT * FROM applications WHERE app_id = ?", (app_id,)))
    return _row(rows[0]) if rows else None


def find_by_number(db: Database, number: str) -> ApplicationRow | None:
    """Return the newest application of a receipt number."""
    with storage_errors():
        query = "SELECT * FROM applications WHERE number = ? ORDER BY received_at DESC"
        rows = list(db.query(query, (number,)))
    return _row(rows[0]) if rows else None


def status_by_number(db: Database, number: str, code: str, now: datetime) -> tuple[StatusItem, ...]:
    """Return what is known under a receipt number, if the query code fits; else nothing."""
    return _statuses(db, "a.number = ? AND a.query_code = ?", (number, code), now)


def status_by_lookup(db: Database, lookup: bytes, now: datetime) -> tuple[StatusItem, ...]:
    """Return what is known under a card, newest first."""
    return _statuses(db, "a.lookup = ?", (lookup,), now)


def unseen_by_lookup(db: Database, lookup: bytes) -> tuple[Unseen, ...]:
    """Return what is here under a card and was never shown to its resident, newest first."""
    with storage_errors():
        rows = db.conn.execute(
            "SELECT a.app_id FROM applications a JOIN entries e ON e.app_id = a.app_id"  # noqa: S608
            f" WHERE a.lookup = ? AND {IS_UNSEEN} ORDER BY a.received_at DESC LIMIT 3",
            (lookup,),
        ).fetchall()
    found = (find(db, AppId(str(app_id))) for (app_id,) in rows)
    return tuple(
        Unseen(row.app_id, row.number_groups, row.query_code, row.service_id, row.received_at)
        for row in found
        if row is not None
    )


def mark_seen(db: Database, app_ids: Iterable[AppId]) -> None:
    """Remember that residents were told of these."""
    with writing(db):
        db.conn.executemany(
            "UPDATE entries SET is_acknowledged = 1 WHERE app_id = ?",
            [(app_id,) for app_id in app_ids],
        )


def set_office_state(
    db: Database, app_id: AppId, state: str, words: Mapping[str, str], as_of: datetime
) -> None:
    """Keep the office's last word about an application; an older one never replaces a newer.

    `words` are by language. The row may come for an application of which only the entry is known.
    Since when it is accepted is kept beside later words; who asks for more has not accepted.
    """
    text = json.dumps(dict(words), ensure_ascii=False, sort_keys=True)
    with writing(db):
        db.conn.execute(
            "INSERT INTO office_states (app_id, state, words, as_of, accepted_at)"
            " VALUES (:app_id, :state, :words, :at, CASE :state WHEN 'accepted' THEN :at END)"
            " ON CONFLICT (app_id) DO UPDATE SET"
            " state = excluded.state, words = excluded.words, as_of = excluded.as_of,"
            " accepted_at = CASE WHEN excluded.state IN ('', 'more_needed') THEN NULL"
            " ELSE coalesce(office_states.accepted_at, excluded.accepted_at) END"
            " WHERE excluded.as_of >= office_states.as_of",
            {"app_id": app_id, "state": state, "words": text, "at": as_of.isoformat()},
        )


def accepted_at(db: Database, app_id: AppId) -> datetime | None:
    """Return when the office accepted an application; None: it has not, or nothing is known."""
    with storage_errors():
        found = db.conn.execute(
            "SELECT accepted_at FROM office_states WHERE app_id = ?", (app_id,)
        ).fetchone()
    return None if found is None else _time(found[0])


def _statuses(
    db: Database, where: str, arguments: tuple[object, ...], now: datetime
) -> tuple[StatusItem, ...]:
    query = (
        "SELECT a.number, a.service_id, a.language, a.received_at, e.delivered_at,"  # noqa: S608
        " o.state AS office_state, o.words, o.as_of, a.app_id, a.paper, a.times_printed,"
        " a.slips, o.accepted_at,"
        f" {IS_UNSEEN} AS is_unseen"
        " FROM applications a JOIN entries e ON e.app_id = a.app_id"
        " LEFT JOIN office_states o ON o.app_id = a.app_id"
        f" WHERE {where} ORDER BY a.received_at DESC LIMIT 6"
    )
    with storage_errors():
        return tuple(_status(row, now) for row in db.query(query, arguments))


def _status(row: Mapping[str, object], now: datetime) -> StatusItem:
    number = parse_receipt_number(str(row["number"]))
    delivered_at = _time(row["delivered_at"])
    as_of = _time(row["as_of"]) or delivered_at or now
    words = dict(json.loads(str(row["words"]))) if row["words"] else {}
    return StatusItem(
        number_groups=format_groups(number) if number else (str(row["number"]),),
        service_id=str(row["service_id"]),
        received_at=_time(row["received_at"]) or now,
        delivered_at=delivered_at,
        office_state=str(row["office_state"] or ""),
        office_words=str(words.get(str(row["language"]), next(iter(words.values()), ""))),
        as_of=as_of,
        app_id=AppId(str(row["app_id"])),
        is_unseen=bool(row["is_unseen"]),
        receipt=prints.known_state(str(row["paper"])),
        copies=int(str(row["times_printed"])),
        slips=slips.counted(str(row["slips"]), now, is_accepted=row["accepted_at"] is not None),
    )


def _row(row: Mapping[str, object]) -> ApplicationRow:
    lookup = row["lookup"]
    return ApplicationRow(
        app_id=AppId(str(row["app_id"])),
        number=str(row["number"]),
        query_code=str(row["query_code"]),
        service_id=str(row["service_id"]),
        language=Language(str(row["language"])),
        received_at=datetime.fromisoformat(str(row["received_at"])),
        ask_by=date.fromisoformat(str(row["ask_by"])),
        ask_by_is_certain=bool(row["ask_by_is_certain"]),
        counts_from_delivery=bool(row["counts_from_delivery"]),
        applicant=str(row["applicant"]),
        helper=str(row["helper"]),
        has_photo=bool(row["has_photo"]),
        lookup=lookup if isinstance(lookup, bytes) else b"",
        times_printed=int(str(row["times_printed"])),
        beneficiary=str(row["beneficiary"]),
    )


def _time(value: object) -> datetime | None:
    return None if value is None else datetime.fromisoformat(str(value))
