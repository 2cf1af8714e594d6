"""What the platform signs, and with which key: keyset, staff list, and the form they travel in.

Pure. The root key signs the keyset and nothing else; the keyset names who may sign what. Versions
only rise, so an old document that is played again is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.envelope import (
    SUITE,
    Json,
    RecipientPublicKey,
    StaffMember,
    StaffRole,
    canonical,
    parse_canonical,
)
from sync.protocol.reading import BadAnswer, Fields, Refused, read, to_base64

T = TypeVar("T")

SIGNED_TAG = b"kiosk-signed-v1\n"
ROOT_KID = "root"


class DocumentType(StrEnum):
    """What a signed document is; part of what is signed, so that none passes for another."""

    KEYSET = "keyset"
    STAFF_LIST = "staff-list"
    DELIVERY_PROOF = "delivery-proof"
    BUNDLE = "bundle"
    """What a kiosk put on a stick; signed by the kiosk, never by a key of the keyset."""
    ANSWERS = "answers"
    """News for a kiosk that come back on a stick."""


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """Canonical JSON with a detached Ed25519 signature; not to be believed before verified."""

    payload: bytes
    kid: str
    signature: bytes

    def to_json(self) -> dict[str, Json]:
        """Return the form that travels."""
        payload = parse_canonical(self.payload)
        assert payload is not None, "only canonical JSON is ever signed"
        return {"payload": payload, "kid": self.kid, "signature": to_base64(self.signature)}

    def is_signed_by(self, public_key: bytes) -> bool:
        """Say whether the owner of this Ed25519 key (32 bytes) signed it."""
        try:
            key = Ed25519PublicKey.from_public_bytes(public_key)
            key.verify(self.signature, SIGNED_TAG + self.payload)
        except (ValueError, InvalidSignature):
            return False
        return True


def sign_document(
    kind: DocumentType,
    told: dict[str, Json],
    kid: str,
    signer: Callable[[bytes], bytes],
) -> SignedDocument:
    """Return a document of this kind, signed; `signer` makes Ed25519 signatures."""
    payload = canonical({**told, "type": kind.value})
    return SignedDocument(payload, kid, signer(SIGNED_TAG + payload))


def read_signed(fields: Fields) -> SignedDocument:
    """Read the form that travels."""
    payload = fields.raw("payload")
    if not isinstance(payload, dict):
        raise Refused("payload is no object")
    return SignedDocument(
        canonical(payload), fields.text("kid", most=64), fields.base64("signature", size=64)
    )


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key of the platform, and what it may sign."""

    kid: str
    public_key: bytes
    uses: tuple[DocumentType, ...]


@dataclass(frozen=True, slots=True)
class Keyset:
    """The platform's keys in force: to whom entries are sealed, and whose signatures count.

    `document` is what root signed, to be stored and checked again at every start.
    """

    version: int
    recipients: tuple[RecipientPublicKey, ...]
    signing_keys: tuple[SigningKey, ...]
    document: SignedDocument = field(repr=False)

    def signing_key(self, kid: str, use: DocumentType) -> SigningKey | None:
        """Return the key of that name if it may sign this kind of document."""
        return next((key for key in self.signing_keys if key.kid == kid and use in key.uses), None)


@dataclass(frozen=True, slots=True)
class ListedMember:
    """Somebody of the staff with the hash of the PIN: an encoded argon2id string."""

    member: StaffMember
    pin_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StaffList:
    """Who may sign in on the kiosks of one site."""

    version: int
    site: str
    members: tuple[ListedMember, ...]
    document: SignedDocument = field(repr=False)


def keyset_payload(
    version: int,
    recipients: tuple[RecipientPublicKey, ...],
    signing_keys: tuple[SigningKey, ...],
) -> dict[str, Json]:
    """Return what root signs to put these keys in force."""
    return {
        "version": version,
        "recipients": [
            {"kid": key.kid, "suite": SUITE, "public_key": to_base64(key.raw)} for key in recipients
        ],
        "signing_keys": [
            {
                "kid": key.kid,
                "public_key": to_base64(key.public_key),
                "uses": [use.value for use in key.uses],
            }
            for key in signing_keys
        ],
    }


