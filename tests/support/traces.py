"""Looking for words where nobody should find them: in every usual spelling, and inside what is
packed or encrypted with a key that is at hand.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from kiosk.store.keys import DatabaseKey

PAGE, RESERVED, SALT = 4096, 80, 16
WAL_HEADER, FRAME_HEADER = 32, 24
SHORTEST_BASE64 = 8
"""Fewer letters would be found anywhere."""

MOST_UNPACKED = 8 << 20
_NOTHING = bytes(4096)
"""Room that is kept free is not looked through a thousand times."""

_PACKED = (b"\x1f\x8b\x08", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
"""How gzip and zlib begin; 47 has zlib tell one from the other."""


def opened_pages(path: Path, key: DatabaseKey) -> Iterator[bytes]:
    """Yield every page of a database or of its write-ahead log, decrypted: free ones, too."""
    data = path.read_bytes()
    if path.name.endswith("-wal"):
        step, first, skip = PAGE + FRAME_HEADER, WAL_HEADER, FRAME_HEADER
    else:
        step, first, skip = PAGE, 0, 0
    for at in range(first, len(data) - step + 1, step):
        page = data[at + skip : at + step]
        number = struct.unpack(">I", data[at : at + 4])[0] if skip else at // PAGE + 1
        sealed = page[SALT if number == 1 else 0 : PAGE - RESERVED]
        nonce = page[PAGE - RESERVED : PAGE - RESERVED + 16]
        opener = Cipher(AES(key.key), CBC(nonce)).decryptor()
        yield opener.update(sealed) + opener.finalize()


@cache
def spellings(word: str | bytes) -> dict[str, bytes]:
    """Return how a word may stand in a file, by the name of the spelling."""
    raw = word if isinstance(word, bytes) else word.encode()
    found = {
        "plain": raw,
        "reversed": raw[::-1],
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
    }
    if isinstance(word, str):
        found |= {
            "utf-16-le": word.encode("utf-16-le"),
            "utf-16-be": word.encode("utf-16-be"),
            "gb18030": word.encode("gb18030"),
            "escaped": word.encode("unicode_escape"),
            "percent": quote(word, safe="").encode(),
            "reversed text": word[::-1].encode(),
        }
    for offset in range(3):
        # Which letters a byte becomes depends on where among three it stands; those at both ends
        # share a letter with what is around them.
        told = base64.b64encode(bytes(offset) + raw).rstrip(b"=")
        core = told[(offset * 8 + 5) // 6 : (offset + len(raw)) * 8 // 6]
        if len(core) >= SHORTEST_BASE64:
            found[f"base64 +{offset}"] = core
            found[f"base64url +{offset}"] = core.translate(bytes.maketrans(b"+/", b"-_"))
    return found


def unpacked(data: bytes) -> Iterator[bytes]:
    """Yield what lies gzip- or zlib-packed anywhere in some bytes."""
    for begin in _PACKED:
        at = data.find(begin)
        while at >= 0:
            opener = zlib.decompressobj(47)
            try:
                inside = opener.decompress(data[at:], MOST_UNPACKED)
            except zlib.error:
                inside = b""
            if inside:
                yield inside
            at = data.find(begin, at + 1)


def found_in(data: bytes, words: Iterable[str | bytes]) -> dict[str | bytes, str]:
    """Return which words stand there, each with the spelling in which it does."""
    data = data.replace(_NOTHING, b"")
    layers = [("", data), *(("packed, ", inside) for inside in unpacked(data))]
    found: dict[str | bytes, str] = {}
    for word in words:
        for name, spelling in spellings(word).items():
            for layer, content in layers:
                if spelling in content:
                    found.setdefault(word, f"{layer}{name}")
    return found
