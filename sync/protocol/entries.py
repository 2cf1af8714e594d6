"""How an entry reaches the platform: manifest, upload, and the proof that alone means success.

Pure. The bodies of uploads are envelope files as they lie on the disk; see
`docs/reference/envelope.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.envelope import AppId, EnvelopeFront, Epoch, Header, Json, KioskId, read_front
from sync.protocol.reading import (
    BadAnswer,
    Fields,
    Refused,
    format_instant,
    to_base64,
)
from sync.protocol.trust import (
    DocumentType,
    Keyset,
    SignedDocument,
    read_signed,
    sign_document,
    verify_signed,
)

UPLOAD_OFFSET = "Upload-Offset"
UPLOAD_COMPLETE = "Upload-Complete"
UPLOAD_LENGTH = "Upload-Length"
UPLOAD_LIMIT = "Upload-Limit"
PARTIAL_UPLOAD = "application/partial-upload"
MAX_PROOFS_RETURNED = 100
"""How many proofs one call gives back."""
MAX_APPEND_BYTES = 4 * 2**20
"""The largest body of one PATCH that the platform takes."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a kiosk announces before any byte of an entry moves: the front of its envelope."""

    front: EnvelopeFront

    @property
    def header(self) -> Header:
        """The header of the entry."""
        return self.front.header

    @property
    def file_size(self) -> int:
        """How many bytes the upload will have."""
        return self.front.file_size

    def to_json(self) -> dict[str, Json]:
        """Return the form that travels."""
        return {
            "header": self.front.header.to_json(),
            "prev_hash": self.front.prev_hash.hex(),
            "entry_hash": self.front.entry_hash.hex(),
            "signature": to_base64(self.front.signature),
            "file_size": self.file_size,
        }


def read_manifest(fields: Fields) -> Manifest:
    """Read the form that travels; header, hashes and size fit each other afterwards."""
    told = {name: fields.raw(name) for name in ("header", "prev_hash", "entry_hash")}
    front = read_front(told, fields.base64("signature", size=64))
    if front is None:
        raise Refused("header and hashes do not fit")
    if fields.whole("file_size") != front.file_size:
        raise Refused("file_size does not fit the header")
    return Manifest(front)


