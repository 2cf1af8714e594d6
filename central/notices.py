"""The office's notices for Home: written, taken away, shown to the office."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.keysets import may_sign
from central.notice_lists import notices_of, publish_notices, yesterday_of
from central.platform import Platform
from central.tables import NoticeRow, SiteRow
from sync.protocol import MOST_NOTICES, NOTICE_CELLS, DocumentType, Notice, cells_of

TOO_LONG = (
    f"All notices of a site together may have {NOTICE_CELLS // 2} Chinese characters, or"
    f" {NOTICE_CELLS} letters, in each language: the screen has room for no more."
)
NOT_ALLOWED = (
    "The keyset in force does not let this platform sign notices: put a new one in force"
    " (`central rotate-keys`)."
)


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice in the list; `site` is empty for all sites."""

    notice_id: str
    site: str
    words: tuple[tuple[str, str], ...]
    until: str
    is_over: bool


def write_notice(
    platform: Platform,
    site_id: str,
    words: tuple[tuple[str, str], ...],
    until: date | None,
) -> str:
    """Put a notice on the Home screens of a site, or of all for ""; return what is wrong, or ""."""
    told = tuple((language, " ".join(text.split())) for language, text in words)
    told = tuple((language, text) for language, text in told if text)
    if not told:
        return "Write the notice in at least one language."
    if until is not None and until < platform.now().date():
        return "The last day is over already."
    if not may_sign(platform, DocumentType.NOTICES):
        return NOT_ALLOWED
    with platform.database.writing() as session:
        # Counted, and what was taken away stays: those of one second keep their order.
        number = (session.scalar(select(func.count()).select_from(NoticeRow)) or 0) + 1
        notice = Notice(f"n-{number:06}", told, until)
        sites = _sites(session, site_id)
        if site_id and not sites:
            return "There is no such site."
        lists = [[*notices_of(platform, session, site), notice] for site in sites] or [[notice]]
        if any(len(it) > MOST_NOTICES or cells_of(it) > NOTICE_CELLS for it in lists):
            return TOO_LONG
        row = NoticeRow(
            notice_id=notice.notice_id,
            site_id=site_id,
            words=json.dumps(dict(told), ensure_ascii=False),
            until=until.isoformat() if until else "",
            written_at=platform.stamp(),
        )
        session.add(row)
        session.flush()
        for site in sites:
            publish_notices(platform, session, site)
    return ""


def take_away(platform: Platform, notice_id: str) -> bool:
    """Take a notice from the Home screens; say whether there was one."""
    with platform.database.writing() as session:
        row = session.get(NoticeRow, notice_id)
        if row is None or row.removed_at:
            return False
        row.removed_at = platform.stamp()
        session.flush()
        for site in _sites(session, row.site_id):
            publish_notices(platform, session, site)
    return True


def list_notices(platform: Platform) -> list[NoticeLine]:
    """Return the notices that were not taken away, newest first."""
    yesterday = yesterday_of(platform)
    with platform.database.reading() as session:
        names = {site.site_id: site.name for site in session.scalars(select(SiteRow))}
        rows = session.scalars(
            select(NoticeRow)
            .where(NoticeRow.removed_at == "")
            .order_by(NoticeRow.written_at.desc(), NoticeRow.notice_id.desc())
        ).all()
    return [
        NoticeLine(
            row.notice_id,
            names.get(row.site_id, ""),
            tuple(json.loads(row.words).items()),
            row.until,
            is_over=bool(row.until) and row.until < yesterday,
        )
        for row in rows
    ]


def _sites(session: Session, site_id: str) -> Sequence[SiteRow]:
    query = select(SiteRow).order_by(SiteRow.site_id)
    return session.scalars(query if not site_id else query.where(SiteRow.site_id == site_id)).all()