def staff_payload(version: int, site: str, members: tuple[ListedMember, ...]) -> dict[str, Json]:
    """Return what is signed to put this staff list in force."""
    return {
        "version": version,
        "site": site,
        "members": [
            {
                "staff_id": it.member.staff_id,
                "name": it.member.name,
                "role": it.member.role.value,
                "pin_hash": it.pin_hash,
            }
            for it in members
        ],
    }


def accept_keyset(
    document: SignedDocument, root_key: bytes, *, at_least: int = 1
) -> Keyset | BadAnswer:
    """Return the keyset if root signed it and its version is not older than `at_least`."""
    if document.kid != ROOT_KID or not document.is_signed_by(root_key):
        return BadAnswer("the keyset is not signed by the root key")

    def reader(fields: Fields) -> Keyset:
        return Keyset(
            version=fields.whole("version", least=1),
            recipients=tuple(
                key for it in fields.items("recipients", most=8) if (key := _recipient(Fields(it)))
            ),
            signing_keys=tuple(
                _signing_key(Fields(it)) for it in fields.items("signing_keys", most=20)
            ),
            document=document,
        )

    keyset = parse_payload(document, DocumentType.KEYSET, reader)
    if isinstance(keyset, BadAnswer):
        return keyset
    if keyset.version < at_least:
        return BadAnswer("the keyset is older than the one in force")
    if not keyset.recipients:
        return BadAnswer("the keyset names nobody to seal to")
    return keyset


def accept_staff_list(
    document: SignedDocument, keyset: Keyset, site: str, *, at_least: int = 0
) -> StaffList | BadAnswer:
    """Return the staff list if a key of the keyset signed it for this site and it is not older."""

    def reader(fields: Fields) -> StaffList:
        return StaffList(
            version=fields.whole("version"),
            site=fields.text("site", most=100),
            members=tuple(_member(Fields(it)) for it in fields.items("members", most=1000)),
            document=document,
        )

    staff = verify_signed(document, keyset, DocumentType.STAFF_LIST, reader)
    if isinstance(staff, BadAnswer):
        return staff
    if staff.site != site:
        return BadAnswer("the staff list is for another site")
    if staff.version < at_least:
        return BadAnswer("the staff list is older than the one in force")
    return staff


def verify_signed(
    document: SignedDocument,
    keyset: Keyset,
    use: DocumentType,
    reader: Callable[[Fields], T],
) -> T | BadAnswer:
    """Return the contents of a document if a key of the keyset that may sign its kind did."""
    key = keyset.signing_key(document.kid, use)
    if key is None:
        return BadAnswer(f"no key of the keyset may sign this {use.value}")
    if not document.is_signed_by(key.public_key):
        return BadAnswer(f"the signature of the {use.value} is wrong")
    return parse_payload(document, use, reader)


def parse_payload(
    document: SignedDocument, kind: DocumentType, reader: Callable[[Fields], T]
) -> T | BadAnswer:
    """Return the contents of a document of this kind; that it is signed is for the caller to
    check.
    """

    def checked(fields: Fields) -> T:
        if fields.text("type") != kind.value:
            raise Refused(f"this is no {kind.value}")
        return reader(fields)

    return read(parse_canonical(document.payload), checked)


def _recipient(fields: Fields) -> RecipientPublicKey | None:
    if fields.text("suite") != SUITE:
        return None  # a recipient for other algorithms is somebody else's business
    key = RecipientPublicKey.from_bytes(fields.base64("public_key"))
    if key is None or key.kid != fields.text("kid"):
        raise Refused("a recipient's key is none, or has another name")
    return key


def _signing_key(fields: Fields) -> SigningKey:
    known = set(DocumentType)
    uses = tuple(
        DocumentType(str(use)) for use in fields.items("uses", most=20) if str(use) in known
    )
    return SigningKey(fields.text("kid", most=64), fields.base64("public_key", size=32), uses)


def _member(fields: Fields) -> ListedMember:
    member = StaffMember(
        fields.text("staff_id", most=64),
        fields.text("name", most=100),
        StaffRole(fields.text("role")),
    )
    pin_hash = fields.text("pin_hash", most=300)
    if not pin_hash.startswith("$argon2id$"):
        raise Refused("a PIN is not hashed with argon2id")
    return ListedMember(member, pin_hash)
