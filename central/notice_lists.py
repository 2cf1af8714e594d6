"""The notices of a site as its kiosks hear of them: one signed list, of which the newest counts."""

from __future__ import annotations

import json
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.platform import Platform, newest_document, newest_version, store_document
from central.tables import ChangeRow, NoticeRow, SiteRow
from kiosk.envelope import canonical
from sync.protocol import (
    DocumentType,
    Notice,
    NoticesChange,
    change_to_json,
    notices_payload,
    sign_document,
)


def publish_for_new_site(platform: Platform, session: Session, site: SiteRow) -> None:
    """Tell a site that is new what is meant for all."""
    is_told = newest_version(session, DocumentType.NOTICES, site.site_id)
    if is_told:
        sign_anew(platform, session, site)
    elif notices_of(platform, session, site):
        publish_notices(platform, session, site)


def publish_notices(platform: Platform, session: Session, site: SiteRow) -> None:
    """Sign the site's list, of a version above the last, and put it into the changes feed.

    The version is the time in seconds, unless the last one was higher: a platform that was restored
    from a backup goes on above what it told before.
    """
    last = newest_version(session, DocumentType.NOTICES, site.site_id)
    version = max(last + 1, int(platform.now().timestamp()))
    document = sign_document(
        DocumentType.NOTICES,
        notices_payload(version, site.site_id, notices_of(platform, session, site)),
        platform.keys.signing_key.kid,
        platform.keys.signing.sign,
    )
    store_document(session, DocumentType.NOTICES, site.site_id, version, document)
    body = canonical(change_to_json(NoticesChange(document))).decode()
    session.add(ChangeRow(kiosk="", site_id=site.site_id, body=body))


def notices_of(platform: Platform, session: Session, site: SiteRow) -> list[Notice]:
    """Return what is shown at a site; what is over everywhere on earth is left out."""
    rows = session.scalars(
        select(NoticeRow)
        .where(
            NoticeRow.removed_at == "",
            NoticeRow.site_id.in_(["", site.site_id]),
            (NoticeRow.until == "") | (NoticeRow.until >= yesterday_of(platform)),
        )
        .order_by(NoticeRow.written_at, NoticeRow.notice_id)
    )
    return [
        Notice(
            row.notice_id,
            tuple(json.loads(row.words).items()),
            date.fromisoformat(row.until) if row.until else None,
        )
        for row in rows
    ]


def yesterday_of(platform: Platform) -> str:
    """Return the day before this one: a later one is not over anywhere on earth."""
    return (platform.now().date() - timedelta(days=1)).isoformat()


def sign_anew(platform: Platform, session: Session, site: SiteRow) -> None:
    """Sign the list of a site again, if the key that it is signed with is not in use any more."""
    if newest_version(session, DocumentType.NOTICES, site.site_id) == 0:
        return
    document = newest_document(session, DocumentType.NOTICES, site.site_id)
    if document.kid != platform.keys.signing_key.kid:
        publish_notices(platform, session, site)
