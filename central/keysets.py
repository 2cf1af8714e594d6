"""Keysets: what the next one is to say, what root signs of it, and putting it in force.

Where root is kept off this machine, a request travels to it and the signed keyset back; nothing
counts before that. The private key that a keyset names for this platform has to be here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.keys import PlatformKeys, make_next, settle, signing_key_of
from central.notice_lists import sign_anew
from central.platform import Platform, newest_document, newest_version, store_document
from central.staffing import publish_staff_list
from central.tables import ChangeRow, DocumentRow, SiteRow
from kiosk.envelope import Json, RecipientPublicKey, canonical
from sync.protocol import (
    ROOT_KID,
    BadAnswer,
    DocumentType,
    Fields,
    Keyset,
    KeysetChange,
    SignedDocument,
    SigningKey,
    accept_keyset,
    change_to_json,
    keyset_payload,
    read_bytes,
    read_keyset,
    read_signed,
    root_fingerprint,
    sign_document,
)

OURS = "this platform"
"""What the platform's own key to seal to is called in a keyset."""
REQUEST = "keyset-request"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be different in the next keyset."""

    new_recipient: bool = False
    new_signing: bool = False
    revoked: frozenset[str] = frozenset()
    """Names of keys that are never to count again."""
    seals_to_nobody: bool = False
    """Revoke whom entries are sealed to, all of them: kiosks take no applications until there is
    another keyset."""


@dataclass(frozen=True, slots=True)
class Request:
    """A keyset that root is asked to sign, and the one in force, which root has signed before."""

    payload: dict[str, Json]
    before: SignedDocument

    def to_bytes(self) -> bytes:
        """Return the file that travels to the root key."""
        told = {"type": REQUEST, "payload": self.payload, "before": self.before.to_json()}
        return json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def publish_first(platform: Platform, session: Session) -> SignedDocument:
    """Put the first keyset of a new platform in force; its root is still here.

    Raises:
        ValueError: root is kept elsewhere, so this is no new platform: its database is missing.
    """
    if platform.keys.root is None:
        raise ValueError("platform.db is missing: put it back from the backup")
    told = _payload(platform.keys, 1, None, Wish())
    document = _sign(platform.keys, told)
    store_document(session, DocumentType.KEYSET, "", 1, document)
    return document


def ask_for(platform: Platform, wish: Wish) -> Request | str:
    """Return what root has to sign to fulfil a wish, after making the keys for it; or why not."""
    keyset = platform.keyset()
    ours = platform.keys.recipient.public_key.kid
    known = _named(keyset) | keyset.revoked
    known |= {it.public_key.kid for it in platform.keys.backups}
    known |= {it.public_key.kid for it in platform.keys.retired}
    known.add(ours)
    if strange := sorted(wish.revoked - known):
        return f"there is no key {strange[0]}"
    is_lost = ours in wish.revoked and not wish.seals_to_nobody
    was_closed = not keyset.recipients
    make_next(
        platform.cupboard.folder,
        recipient=wish.new_recipient or is_lost or (was_closed and not wish.seals_to_nobody),
        signing=wish.new_signing or platform.keys.signing_key.kid in wish.revoked,
    )
    with platform.database.reading() as session:
        version = newest_version(session, DocumentType.KEYSET, "") + 1
    return Request(_payload(platform.keys, version, keyset, wish), keyset.document)


def put_in_force(platform: Platform, document: SignedDocument) -> Keyset | str:
    """Take in a keyset that root signed, and tell all kiosks; or say why not."""
    keys = platform.keys
    with platform.database.writing() as session:
        before = platform.keyset_in(session)
        keyset = accept_keyset(document, keys.root_public, revoked=before.revoked)
        if isinstance(keyset, BadAnswer):
            return keyset.why
        if keyset.version != newest_version(session, DocumentType.KEYSET, "") + 1:
            return f"it is version {keyset.version}, and {before.version} is in force"
        if problem := _problem(keys, keyset):
            return problem
        store_document(session, DocumentType.KEYSET, "", keyset.version, document)
        body = canonical(change_to_json(KeysetChange(document))).decode()
        session.add(ChangeRow(kiosk="", site_id="", body=body))
    settle_keys(platform)
    return keyset


def sign_here(platform: Platform, request: Request) -> SignedDocument | None:
    """Sign a request with the root key of this machine; None where root is kept elsewhere."""
    return None if platform.keys.root is None else _sign(platform.keys, request.payload)


def may_sign(platform: Platform, use: DocumentType) -> bool:
    """Say whether kiosks believe what this platform signs of a kind.

    A keyset from before there was this kind is made anew, where root is on this machine.
    """
    kid = platform.keys.signing_key.kid
    if platform.keyset().signing_key(kid, use) is None:
        request = ask_for(platform, Wish())
        document = None if isinstance(request, str) else sign_here(platform, request)
        if document is not None:
            put_in_force(platform, document)
    return platform.keyset().signing_key(kid, use) is not None


def settle_keys(platform: Platform) -> None:
    """Take over keys that the keyset in force names; staff lists and notices are signed anew with
    them.

    Finishes what a power cut interrupted after a keyset was put in force.
    """
    settle(platform.cupboard.folder, platform.keyset())
    with platform.database.reading() as session:
        sites = _sites_to_sign(platform, session)
    if not sites:
        return
    with platform.database.writing() as session:
        for site in _sites_to_sign(platform, session):
            publish_staff_list(platform, session, site)
            sign_anew(platform, session, site)


def _sites_to_sign(platform: Platform, session: Session) -> list[SiteRow]:
    """Return sites whose staff list is signed with another key than the one in force."""
    ours = platform.keys.signing_key.kid
    if platform.keyset_in(session).signing_key(ours, DocumentType.STAFF_LIST) is None:
        return []
    sites = session.scalars(select(SiteRow).where(SiteRow.staff_version > 0)).all()
    return [
        site
        for site in sites
        if newest_document(session, DocumentType.STAFF_LIST, site.site_id).kid != ours
    ]


def every_signing_key(platform: Platform) -> Keyset:
    """Return a keyset for reading what this platform signed at any time, revoked keys too.

    Only for what the platform is told of itself: what a kiosk should believe is for the keyset in
    force to say.
    """
    with platform.database.reading() as session:
        bodies = session.scalars(
            select(DocumentRow.body).where(DocumentRow.kind == DocumentType.KEYSET.value)
        ).all()
    found: dict[str, SigningKey] = {}
    for body in bodies:
        told = Fields(json.loads(body)).fields("payload").items("signing_keys")
        for it in told:
            fields = Fields(it)
            kid, public = fields.text("kid"), fields.base64("public_key", size=32)
            found[kid] = SigningKey(kid, public, (DocumentType.DELIVERY_PROOF,))
    now = platform.keyset()
    return Keyset(now.version, (), tuple(found.values()), now.document)


def read_request(data: bytes) -> Request | BadAnswer:
    """Return the request in a file, or why it can't be used."""

    def reader(fields: Fields) -> Request:
        if fields.text("type") != REQUEST:
            raise ValueError
        payload = fields.raw("payload")
        if not isinstance(payload, dict):
            raise ValueError  # noqa: TRY004 - as readers refuse
        canonical(payload)  # what has no canonical form can't be signed
        return Request(payload, read_signed(fields.fields("before")))

    return read_bytes(data, reader)


