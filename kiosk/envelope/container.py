"""The container: several named parts in one row of bytes, each with its length and hash.

Pure. It is what gets encrypted; the same parts always give the same bytes. Byte by byte:
`docs/reference/envelope.md`.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Mapping

from kiosk.envelope.layout import MAX_SEALED_BYTES, Torn, TornReason
from kiosk.journal import Json, canonical, parse_canonical, parse_hash

CONTAINER_VERSION = 1
MAX_PARTS = 64
MAX_MANIFEST_BYTES = 16 * 1024

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_NONE_KNOWN: Mapping[str, bytes] = {}


def pack_container(parts: Mapping[str, bytes]) -> bytes:
    """Return the parts in one row of bytes, sorted by name.

    Raises:
        ValueError: as `container_pieces`.
    """
    return b"".join(container_pieces(parts))


def container_pieces(
    parts: Mapping[str, bytes], digests: Mapping[str, bytes] = _NONE_KNOWN
) -> tuple[bytes, ...]:
    """Return what `pack_container` puts in a row, the parts themselves not copied.

    Args:
        parts: By name.
        digests: The SHA-256 of parts for which it is known; the others are hashed here.

    Raises:
        ValueError: a name has other characters than `a-z 0-9 . _ -`, or there are none, too many or
        too large parts.
    """
    if not 1 <= len(parts) <= MAX_PARTS or not all(_NAME.fullmatch(name) for name in parts):
        raise ValueError("parts can't be named or counted so")
    if sum(map(len, parts.values())) > MAX_SEALED_BYTES:
        raise ValueError("the parts are too large together")
    names = sorted(parts)
    told: dict[str, Json] = {
        "v": CONTAINER_VERSION,
        "parts": [
            {
                "name": name,
                "size": len(parts[name]),
                "sha256": (digests.get(name) or hashlib.sha256(parts[name]).digest()).hex(),
            }
            for name in names
        ],
    }
    manifest = canonical(told)
    return (struct.pack(">I", len(manifest)), manifest, *(parts[name] for name in names))


def unpack_container(data: bytes) -> dict[str, bytes] | Torn:
    """Return the parts by name, or why the bytes are no container. Never raises."""
    if len(data) < 4:
        return Torn(TornReason.TOO_SHORT)
    (length,) = struct.unpack(">I", data[:4])
    if length > MAX_MANIFEST_BYTES:
        return Torn(TornReason.BAD_FRONT)
    listed = parse_container_manifest(parse_canonical(data[4 : 4 + length]))
    if listed is None:
        return Torn(TornReason.BAD_FRONT)
    expected = 4 + length + sum(size for _, size, _ in listed)
    if len(data) != expected:
        return Torn(TornReason.TOO_SHORT if len(data) < expected else TornReason.TOO_LONG)
    parts: dict[str, bytes] = {}
    at = 4 + length
    for name, size, digest in listed:
        parts[name] = data[at : at + size]
        at += size
        if hashlib.sha256(parts[name]).digest() != digest:
            return Torn(TornReason.BAD_SEALED_PART)
    return parts


def parse_container_manifest(told: object) -> list[tuple[str, int, bytes]] | None:
    """Return name, size and SHA-256 of each part in its order, or None."""
    if not isinstance(told, dict) or set(told) != {"v", "parts"}:
        return None
    if told["v"] != CONTAINER_VERSION or not isinstance(told["parts"], list):
        return None
    listed = []
    for part in told["parts"]:
        if not isinstance(part, dict) or set(part) != {"name", "size", "sha256"}:
            return None
        name, size, digest = part["name"], part["size"], parse_hash(part["sha256"])
        if not isinstance(name, str) or _NAME.fullmatch(name) is None or digest is None:
            return None
        if type(size) is not int or not 0 <= size <= MAX_SEALED_BYTES:
            return None
        listed.append((name, size, digest))
    names = [name for name, _, _ in listed]
    if not 1 <= len(names) <= MAX_PARTS or names != sorted(set(names)):
        return None
    return listed
