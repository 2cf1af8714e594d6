"""Enrolment on the platform's side: codes work once, numbers are never given out twice."""

from __future__ import annotations

import secrets
from datetime import timedelta
from enum import StrEnum

from argon2.exceptions import VerificationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.notice_lists import publish_for_new_site
from central.platform import Platform, find_or_add_site, newest_document
from central.staffing import publish_staff_list
from central.tables import EnrolmentCodeRow, KioskRow, NumberRow, SiteRow
from kiosk.envelope import KioskId
from sync.protocol import (
    DocumentType,
    EnrolAnswer,
    EnrolmentCode,
    EnrolRequest,
    Site,
    format_instant,
    make_enrolment_code,
)

CODE_LIFE = timedelta(hours=24)
MAX_TRIES = 5
NUMBERS_PER_KIOSK = 4
FIRST_NUMBER = 1001
LAST_NUMBER = 9999


class EnrolmentRefusal(StrEnum):
    """Why a kiosk is not enrolled; whoever asks is told the same sentence for all but the first."""

    NO_POSSESSION = "no_possession"
    """The request is not signed with the key that it brings."""
    NO_SUCH_CODE = "no_such_code"
    """Wrong, used up, too old, or tried too often."""
    NO_NUMBERS_LEFT = "no_numbers_left"
    """All kiosk numbers of this platform are given out."""


def create_code(platform: Platform, site_name: str, phone: str = "") -> EnrolmentCode:
    """Return a new one-time code for a kiosk of this site; stored hashed, shown only now."""
    code = make_enrolment_code(secrets.token_bytes(8), platform.keys.root_public)
    expires_at = format_instant(platform.now() + CODE_LIFE)
    with platform.database.writing() as session:
        site = find_or_add_site(session, site_name, phone)
        session.merge(
            EnrolmentCodeRow(
                name=code.name,
                secret_hash=platform.hasher.hash(code.secret),
                site_id=site.site_id,
                expires_at=expires_at,
                tries=0,
                kiosk=None,
            )
        )
    return code


def enrol(platform: Platform, request: EnrolRequest) -> EnrolAnswer | EnrolmentRefusal:
    """Enrol a kiosk, or say why not; asking again with the same key and code changes nothing."""
    if not request.proves_possession():
        return EnrolmentRefusal.NO_POSSESSION
    with platform.database.writing() as session:
        code = session.get(EnrolmentCodeRow, EnrolmentCode(request.secret, "").name)
        if code is None or code.tries >= MAX_TRIES or code.expires_at < platform.stamp():
            return EnrolmentRefusal.NO_SUCH_CODE
        if not _is_right(platform, code.secret_hash, request.secret):
            code.tries += 1
            return EnrolmentRefusal.NO_SUCH_CODE
        if code.kiosk is not None:
            kiosk = session.get_one(KioskRow, code.kiosk)
            if kiosk.public_key != request.public_key:
                return EnrolmentRefusal.NO_SUCH_CODE
            return _answer(platform, session, kiosk)  # the first answer was lost on its way
        kiosk = KioskRow(
            kiosk=f"k-{secrets.token_hex(4)}",
            site_id=code.site_id,
            public_key=request.public_key,
            enrolled_at=platform.stamp(),
        )
        first = max(session.scalar(select(func.max(NumberRow.number))) or 0, FIRST_NUMBER - 1) + 1
        if first + NUMBERS_PER_KIOSK - 1 > LAST_NUMBER:
            return EnrolmentRefusal.NO_NUMBERS_LEFT
        session.add(kiosk)
        session.flush()
        session.add_all(
            NumberRow(number=first + step, kiosk=kiosk.kiosk) for step in range(NUMBERS_PER_KIOSK)
        )
        code.kiosk = kiosk.kiosk
        session.flush()
        return _answer(platform, session, kiosk)


def _is_right(platform: Platform, secret_hash: str, secret: str) -> bool:
    try:
        return platform.hasher.verify(secret_hash, secret)
    except VerificationError:
        return False


def _answer(platform: Platform, session: Session, kiosk: KioskRow) -> EnrolAnswer:
    site = session.get_one(SiteRow, kiosk.site_id)
    if site.staff_version == 0:
        publish_staff_list(platform, session, site)
    publish_for_new_site(platform, session, site)
    numbers = session.scalars(
        select(NumberRow.number).where(NumberRow.kiosk == kiosk.kiosk).order_by(NumberRow.number)
    )
    return EnrolAnswer(
        kiosk=KioskId(kiosk.kiosk),
        numbers=tuple(numbers),
        root_key=platform.keys.root_public,
        keyset=newest_document(session, DocumentType.KEYSET, ""),
        staff=newest_document(session, DocumentType.STAFF_LIST, site.site_id),
        site=Site(site.site_id, site.name, site.phone),
        public_url=platform.public_url,
    )