def words_of(request: Request, root_public: bytes) -> list[str] | str:
    """Return in plain words what root is asked to sign, or why it must not be signed."""
    before = accept_keyset(request.before, root_public)
    if isinstance(before, BadAnswer):
        return f"the keyset in force was not signed by this root key: {before.why}"
    told = canonical({**request.payload, "type": DocumentType.KEYSET.value})
    after = read_keyset(SignedDocument(told, ROOT_KID, bytes(64)))
    if isinstance(after, BadAnswer):
        return f"the request can't be read: {after.why}"
    if after.version <= before.version:
        return f"version {after.version} is not above {before.version}, which is in force"
    if before.revoked - after.revoked:
        return "it takes back a revocation"
    if not after.recipients and not after.revoked:
        return "it names nobody to seal to"
    return list(_words(before, after, root_public))


def _words(before: Keyset, after: Keyset, root_public: bytes) -> Iterator[str]:
    known = _named(before)
    names = dict(before.names) | dict(after.names)
    yield f"Keyset {after.version}, to follow keyset {before.version}."
    yield f"Root key: {root_fingerprint(root_public)}"
    if after.recipients:
        yield "Whatever kiosks take in can be opened by each of these, and by nobody else:"
    else:
        yield "NOBODY will be sealed to: kiosks take no applications until there is another keyset."
    for recipient in after.recipients:
        yield f"  {recipient.kid}  {names.get(recipient.kid, OURS)}{_new(recipient.kid, known)}"
    yield "Delivery proofs and staff lists count if signed by:"
    for key in after.signing_keys:
        yield f"  {key.kid}{_new(key.kid, known)}"
    gone = known - _named(after) - after.revoked
    for kid in sorted(gone):
        yield f"No longer used, and not revoked: {kid} {names.get(kid, '')}".rstrip()
    for kid in sorted(after.revoked - before.revoked):
        yield f"REVOKED FOR EVER from now on: {kid} {names.get(kid, '')}".rstrip()
    if before.revoked:
        yield f"Revoked before: {', '.join(sorted(before.revoked))}"


