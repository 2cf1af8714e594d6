"""What the platform signs, and with which key: keyset, staff list, and the form they travel in.

Pure. The root key signs the keyset and nothing else; the keyset names who may sign what. Versions
only rise, so an old document that is played again is refused. A key that a keyset revokes counts
for nothing from then on, even if a later keyset should name it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
MAX_REVOKED = 200
"""How many keys one keyset can revoke."""


class DocumentType(StrEnum):
    """What a signed document is; part of what is signed, so that none passes for another."""

    KEYSET = "keyset"
    STAFF_LIST = "staff-list"
    DELIVERY_PROOF = "delivery-proof"
    NOTICES = "notices"
    """What the office has to say on the Home screens of a site."""
    SETTINGS = "settings"
    """What the office sets for the kiosks of a site."""
    CATALOGUE = "catalogue"
    """Which services all kiosks offer; names a package by its hash."""
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

    Neither `recipients` nor `signing_keys` holds a key of `revoked`; without recipients nothing can
    be sealed. `document` is what root signed, to be stored and checked again at every start.
    """

    version: int
    recipients: tuple[RecipientPublicKey, ...]
    signing_keys: tuple[SigningKey, ...]
    document: SignedDocument = field(repr=False)
    revoked: frozenset[str] = frozenset()
    """Names of keys that count for nothing, now or in any later keyset."""
    names: tuple[tuple[str, str], ...] = ()
    """What people call a recipient, by the name of its key; only for people."""

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
    revoked: Iterable[str] = (),
    names: Mapping[str, str] | None = None,
) -> dict[str, Json]:
    """Return what root signs to put these keys in force.

    Args:
        version: One above the last.
        recipients: To whom entries are sealed.
        signing_keys: Whose signatures count.
        revoked: Names of keys that are never to count again.
        names: What people call a recipient, by the name of its key.
    """
    called = names or {}
    told: dict[str, Json] = {
        "version": version,
        "recipients": [
            {
                "kid": key.kid,
                "suite": SUITE,
                "public_key": to_base64(key.raw),
                **({"name": called[key.kid]} if key.kid in called else {}),
            }
            for key in recipients
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
    if gone := sorted(revoked):
        told["revoked"] = list(gone)
    return told


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
    document: SignedDocument,
    root_key: bytes,
    *,
    at_least: int = 1,
    revoked: Iterable[str] = (),
) -> Keyset | BadAnswer:
    """Return the keyset if root signed it and its version is not older than `at_least`.

    What an earlier keyset `revoked` stays revoked. A keyset that leaves nobody to seal to is one
    only if it revokes keys: then it was meant so.
    """
    if document.kid != ROOT_KID or not document.is_signed_by(root_key):
        return BadAnswer("the keyset is not signed by the root key")
    keyset = read_keyset(document, revoked=revoked)
    if isinstance(keyset, BadAnswer):
        return keyset
    if keyset.version < at_least:
        return BadAnswer("the keyset is older than the one in force")
    if not keyset.recipients and not keyset.revoked:
        return BadAnswer("the keyset names nobody to seal to")
    return keyset


def read_keyset(document: SignedDocument, *, revoked: Iterable[str] = ()) -> Keyset | BadAnswer:
    """Return what a keyset says; who signed it is for the caller to check."""

    def reader(fields: Fields) -> Keyset:
        told = fields.items("revoked", most=MAX_REVOKED) if fields.has("revoked") else ()
        gone = frozenset(str(it) for it in told) | frozenset(revoked)
        listed = [Fields(it) for it in fields.items("recipients", most=8)]
        recipients = tuple(key for it in listed if (key := _recipient(it)))
        signing_keys = (_signing_key(Fields(it)) for it in fields.items("signing_keys", most=20))
        return Keyset(
            version=fields.whole("version", least=1),
            recipients=tuple(key for key in recipients if key.kid not in gone),
            signing_keys=tuple(key for key in signing_keys if key.kid not in gone),
            document=document,
            revoked=gone,
            names=tuple(
                (it.text("kid", most=64), it.text("name", most=100))
                for it in listed
                if it.has("name")
            ),
        )

    return parse_payload(document, DocumentType.KEYSET, reader)


def staff_version(document: SignedDocument) -> int:
    """Return the version that a staff list claims, whoever signed it; 0 if it claims none."""
    version = parse_payload(
        document, DocumentType.STAFF_LIST, lambda fields: fields.whole("version")
    )
    return 0 if isinstance(version, BadAnswer) else version


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
