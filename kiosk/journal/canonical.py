"""Values that hash alike everywhere: canonical JSON, minutes, hashes in hex.

Pure. What is written here is the only JSON that is ever hashed or signed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

Json = str | int | bool | Sequence["Json"] | Mapping[str, "Json"]
"""What may be hashed: no floats, no null, so that every language writes the same bytes."""

MAX_SAFE_INTEGER = 2**53 - 1  # RFC 7493 section 2.2: beyond it, readers of JSON may round
MAX_DEPTH = 32
HASH_BYTES = 32

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ", re.ASCII)
_KEY = re.compile(r"[ -~]{1,64}")


def canonical(value: Json) -> bytes:
    """Return the one way to write `value` as JSON (RFC 8785): sorted keys, no spaces, UTF-8.

    Keys are printable ASCII, for which sorting by code point and by UTF-16 unit (RFC 8785 section
    3.2.3) agree.

    Raises:
        ValueError: there is a float, a null, an integer beyond 2^53-1, a lone surrogate, another
        key, or it is too deep.
    """
    _refuse_ambiguous(value, MAX_DEPTH)
    return _ENCODER.encode(value).encode()  # UnicodeEncodeError, for a lone surrogate: a ValueError


def parse_canonical(data: bytes) -> Json | None:
    """Return what `canonical` wrote, or None for any other bytes, even JSON of the same meaning."""
    try:
        value: Json = json.loads(data)
        return value if canonical(value) == data else None
    except (ValueError, RecursionError):
        return None


def _refuse_ambiguous(value: object, depth: int) -> None:
    if depth == 0:
        raise ValueError("nested too deeply")
    match value:
        case bool() | str():
            return
        case int():
            if abs(value) > MAX_SAFE_INTEGER:
                raise ValueError("integer beyond 2^53-1")
        case list() | tuple():
            for item in value:
                if type(item) is not str or depth == 1:  # texts are most of it
                    _refuse_ambiguous(item, depth - 1)
        case dict():
            for key, item in value.items():
                if not isinstance(key, str) or _KEY.fullmatch(key) is None:
                    raise ValueError("keys are 1 to 64 printable ASCII characters")
                if type(item) is not str or depth == 1:
                    _refuse_ambiguous(item, depth - 1)
        case _:
            raise ValueError(f"{type(value).__name__} can't be hashed alike everywhere")


def format_minute(at: datetime) -> str:
    """Return an aware time as UTC to the minute, `2026-11-20T08:15Z`.

    Raises:
        ValueError: the time names no zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def parse_minute(text: str) -> datetime | None:
    """Return the aware UTC time that `format_minute` wrote, or None."""
    if _MINUTE.fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text)  # the pattern leaves one way to write it
    except ValueError:
        return None


def parse_hash(value: object) -> bytes | None:
    """Return the 32 bytes that 64 lower-case hex digits stand for, or None."""
    if not isinstance(value, str) or re.fullmatch(r"[0-9a-f]{64}", value) is None:
        return None
    return bytes.fromhex(value)
