"""What the office decides, what kiosks hear of it, and what a resident reads who asks."""

from __future__ import annotations

import hashlib
import hmac
import json
import zlib
from dataclasses import dataclass

from sqlalchemy import select

from central.platform import Platform
from central.tables import HELD, ChangeRow, EntryRow, KioskRow
from kiosk.envelope import AppId, EntryKind, KioskId, ReceiptNumber, canonical
from sync.protocol import (
    ChangesPage,
    StatusChange,
    StatusCode,
    change_to_json,
    parse_instant,
    read_change,
)

CHANGES_PER_PAGE = 200
CHECKS = 10_000
MAX_WORDS_CHARS = 1000


@dataclass(frozen=True, slots=True)
class PublicState:
    """All that the query page tells of an entry: nothing of the person, nothing of the answers."""

    number: ReceiptNumber
    code: StatusCode
    words: tuple[tuple[str, str], ...]
    as_of: str
    received_at: str
    is_rehearsal: bool


def set_status(
    platform: Platform, app_id: AppId, code: StatusCode, words: tuple[tuple[str, str], ...]
) -> bool:
    """Put an entry into a state, with the office's words, and tell its kiosk; False if not held."""
    kept = tuple((language, text.strip()[:MAX_WORDS_CHARS]) for language, text in words)
    kept = tuple((language, text) for language, text in kept if text)
    at = platform.now()
    with platform.database.writing() as session:
        row = session.get(EntryRow, app_id)
        if row is None or row.state != HELD:
            return False
        row.status = code.value
        row.status_words = json.dumps(dict(kept), ensure_ascii=False)
        row.status_at = platform.stamp()
        number = str(ReceiptNumber(row.number, row.seq))
        change = StatusChange(app_id, number, code, kept, at)
        body = canonical(change_to_json(change)).decode()
        session.add(ChangeRow(kiosk=row.kiosk, site_id="", body=body))
    return True


def changes_since(platform: Platform, kiosk: KioskId, cursor: int) -> ChangesPage:
    """Return what happened after a cursor for this kiosk, its site, or all, oldest first.

    A cursor that is not this feed's, as after the platform was restored from a backup, begins it
    anew: hearing something twice changes nothing, missing something would.
    """
    with platform.database.reading() as session:
        after, check = divmod(cursor, CHECKS)
        last = session.get(ChangeRow, after)
        if last is None or _check_of(last.body) != check:
            after = 0
        site_id = session.get_one(KioskRow, kiosk).site_id
        for_this_kiosk = (
            (ChangeRow.kiosk == kiosk)
            | ((ChangeRow.kiosk == "") & (ChangeRow.site_id == site_id))
            | ((ChangeRow.kiosk == "") & (ChangeRow.site_id == ""))
        )
        rows = session.execute(
            select(ChangeRow.change_id, ChangeRow.body)
            .where(ChangeRow.change_id > after, for_this_kiosk)
            .order_by(ChangeRow.change_id)
            .limit(CHANGES_PER_PAGE + 1)
        ).all()
    page = rows[:CHANGES_PER_PAGE]
    return ChangesPage(
        tuple(read_change(json.loads(row.body)) for row in page),
        str(page[-1].change_id * CHECKS + _check_of(page[-1].body) if page else cursor),
        more=len(rows) > CHANGES_PER_PAGE,
    )


def _check_of(body: str) -> int:
    """Return what tells a change from another one under the same number."""
    return zlib.crc32(body.encode()) % CHECKS


def find_state(platform: Platform, number: ReceiptNumber, query_code: str) -> PublicState | None:
    """Return the state behind number and code; None does not tell which of them was wrong."""
    with platform.database.reading() as session:
        rows = session.scalars(
            select(EntryRow).where(
                EntryRow.number == number.kiosk_number,
                EntryRow.seq == number.seq,
                EntryRow.state == HELD,
            )
        ).all()
    for row in rows:  # a kiosk that broke the rules may have used a number in two epochs
        expected = hash_query_code(AppId(row.app_id), query_code)
        if row.query_code_hash and hmac.compare_digest(row.query_code_hash, expected):
            return PublicState(
                number,
                StatusCode(row.status),
                tuple(json.loads(row.status_words).items()),
                shown_time(row.status_at),
                shown_time(row.received_at),
                is_rehearsal=row.kind == EntryKind.REHEARSAL.value,
            )
    return None


def hash_query_code(app_id: AppId, code: str) -> str:
    """Return what is stored of a query code, empty for none; limits on tries stop guessing."""
    return hashlib.sha256(f"{app_id} {code}".encode()).hexdigest() if code else ""


def shown_time(stamp: str) -> str:
    """Return a stored time for people, empty for none."""
    at = parse_instant(stamp)
    return "" if at is None else at.strftime("%Y-%m-%d %H:%M UTC")
