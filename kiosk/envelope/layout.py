"""The bytes of an envelope file, and reading them without trusting any.

Pure, and needs no key: a folder of envelopes tells ids, chain and hashes to whoever has the files,
so that a lost database can be rebuilt from them. Byte by byte: `docs/reference/envelope.md`.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.journal import (
    MAX_RECIPIENTS,
    Header,
    Json,
    canonical,
    entry_hash,
    parse_canonical,
    parse_hash,
    parse_header,
)

MAGIC = b"\x89KSE\r\n\x1a\x01"
"""Like PNG's, it shows a transfer that changed line ends or dropped the eighth bit.

The last byte is the version of the layout.
"""

SIGNATURE_BYTES = 64
NONCE_BYTES = 12
TAG_BYTES = 16
MAX_FRONT_JSON_BYTES = 4096
MAX_FRONT_BYTES = len(MAGIC) + 4 + MAX_FRONT_JSON_BYTES + SIGNATURE_BYTES
"""Reading this many bytes from the start of a file is always enough for `parse_front`."""

MAX_SEALED_BYTES = 64 * 2**20
MAX_WRAP_BYTES = 4096
MAX_SEALED_FRONT_BYTES = 1 + MAX_RECIPIENTS * (1 + 255 + 2 + MAX_WRAP_BYTES) + NONCE_BYTES
"""What can stand before the ciphertext at most."""


class TornReason(StrEnum):
    """Why bytes are not an envelope, or not a whole one."""

    NOT_AN_ENVELOPE = "not_an_envelope"
    """The first bytes are not ours, or the version is unknown."""
    TOO_SHORT = "too_short"
    """It ends before it should: a write or a transfer was cut."""
    TOO_LONG = "too_long"
    """Bytes follow the end."""
    BAD_FRONT = "bad_front"
    """The readable front is damaged, or its hashes do not fit each other."""
    BAD_SEALED_PART = "bad_sealed_part"
    """The sealed part has not the hash that the front promises, or is built wrongly."""


@dataclass(frozen=True, slots=True)
class Torn:
    """These bytes are not what they should be; nothing of them may be used."""

    reason: TornReason


@dataclass(frozen=True, slots=True)
class KeyWrap:
    """The content key sealed to one recipient."""

    kid: str
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class EnvelopeFront:
    """The readable part of an envelope: header, its place in the chain, the kiosk's signature.

    `entry_hash` is recomputed while reading, so it always fits header and `prev_hash`; who signed
    is for `verify` to say.
    """

    header: Header
    prev_hash: bytes
    entry_hash: bytes
    signature: bytes

    @property
    def sealed_at(self) -> int:
        """Where the sealed part begins, in bytes from the start of the file."""
        return len(self.to_bytes())

    @property
    def file_size(self) -> int:
        """How many bytes the whole file has."""
        return self.sealed_at + self.header.size

    def to_bytes(self) -> bytes:
        """Return the front as it stands in the file, up to the sealed part."""
        told: dict[str, Json] = {
            "header": self.header.to_json(),
            "prev_hash": self.prev_hash.hex(),
            "entry_hash": self.entry_hash.hex(),
        }
        text = canonical(told)
        return MAGIC + struct.pack(">I", len(text)) + text + self.signature


@dataclass(frozen=True, slots=True)
class EnvelopeParts:
    """A whole envelope whose hashes fit; who signed it and who can open it is not said yet."""

    front: EnvelopeFront
    wraps: tuple[KeyWrap, ...]
    nonce: bytes
    ciphertext: bytes = field(repr=False)

    @property
    def header(self) -> Header:
        """The header of the front."""
        return self.front.header


def parse_front(data: bytes) -> EnvelopeFront | Torn:
    """Return the front, read from the first `MAX_FRONT_BYTES` bytes or more. Never raises."""
    start = len(MAGIC) + 4
    if not MAGIC.startswith(data[: len(MAGIC)]):
        return Torn(TornReason.NOT_AN_ENVELOPE)
    if len(data) < start:
        return Torn(TornReason.TOO_SHORT)
    (length,) = struct.unpack(">I", data[len(MAGIC) : start])
    if length > MAX_FRONT_JSON_BYTES:
        return Torn(TornReason.BAD_FRONT)
    if len(data) < start + length + SIGNATURE_BYTES:
        return Torn(TornReason.TOO_SHORT)
    told = parse_canonical(data[start : start + length])
    signature = data[start + length : start + length + SIGNATURE_BYTES]
    front = read_front(told, signature)
    return Torn(TornReason.BAD_FRONT) if front is None else front


def read_front(told: object, signature: bytes) -> EnvelopeFront | None:
    """Return the front that JSON and signature make, or None if they do not fit. Never raises."""
    if not isinstance(told, dict) or set(told) != {"header", "prev_hash", "entry_hash"}:
        return None
    header = parse_header(told["header"])
    prev_hash, claimed = parse_hash(told["prev_hash"]), parse_hash(told["entry_hash"])
    if header is None or prev_hash is None or claimed is None:
        return None
    if len(signature) != SIGNATURE_BYTES or not 0 < header.size <= MAX_SEALED_BYTES:
        return None
    if entry_hash(prev_hash, header) != claimed:
        return None
    return EnvelopeFront(header, prev_hash, claimed, signature)


def parse(data: bytes) -> EnvelopeParts | Torn:
    """Return the parts of a whole envelope file, or why it is none. Never raises."""
    front = parse_front(data)
    if isinstance(front, Torn):
        return front
    expected = front.file_size
    if len(data) != expected:
        return Torn(TornReason.TOO_SHORT if len(data) < expected else TornReason.TOO_LONG)
    sealed = memoryview(data)[front.sealed_at :]
    if hashlib.sha256(sealed).digest() != front.header.ct_sha256:
        return Torn(TornReason.BAD_SEALED_PART)
    parts = parse_sealed(front, sealed)
    return Torn(TornReason.BAD_SEALED_PART) if parts is None else parts


def sealed_front(wraps: Sequence[KeyWrap], nonce: bytes) -> bytes:
    """Return what stands before the ciphertext in the sealed part: the key wraps and the nonce."""
    pieces = [bytes([len(wraps)])]
    for wrap in wraps:
        kid = wrap.kid.encode("ascii")
        pieces += [bytes([len(kid)]), kid, struct.pack(">H", len(wrap.wrapped)), wrap.wrapped]
    return b"".join([*pieces, nonce])


def parse_sealed(front: EnvelopeFront, sealed: memoryview) -> EnvelopeParts | None:
    """Return the sealed part taken to pieces; of a beginning, with the beginning of the ciphertext.

    Its hash is for the caller to compare.
    """
    cursor = 0

    def take(count: int) -> bytes:
        nonlocal cursor
        if cursor + count > len(sealed):
            raise EOFError
        cursor += count
        return bytes(sealed[cursor - count : cursor])

    try:
        (count,) = take(1)
        if not 1 <= count <= MAX_RECIPIENTS:
            return None
        wraps = []
        for _ in range(count):
            kid = take(take(1)[0]).decode("ascii")
            (length,) = struct.unpack(">H", take(2))
            if length > MAX_WRAP_BYTES:
                return None
            wraps.append(KeyWrap(kid, take(length)))
        nonce = take(NONCE_BYTES)
    except (EOFError, UnicodeDecodeError):
        return None
    ciphertext = bytes(sealed[cursor:])
    if len(ciphertext) < TAG_BYTES or tuple(wrap.kid for wrap in wraps) != front.header.kids:
        return None
    return EnvelopeParts(front, tuple(wraps), nonce, ciphertext)