@dataclass(frozen=True, slots=True)
class ManifestAnswer:
    """What the platform has of an announced entry; the proof is there once all bytes are."""

    offset: int
    complete: bool
    proof: SignedDocument | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the form that travels."""
        told: dict[str, Json] = {"offset": self.offset, "complete": self.complete}
        if self.proof is not None:
            told["proof"] = self.proof.to_json()
        return told


def read_manifest_answer(fields: Fields) -> ManifestAnswer:
    """Read the form that travels."""
    proof = read_signed(fields.fields("proof")) if fields.has("proof") else None
    return ManifestAnswer(fields.whole("offset"), fields.flag("complete"), proof)


@dataclass(frozen=True, slots=True)
class UploadOffset:
    """How much of an upload the platform has: bytes from the start, and whether that is all."""

    offset: int
    complete: bool
    length: int | None = None

    def to_headers(self) -> dict[str, str]:
        """Return the header fields that travel."""
        headers = {
            UPLOAD_OFFSET: str(self.offset),
            UPLOAD_COMPLETE: "?1" if self.complete else "?0",
        }
        if self.length is not None:
            headers[UPLOAD_LENGTH] = str(self.length)
        return headers


def read_upload_offset(headers: Mapping[str, str]) -> UploadOffset | BadAnswer:
    """Read the header fields of an answer about an upload."""
    told = {name.lower(): value.strip() for name, value in headers.items()}
    offset = _size(told.get(UPLOAD_OFFSET.lower(), ""))
    complete = {"?1": True, "?0": False}.get(told.get(UPLOAD_COMPLETE.lower(), ""))
    if offset is None or complete is None:
        return BadAnswer("the answer does not tell how much has arrived")
    length = told.get(UPLOAD_LENGTH.lower())
    return UploadOffset(offset, complete, None if length is None else _size(length))


def _size(text: str) -> int | None:
    # RFC 9651 integers have at most 15 digits; int() alone would take "+1", " 1" and "1_0".
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


@dataclass(frozen=True, slots=True)
class DeliveryProof:
    """The platform's signed word that it durably holds an entry.

    `document` is what was signed, to be stored; the other values are read from it and were checked
    against the manifest. `platform_ref` is how the office calls the entry.
    """

    kiosk: KioskId
    epoch: Epoch
    seq: int
    app_id: AppId
    entry_hash: bytes
    ct_sha256: bytes
    size: int
    received_at: datetime
    platform_ref: str
    document: SignedDocument = field(repr=False)


def sign_proof(
    front: EnvelopeFront,
    received_at: datetime,
    platform_ref: str,
    kid: str,
    signer: Callable[[bytes], bytes],
) -> SignedDocument:
    """Return the proof for an entry that is durably held, signed."""
    header = front.header
    told: dict[str, Json] = {
        "kiosk": header.kiosk,
        "epoch": header.epoch,
        "seq": header.seq,
        "app_id": header.app_id,
        "entry_hash": front.entry_hash.hex(),
        "ct_sha256": header.ct_sha256.hex(),
        "size": header.size,
        "received_at": format_instant(received_at),
        "platform_ref": platform_ref,
        "durable": True,
        "kid": kid,
    }
    return sign_document(DocumentType.DELIVERY_PROOF, told, kid, signer)


def verify_proof(
    document: SignedDocument, keyset: Keyset, front: EnvelopeFront
) -> DeliveryProof | BadAnswer:
    """Return the proof if a key that may signed it, and for exactly this entry and its bytes."""
    proof = read_proof(document, keyset)
    if isinstance(proof, BadAnswer):
        return proof
    header = front.header
    proven = (
        proof.kiosk,
        proof.epoch,
        proof.seq,
        proof.app_id,
        proof.entry_hash,
        proof.ct_sha256,
        proof.size,
    )
    expected = (
        header.kiosk,
        header.epoch,
        header.seq,
        header.app_id,
        front.entry_hash,
        header.ct_sha256,
        header.size,
    )
    return proof if proven == expected else BadAnswer("the proof is for another entry")


def read_proof(document: SignedDocument, keyset: Keyset) -> DeliveryProof | BadAnswer:
    """Return a proof whose signature is good; for which entry is for the caller to compare."""

    def reader(fields: Fields) -> DeliveryProof:
        if not fields.flag("durable"):
            raise Refused("the platform does not say that it holds the entry durably")
        if fields.text("kid") != document.kid:
            raise Refused("the proof names another key than signed it")
        return DeliveryProof(
            kiosk=fields.kiosk("kiosk"),
            epoch=fields.epoch("epoch"),
            seq=fields.whole("seq", least=1),
            app_id=fields.app_id("app_id"),
            entry_hash=fields.hash("entry_hash"),
            ct_sha256=fields.hash("ct_sha256"),
            size=fields.whole("size", least=1),
            received_at=fields.instant("received_at"),
            platform_ref=fields.text("platform_ref", most=100),
            document=document,
        )

    return verify_signed(document, keyset, DocumentType.DELIVERY_PROOF, reader)


def read_final_answer(fields: Fields) -> SignedDocument:
    """Read the body of the answer to the last PATCH: the proof, still to be verified."""
    return read_signed(fields.fields("proof"))


@dataclass(frozen=True, slots=True)
class ProofsPage:
    """Proofs of one epoch in rising seq; `more` says whether to ask again from `next_since_seq`."""

    proofs: tuple[SignedDocument, ...]
    next_since_seq: int
    more: bool

    def to_json(self) -> dict[str, Json]:
        """Return the form that travels."""
        return {
            "proofs": [proof.to_json() for proof in self.proofs],
            "next_since_seq": self.next_since_seq,
            "more": self.more,
        }


@dataclass(frozen=True, slots=True)
class ReturnedProofs:
    """Proofs of entries that the platform lacks and the kiosk has erased, given back to it."""

    proofs: tuple[SignedDocument, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the form that travels."""
        return {"proofs": [proof.to_json() for proof in self.proofs]}


def read_returned_proofs(fields: Fields) -> ReturnedProofs:
    """Read the form that travels."""
    told = fields.items("proofs", most=MAX_PROOFS_RETURNED)
    return ReturnedProofs(tuple(read_signed(Fields(it)) for it in told))


@dataclass(frozen=True, slots=True)
class LossNoted:
    """How many of the returned proofs name entries that the platform lacks and now says so."""

    lost: int

    def to_json(self) -> dict[str, Json]:
        """Return the form that travels."""
        return {"lost": self.lost}


def read_loss_noted(fields: Fields) -> LossNoted:
    """Read the form that travels."""
    return LossNoted(fields.whole("lost"))


def read_proofs_page(fields: Fields) -> ProofsPage:
    """Read the form that travels."""
    return ProofsPage(
        tuple(read_signed(Fields(it)) for it in fields.items("proofs", most=1000)),
        fields.whole("next_since_seq"),
        fields.flag("more"),
    )
