"""Reading what the other side sent without trusting it: exact types, bounds, one typed refusal.

Pure. Members nobody knows are skipped, so that a newer side can say more; a known one of the wrong
type refuses the whole.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from kiosk.envelope import AppId, Epoch, KioskId, is_app_id, is_epoch, is_kiosk_id, parse_hash

T = TypeVar("T")

MAX_MESSAGE_BYTES = 2 * 2**20
MAX_TEXT_CHARS = 8192
MAX_ITEMS = 10_000


@dataclass(frozen=True, slots=True)
class BadAnswer:
    """The other side said something unusable; `why` is a sentence without its contents."""

    why: str


class Refused(Exception):
    """Leaves a reader; never leaves this package."""


class Fields:
    """One JSON object, asked member by member; every method refuses what is not exactly right."""

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise Refused("an object was expected")
        self._members: Mapping[str, object] = value

    def has(self, name: str) -> bool:
        """Say whether the member is there."""
        return name in self._members

    def raw(self, name: str) -> object:
        """Return the member as it is."""
        if name not in self._members:
            raise Refused(f"{name} is missing")
        return self._members[name]

    def text(self, name: str, *, most: int = MAX_TEXT_CHARS) -> str:
        """Return a string."""
        value = self.raw(name)
        if not isinstance(value, str) or len(value) > most:
            raise Refused(f"{name} is no text of at most {most} characters")
        return value

    def whole(self, name: str, *, least: int = 0, most: int = 2**53 - 1) -> int:
        """Return an integer within bounds; `true` is none."""
        value = self.raw(name)
        if type(value) is not int or not least <= value <= most:
            raise Refused(f"{name} is no whole number from {least} to {most}")
        return value

    def flag(self, name: str) -> bool:
        """Return a boolean."""
        value = self.raw(name)
        if not isinstance(value, bool):
            raise Refused(f"{name} is neither true nor false")
        return value

    def items(self, name: str, *, most: int = MAX_ITEMS) -> list[object]:
        """Return a list."""
        value = self.raw(name)
        if not isinstance(value, list) or len(value) > most:
            raise Refused(f"{name} is no list of at most {most}")
        return value

    def fields(self, name: str) -> Fields:
        """Return an object."""
        try:
            return Fields(self.raw(name))
        except Refused as refused:
            raise Refused(f"{name}: {refused}") from None

    def hash(self, name: str) -> bytes:
        """Return the 32 bytes behind 64 hex digits."""
        value = parse_hash(self.raw(name))
        if value is None:
            raise Refused(f"{name} is no SHA-256 in hex")
        return value

    def base64(self, name: str, *, size: int | None = None) -> bytes:
        """Return the bytes behind base64, of exactly `size` if given."""
        try:
            value = base64.b64decode(self.text(name), validate=True)
        except (binascii.Error, ValueError):
            raise Refused(f"{name} is no base64") from None
        if size is not None and len(value) != size:
            raise Refused(f"{name} has not {size} bytes")
        return value

    def instant(self, name: str) -> datetime:
        """Return an aware UTC time."""
        value = parse_instant(self.text(name))
        if value is None:
            raise Refused(f"{name} is no UTC time")
        return value

    def app_id(self, name: str) -> AppId:
        """Return the id of an entry."""
        value = self.text(name)
        if not is_app_id(value):
            raise Refused(f"{name} is no UUIDv7")
        return AppId(value)

    def kiosk(self, name: str) -> KioskId:
        """Return the name of a kiosk."""
        value = self.text(name)
        if not is_kiosk_id(value):
            raise Refused(f"{name} is no name of a kiosk")
        return KioskId(value)

    def epoch(self, name: str) -> Epoch:
        """Return the id of an installation."""
        value = self.text(name)
        if not is_epoch(value):
            raise Refused(f"{name} is no epoch")
        return Epoch(value)

    def words(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return one text in several languages."""
        return tuple((key, self._word(name, value)) for key, value in self._pairs(name))

    def counts(self, name: str) -> tuple[tuple[str, int], ...]:
        """Return whole numbers by name."""
        inner = self.fields(name)
        return tuple((key, inner.whole(key)) for key, _ in self._pairs(name))

    def _pairs(self, name: str) -> list[tuple[str, object]]:
        value = self.raw(name)
        if not isinstance(value, dict) or len(value) > 100:
            raise Refused(f"{name} is no object of at most 100 members")
        return list(value.items())

    def _word(self, name: str, value: object) -> str:
        if not isinstance(value, str) or len(value) > MAX_TEXT_CHARS:
            raise Refused(f"{name} holds something else than texts")
        return value


def read(value: object, reader: Callable[[Fields], T]) -> T | BadAnswer:
    """Return what `reader` makes of a decoded JSON value, or the refusal."""
    try:
        return reader(Fields(value))
    except (Refused, ValueError, RecursionError) as refused:
        # A ValueError is a value that a type of ours refuses: an enum, a header, a receipt number.
        return BadAnswer(str(refused) if isinstance(refused, Refused) else "a value is not allowed")


def read_bytes(data: bytes, reader: Callable[[Fields], T]) -> T | BadAnswer:
    """Return what `reader` makes of the body of a message, or the refusal."""
    if len(data) > MAX_MESSAGE_BYTES:
        return BadAnswer("the message is too long")
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return BadAnswer("the message is no JSON")
    return read(value, reader)


def to_base64(data: bytes) -> str:
    """Return bytes as base64 text."""
    return base64.b64encode(data).decode("ascii")


def format_instant(at: datetime) -> str:
    """Return an aware time as UTC to the second, `2026-11-20T08:15:30Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_instant(text: str) -> datetime | None:
    """Return the aware UTC time that `format_instant` wrote, or None."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