def _named(keyset: Keyset) -> set[str]:
    """Return the names of all keys that a keyset puts in force."""
    return {key.kid for key in keyset.recipients} | {key.kid for key in keyset.signing_keys}


def _new(kid: str, known: set[str]) -> str:
    return "" if kid in known else "  NEW"


def _payload(
    keys: PlatformKeys, version: int, before: Keyset | None, wish: Wish
) -> dict[str, Json]:
    revoked = wish.revoked | (before.revoked if before else frozenset())
    if wish.seals_to_nobody and before is not None:
        revoked |= {key.kid for key in before.recipients}
    ours = (keys.recipient_next or keys.recipient).public_key
    sealed_to: list[tuple[str, RecipientPublicKey]] = [
        (OURS, ours),
        *((it.name, it.public_key) for it in keys.backups),
    ]
    kept = [] if wish.seals_to_nobody else [it for it in sealed_to if it[1].kid not in revoked]
    newest = [signing_key_of(keys.signing_next)] if keys.signing_next else []
    # The one before goes on counting, so that what is on its way with its signature is believed.
    signing = [it for it in (*newest, keys.signing_key) if it.kid not in revoked]
    names = {key.kid: name for name, key in kept}
    return keyset_payload(version, tuple(key for _, key in kept), tuple(signing), revoked, names)


def _sign(keys: PlatformKeys, payload: dict[str, Json]) -> SignedDocument:
    assert keys.root is not None, "asked only where root is here"
    return sign_document(DocumentType.KEYSET, payload, ROOT_KID, keys.root.sign)


def _problem(keys: PlatformKeys, keyset: Keyset) -> str:
    """Return why a keyset must not come into force on this platform, empty if it may."""
    ours = {keys.recipient.public_key.kid}
    if keys.recipient_next is not None:
        ours.add(keys.recipient_next.public_key.kid)
    if keyset.recipients and not ours & {key.kid for key in keyset.recipients}:
        return "entries would be sealed to no key of this platform; make a new request"
    signing = {keys.signing_key.kid}
    if keys.signing_next is not None:
        signing.add(signing_key_of(keys.signing_next).kid)
    if not signing & {key.kid for key in keyset.signing_keys}:
        return "it names no signing key of this platform; make a new request"
    return ""
