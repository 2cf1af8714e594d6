"""Keys of an invented platform, and what it signs with them, without a platform."""

from __future__ import annotations

from datetime import UTC, date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.envelope import (
    KioskId,
    RecipientPrivateKey,
    StaffMember,
    StaffRole,
)
from sync.protocol import (
    ROOT_KID,
    DocumentType,
    Keyset,
    ListedMember,
    Notice,
    SignedDocument,
    SigningKey,
    accept_keyset,
    catalogue_payload,
    keyset_payload,
    notices_payload,
    sign_document,
    sign_proof,
    staff_payload,
)
from tests.support.entries import EntryWriter

ROOT, SIGNING, STRANGER, KIOSK = (Ed25519PrivateKey.generate() for _ in range(4))
RECIPIENT = RecipientPrivateKey.generate().public_key
AT = datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)
SITE = "s-1"
SEALED = EntryWriter(KioskId("k-1"), KIOSK, (RECIPIENT,)).seal()
OTHER = EntryWriter(KioskId("k-1"), KIOSK, (RECIPIENT,)).seal()
A_NOTICE = Notice("n-1", (("en", "Closed tomorrow."), ("zh_CN", "明天休息")), date(2026, 11, 21))
MEMBER = ListedMember(StaffMember("p-1", "Li Wen", StaffRole.VOLUNTEER), "$argon2id$v=19$x")


def public(key: Ed25519PrivateKey) -> bytes:
    """Return the public half."""
    return key.public_key().public_bytes_raw()


def a_keyset_document(
    version: int = 1,
    signer: Ed25519PrivateKey = ROOT,
    uses: tuple[DocumentType, ...] = (DocumentType.DELIVERY_PROOF, DocumentType.STAFF_LIST),
) -> SignedDocument:
    """Return a keyset as the platform publishes it."""
    told = keyset_payload(version, (RECIPIENT,), (SigningKey("s", public(SIGNING), uses),))
    return sign_document(DocumentType.KEYSET, told, ROOT_KID, signer.sign)


def a_keyset() -> Keyset:
    """Return a keyset that was accepted."""
    keyset = accept_keyset(a_keyset_document(), public(ROOT))
    assert isinstance(keyset, Keyset)
    return keyset


def a_staff_document(
    version: int = 1, site: str = SITE, signer: Ed25519PrivateKey = SIGNING, kid: str = "s"
) -> SignedDocument:
    """Return a staff list as the platform publishes it."""
    told = staff_payload(version, site, (MEMBER,))
    return sign_document(DocumentType.STAFF_LIST, told, kid, signer.sign)


def a_notices_document(
    version: int = 1,
    site: str = SITE,
    signer: Ed25519PrivateKey = SIGNING,
    notices: tuple[Notice, ...] = (A_NOTICE,),
) -> SignedDocument:
    """Return notices as the platform publishes them."""
    told = notices_payload(version, site, notices)
    return sign_document(DocumentType.NOTICES, told, "s", signer.sign)


def a_release_document(version: int = 1, signer: Ed25519PrivateKey = SIGNING) -> SignedDocument:
    """Return a release of a catalogue as the platform publishes it."""
    told = catalogue_payload(version, "November", bytes(32), 5)
    return sign_document(DocumentType.CATALOGUE, told, "s", signer.sign)


def a_proof(signer: Ed25519PrivateKey = SIGNING, kid: str = "s") -> SignedDocument:
    """Return a proof for the sealed entry."""
    return sign_proof(SEALED.front, AT, "1001-0001", kid, signer.sign)
