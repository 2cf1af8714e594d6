"""The platform's parts, opened once for whoever needs them, and what its first start makes.

Everything a platform is lies in one data folder: database, keys, envelopes, the office password.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.database import Database
from central.files import EnvelopeFiles
from central.keys import Cupboard, PlatformKeys, write_private
from central.tables import DocumentRow, OfficeRow, SiteRow
from kiosk.envelope import canonical
from sync.protocol import (
    BadAnswer,
    DocumentType,
    Fields,
    Keyset,
    SignedDocument,
    accept_keyset,
    format_instant,
    read_signed,
)

KEYS = "keys"
PASSWORD_FILE = "admin-password"  # noqa: S105 - a file's name


@dataclass(frozen=True, slots=True)
class Platform:
    """The opened parts; `public_url` is where residents reach the query page."""

    data: Path
    database: Database
    files: EnvelopeFiles
    cupboard: Cupboard
    hasher: PasswordHasher
    public_url: str
    now: Callable[[], datetime]

    @property
    def keys(self) -> PlatformKeys:
        """The keys as they are now."""
        return self.cupboard.keys()

    def keyset(self) -> Keyset:
        """Return the keyset in force."""
        with self.database.reading() as session:
            return self.keyset_in(session)

    def keyset_in(self, session: Session) -> Keyset:
        """Return the keyset in force, within a transaction."""
        document = newest_document(session, DocumentType.KEYSET, "")
        keyset = accept_keyset(document, self.keys.root_public)
        assert not isinstance(keyset, BadAnswer), "what this platform took in itself"
        return keyset

    def stamp(self) -> str:
        """Return this instant as it is stored and sent."""
        return format_instant(self.now())


def open_platform(
    data: Path,
    public_url: str = "",
    now: Callable[[], datetime] | None = None,
) -> Platform:
    """Open the platform in a data folder, making whatever is not there.

    Raises:
        ValueError: a key file is damaged or missing.
        RuntimeError: the SQLite library is one that can lose data.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    platform = Platform(
        data=data,
        database=Database(data / "platform.db"),
        files=EnvelopeFiles(data),
        cupboard=Cupboard(data / KEYS),
        hasher=PasswordHasher(),
        public_url=public_url.rstrip("/"),
        now=now if now is not None else _utc_now,
    )
    _first_start(platform)
    return platform


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _first_start(platform: Platform) -> None:
    from central.keysets import publish_first, settle_keys

    with platform.database.reading() as session:
        is_new = session.get(OfficeRow, 1) is None
    if not is_new:
        settle_keys(platform)
        return
    password = secrets.token_urlsafe(15)
    with platform.database.writing() as session:
        if session.get(OfficeRow, 1) is not None:
            return
        # The file is written first: a password that nobody knows would lock everybody out.
        write_private(platform.data / PASSWORD_FILE, password.encode() + b"\n")
        session.add(OfficeRow(office_id=1, password_hash=platform.hasher.hash(password)))
        publish_first(platform, session)


def store_document(
    session: Session, kind: DocumentType, scope: str, version: int, document: SignedDocument
) -> None:
    """Keep a signed document."""
    body = canonical(document.to_json()).decode()
    session.add(DocumentRow(kind=kind.value, scope=scope, version=version, body=body))


def newest_version(session: Session, kind: DocumentType, scope: str) -> int:
    """Return the highest version of a document, 0 if there is none."""
    query = select(func.max(DocumentRow.version)).where(
        DocumentRow.kind == kind.value, DocumentRow.scope == scope
    )
    return session.scalar(query) or 0


def newest_document(session: Session, kind: DocumentType, scope: str) -> SignedDocument:
    """Return the document in force; one that was never made is a bug."""
    row = session.get_one(DocumentRow, (kind.value, scope, newest_version(session, kind, scope)))
    return parse_document(row.body)


def parse_document(body: str) -> SignedDocument:
    """Return a document that this platform stored itself."""
    return read_signed(Fields(json.loads(body)))


def find_or_add_site(session: Session, name: str, phone: str = "") -> SiteRow:
    """Return the site of this name, adding it when it is new."""
    site = session.scalar(select(SiteRow).where(SiteRow.name == name))
    if site is None:
        site = SiteRow(site_id=f"s-{secrets.token_hex(4)}", name=name, phone=phone, staff_version=0)
        session.add(site)
        session.flush()
    elif phone:
        site.phone = phone
    return site
