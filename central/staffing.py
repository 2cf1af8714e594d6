"""The staff of a site: added with a PIN, removed, and listed for its kiosks under signature."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.platform import Platform, store_document
from central.tables import ChangeRow, SiteRow, StaffRow
from kiosk.envelope import StaffMember, StaffRole, canonical
from sync.protocol import (
    DocumentType,
    ListedMember,
    StaffChange,
    change_to_json,
    sign_document,
    staff_payload,
)

MIN_PIN_DIGITS = 6
MAX_PIN_DIGITS = 12
MAX_NAME_CHARS = 60


def problem_with_pin(pin: str) -> str:
    """Return what is wrong with a PIN, empty if nothing is."""
    if not pin.isascii() or not pin.isdigit():
        return "A PIN has digits only."
    if not MIN_PIN_DIGITS <= len(pin) <= MAX_PIN_DIGITS:
        return f"A PIN has {MIN_PIN_DIGITS} to {MAX_PIN_DIGITS} digits."
    if len(set(pin)) == 1 or pin in "01234567890123" or pin in "98765432109876":
        return "This PIN is too easy to guess."
    return ""


def add_member(
    platform: Platform, site_id: str, name: str, role: StaffRole, pin: str
) -> StaffMember | str:
    """Add somebody to a site's staff and tell its kiosks; or return what is wrong."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= MAX_NAME_CHARS:
        return f"A name has 1 to {MAX_NAME_CHARS} characters."
    if problem := problem_with_pin(pin):
        return problem
    pin_hash = platform.hasher.hash(pin)
    member = StaffMember(f"p-{secrets.token_hex(4)}", name, role)
    with platform.database.writing() as session:
        site = session.get(SiteRow, site_id)
        if site is None:
            return "There is no such site."
        session.add(
            StaffRow(
                staff_id=member.staff_id,
                site_id=site_id,
                name=name,
                role=role.value,
                pin_hash=pin_hash,
            )
        )
        session.flush()
        publish_staff_list(platform, session, site)
    return member


def remove_member(platform: Platform, staff_id: str) -> bool:
    """Take somebody off the staff and tell the site's kiosks; say whether there was somebody."""
    with platform.database.writing() as session:
        row = session.get(StaffRow, staff_id)
        if row is None or row.removed_at:
            return False
        row.removed_at = platform.stamp()
        session.flush()
        publish_staff_list(platform, session, session.get_one(SiteRow, row.site_id))
    return True


def publish_staff_list(platform: Platform, session: Session, site: SiteRow) -> None:
    """Sign the site's list, one version above the last, and put it into the changes feed."""
    site.staff_version += 1
    rows = session.scalars(
        select(StaffRow)
        .where(StaffRow.site_id == site.site_id, StaffRow.removed_at == "")
        .order_by(StaffRow.name, StaffRow.staff_id)
    )
    members = tuple(
        ListedMember(StaffMember(row.staff_id, row.name, StaffRole(row.role)), row.pin_hash)
        for row in rows
    )
    keys = platform.keys  # once: a ceremony may change them meanwhile
    document = sign_document(
        DocumentType.STAFF_LIST,
        staff_payload(site.staff_version, site.site_id, members),
        keys.signing_key.kid,
        keys.signing.sign,
    )
    store_document(session, DocumentType.STAFF_LIST, site.site_id, site.staff_version, document)
    body = canonical(change_to_json(StaffChange(document))).decode()
    session.add(ChangeRow(kiosk="", site_id=site.site_id, body=body))
