"""Opening an envelope block by block: what it says, without what is large, in little memory.

Pure. Every hash and the tag are checked over all bytes before anything is returned, as when it is
opened whole; only the large parts (the photo, papers) are not kept.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag

from kiosk.envelope.container import MAX_MANIFEST_BYTES, parse_container_manifest
from kiosk.envelope.crypto import CannotOpen, RecipientPrivateKey, decrypting, unwrap_content_key
from kiosk.envelope.layout import (
    MAX_FRONT_BYTES,
    MAX_SEALED_FRONT_BYTES,
    TAG_BYTES,
    Torn,
    TornReason,
    parse_front,
    parse_sealed,
)
from kiosk.journal import parse_canonical

_BEGINNING = MAX_FRONT_BYTES + MAX_SEALED_FRONT_BYTES + TAG_BYTES
_SUFFIX_OF_SMALL = ".json"


def open_small_parts(
    blocks: Iterable[bytes], private_key: RecipientPrivateKey
) -> dict[str, bytes] | CannotOpen | Torn:
    """Return the parts of a container that are JSON, or why there are none to trust. Never raises.

    Args:
        blocks: The envelope file, in pieces of any size.
        private_key: Of a recipient.
    """
    source = iter(blocks)
    beginning = bytearray()
    for block in source:
        beginning += block
        if len(beginning) >= _BEGINNING:
            break
    front = parse_front(bytes(beginning[:MAX_FRONT_BYTES]))
    if isinstance(front, Torn):
        return front
    sealed = bytes(beginning[front.sealed_at :])
    parts = parse_sealed(front, memoryview(sealed))
    if parts is None:
        return Torn(TornReason.BAD_SEALED_PART)
    key = unwrap_content_key(front.header, parts.wraps, private_key)
    if isinstance(key, CannotOpen):
        return key
    digest, size = hashlib.sha256(sealed), len(sealed)
    decryptor = decrypting(front.header, key, parts.nonce)
    opened = _Parts()
    held = b""
    for block in _and_then(parts.ciphertext, source):
        if block is not parts.ciphertext:
            digest.update(block)
            size += len(block)
        held += block
        opened.take(decryptor.update(held[:-TAG_BYTES]))
        held = held[-TAG_BYTES:]
    if size != front.header.size:
        return Torn(TornReason.TOO_SHORT if size < front.header.size else TornReason.TOO_LONG)
    if digest.digest() != front.header.ct_sha256:
        return Torn(TornReason.BAD_SEALED_PART)
    try:
        opened.take(decryptor.finalize_with_tag(held))
    except (InvalidTag, ValueError):
        return CannotOpen.DAMAGED
    return opened.end()


def _and_then(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


@dataclass(slots=True)
class _Parts:
    """Takes a container apart while it passes."""

    _waiting: bytearray = field(default_factory=bytearray)
    _listed: list[tuple[str, int, bytes]] | None = None
    _torn: Torn | None = None
    _kept: dict[str, bytes] = field(default_factory=dict)
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    _left: int = -1
    """Bytes still to come of the part that passes; -1 between two."""

    def take(self, piece: bytes) -> None:
        """Look at the next bytes."""
        if self._torn is not None:
            return
        self._waiting += piece
        if self._listed is None and not self._read_manifest():
            return
        while self._listed and self._torn is None:
            if not self._pass(*self._listed[0]):
                return

    def end(self) -> dict[str, bytes] | Torn:
        """Return what was kept, once all has passed."""
        if self._torn is not None:
            return self._torn
        if self._listed is None or self._listed:
            return Torn(TornReason.TOO_SHORT)
        return Torn(TornReason.TOO_LONG) if self._waiting else self._kept

    def _read_manifest(self) -> bool:
        if len(self._waiting) < 4:
            return False
        (length,) = struct.unpack(">I", self._waiting[:4])
        if length <= MAX_MANIFEST_BYTES and len(self._waiting) < 4 + length:
            return False
        listed = (
            parse_container_manifest(parse_canonical(bytes(self._waiting[4 : 4 + length])))
            if length <= MAX_MANIFEST_BYTES
            else None
        )
        if listed is None:
            self._torn = Torn(TornReason.BAD_FRONT)
            return False
        del self._waiting[: 4 + length]
        self._listed = listed
        return True

    def _pass(self, name: str, size: int, expected: bytes) -> bool:
        """Let bytes of the first listed part pass; say whether it has ended."""
        is_small = name.endswith(_SUFFIX_OF_SMALL)
        if self._left < 0:
            self._left, self._digest = size, hashlib.sha256()
            if is_small:
                self._kept[name] = b""
        piece = bytes(self._waiting[: self._left])
        del self._waiting[: len(piece)]
        self._left -= len(piece)
        self._digest.update(piece)
        if is_small:
            self._kept[name] += piece
        if self._left:
            return False
        if not hmac.compare_digest(self._digest.digest(), expected):
            self._torn = Torn(TornReason.BAD_SEALED_PART)
        self._left = -1
        assert self._listed is not None, "it was listed"
        del self._listed[0]
        return True
