"""The bundle that carries entries on a stick, and the answers that come back in it.

Pure. A bundle is a folder; what is in it, byte by byte: `docs/reference/bundle.md`. Nothing in it
is believed because it lies there: the kiosk signs what it lists, each entry is signed anyhow, and
the platform signs what it answers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.envelope import (
    MAX_FRONT_BYTES,
    AppId,
    EnvelopeFront,
    Epoch,
    Json,
    KioskId,
    Torn,
    is_app_id,
    is_kiosk_id,
    parse_front,
    parse_hash,
    verify,
)
from sync.protocol.conversation import ChangesPage, read_changes_page
from sync.protocol.reading import BadAnswer, Fields, Refused, format_instant, read
from sync.protocol.trust import (
    DocumentType,
    Keyset,
    SignedDocument,
    parse_payload,
    sign_document,
    verify_signed,
)

BUNDLE_PREFIX = "doorstep-"
BUNDLE_MANIFEST = "manifest.json"
BUNDLE_ENTRIES = "entries"
BUNDLE_ANSWERS = "answers"
BUNDLE_INCOMPLETE = "INCOMPLETE.txt"
ANSWERED_KEYSET = "keyset.json"
ANSWERED_PROOFS = "proofs-{:04}.json"
ANSWERED_CHANGES = "changes-{:04}.json"
PROOFS_PER_FILE = 500

_FILE = re.compile(r"[0-9a-f]{8}-[0-9]{8,15}-(?P<app_id>[0-9a-f-]{36})\.env")
_CURSOR = re.compile(r"[0-9]{1,15}")
LONGEST_LINE_BYTES = 200


def bundle_name(kiosk: KioskId) -> str:
    """Return what the folder of this kiosk's bundle is called; a stick may carry several."""
    return f"{BUNDLE_PREFIX}{kiosk}"


@dataclass(frozen=True, slots=True)
class BundleLine:
    """One entry of a bundle as its list names it."""

    file: str
    size: int
    """Bytes of the whole envelope."""
    entry_hash: bytes

    @property
    def app_id(self) -> AppId:
        """The entry's id, as its file is named."""
        app_id = entry_of_file(self.file)
        assert app_id is not None, "a line is made only of a name that fits"
        return app_id

    def to_text(self) -> str:
        """Return the line, with its end."""
        return f"{self.entry_hash.hex()} {self.size} {self.file}\n"


def parse_bundle_line(text: str) -> BundleLine | None:
    """Return what a line of the list says; None if it is none. No name leads out of the folder."""
    words = text.removesuffix("\n").split(" ")
    if len(words) != 3:
        return None
    digest, size, file = parse_hash(words[0]), words[1], words[2]
    if digest is None or entry_of_file(file) is None:
        return None
    if not (size.isascii() and size.isdigit() and len(size) <= 12):
        return None
    return BundleLine(file, int(size), digest)


def entry_of_file(name: str) -> AppId | None:
    """Return which entry a file of this name holds; None if no entry of a bundle is called so."""
    found = _FILE.fullmatch(name)
    return AppId(found["app_id"]) if found is not None and is_app_id(found["app_id"]) else None


def list_name(list_sha256: bytes) -> str:
    """Return what the list of this hash is called: a new one never replaces the one in force."""
    return f"entries-{list_sha256.hex()[:16]}.txt"


@dataclass(frozen=True, slots=True)
class BundleManifest:
    """What a kiosk says of its bundle: how much is in it, and where its own chain is."""

    kiosk: KioskId
    made_at: datetime
    count: int
    size: int
    """Bytes of all entries."""
    list_sha256: bytes
    epoch: Epoch
    head_seq: int
    head_hash: bytes
    changes_since: str
    """Up to where the kiosk has heard the platform's changes."""


def sign_bundle(manifest: BundleManifest, signer: Callable[[bytes], bytes]) -> SignedDocument:
    """Return the manifest signed with the kiosk's own key."""
    told: dict[str, Json] = {
        "v": 1,
        "kiosk": manifest.kiosk,
        "made_at": format_instant(manifest.made_at),
        "count": manifest.count,
        "size": manifest.size,
        "list_sha256": manifest.list_sha256.hex(),
        "epoch": manifest.epoch,
        "head_seq": manifest.head_seq,
        "head_hash": manifest.head_hash.hex(),
        "changes_since": manifest.changes_since,
    }
    return sign_document(DocumentType.BUNDLE, told, manifest.kiosk, signer)


def claimed_kiosk(document: SignedDocument) -> KioskId | None:
    """Return whom a manifest says it is from, to look the key up; nothing is verified by this."""
    return KioskId(document.kid) if is_kiosk_id(document.kid) else None


def accept_bundle(document: SignedDocument, public_key: bytes) -> BundleManifest | BadAnswer:
    """Return the manifest if the owner of this key signed it."""
    if not document.is_signed_by(public_key):
        return BadAnswer("the manifest is not signed by this kiosk")

    def reader(fields: Fields) -> BundleManifest:
        if fields.whole("v") != 1:
            raise Refused("the manifest is of a newer version")
        if fields.text("kiosk") != document.kid:
            raise Refused("the manifest names another kiosk than signed it")
        return BundleManifest(
            kiosk=fields.kiosk("kiosk"),
            made_at=fields.instant("made_at"),
            count=fields.whole("count"),
            size=fields.whole("size"),
            list_sha256=fields.hash("list_sha256"),
            epoch=fields.epoch("epoch"),
            head_seq=fields.whole("head_seq"),
            head_hash=fields.hash("head_hash"),
            changes_since=_cursor(fields, "changes_since"),
        )

    return parse_payload(document, DocumentType.BUNDLE, reader)


@dataclass(frozen=True, slots=True)
class AnsweredChanges:
    """A page of the changes feed as it stands in a bundle: what came after `since`, for one kiosk.

    Over the network nothing but the connection vouches for a page; here the platform signs it.
    """

    kiosk: KioskId
    since: str
    page: ChangesPage


def sign_changes(
    answered: AnsweredChanges, kid: str, signer: Callable[[bytes], bytes]
) -> SignedDocument:
    """Return a page signed with a key of the platform's keyset."""
    told: dict[str, Json] = {
        "kiosk": answered.kiosk,
        "since": answered.since,
        "page": answered.page.to_json(),
    }
    return sign_document(DocumentType.ANSWERS, told, kid, signer)


def accept_changes(document: SignedDocument, keyset: Keyset) -> AnsweredChanges | BadAnswer:
    """Return a page if a key that may has signed it; whom it is for is for the caller to say."""

    def reader(fields: Fields) -> AnsweredChanges:
        page = read(fields.raw("page"), read_changes_page)
        if isinstance(page, BadAnswer):
            raise Refused(page.why)
        return AnsweredChanges(fields.kiosk("kiosk"), _cursor(fields, "since"), page)

    return verify_signed(document, keyset, DocumentType.ANSWERS, reader)


def _cursor(fields: Fields, name: str) -> str:
    value = fields.text(name, most=15)
    if _CURSOR.fullmatch(value) is None:
        raise Refused(f"{name} is no cursor")
    return value


@dataclass(slots=True)
class EntryCheck:
    """Whether bytes that pass, block by block, are exactly the entry that a line names.

    The first block has to hold the whole front: `MAX_FRONT_BYTES`, or all there is.
    """

    line: BundleLine
    kiosk: KioskId
    public_key: bytes
    front: EnvelopeFront | None = field(default=None, init=False)
    """Known once the first block has passed and was right."""
    problem: str = field(default="", init=False)
    """Why the bytes are not that entry, as far as they have passed."""
    _size: int = field(default=0, init=False)
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256, init=False)

    def take(self, block: bytes | memoryview) -> None:
        """Look at the next block."""
        if self.problem:
            return
        if self.front is None:
            self._begin(bytes(block))
        else:
            self._digest.update(block)
            self._size += len(block)
            if self._size > self.front.header.size:
                self.problem = "bytes follow the end"  # however many: nobody need wait for them

    def end(self) -> str:
        """Return why the bytes are not the entry; "" if they are, from the first to the last."""
        if self.problem:
            return self.problem
        if self.front is None:
            return "the file is empty"
        header = self.front.header
        if self._size != header.size:
            return "the file is cut short" if self._size < header.size else "bytes follow the end"
        return "" if self._digest.digest() == header.ct_sha256 else "the bytes are not the entry's"

    def _begin(self, block: bytes) -> None:
        front = parse_front(block[:MAX_FRONT_BYTES])
        if isinstance(front, Torn):
            self.problem = f"the front can't be read ({front.reason.value})"
            return
        header = front.header
        named = (self.line.entry_hash, self.line.size, self.line.app_id)
        if (front.entry_hash, front.file_size, header.app_id) != named:
            self.problem = "it is another entry than the list names"
        elif header.kiosk != self.kiosk or not verify(front, self.public_key):
            self.problem = "it is not signed by this kiosk"
        else:
            self.front = front
            rest = block[front.sealed_at :]
            self._digest.update(rest)
            self._size = len(rest)


def check_entry(
    blocks: Iterable[bytes | memoryview], line: BundleLine, kiosk: KioskId, public_key: bytes
) -> str:
    """Return why these bytes are not the entry that a line names; "" if they are."""
    check = EntryCheck(line, kiosk, public_key)
    for block in blocks:
        check.take(block)
        if check.problem:
            break
    return check.end()
