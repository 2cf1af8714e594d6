"""JSON that is read strictly: every value is of exactly the shape that is asked for.

Whatever is not raises TypeError; who reads a part takes that as "this is not ours".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

Words = tuple[tuple[str, str], ...]
"""One text in several languages: (language, text) pairs."""


def told_time(at: datetime) -> str:
    """Return a time in UTC to the second.

    Raises:
        ValueError: It names no zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def told_day(day: date | None) -> str:
    """Return a day, "" for none."""
    return "" if day is None else day.isoformat()


def read_time(value: object) -> datetime:
    """Return a time that `told_time` wrote."""
    return datetime.strptime(as_text(value), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def read_day(value: object) -> date | None:
    """Return a day, None for ""."""
    text = as_text(value)
    return date.fromisoformat(text) if text else None


def as_object(value: object) -> Mapping[str, object]:
    """Return a table."""
    if not isinstance(value, dict):
        raise TypeError
    return value


def as_list(value: object) -> list[object]:
    """Return a list."""
    if not isinstance(value, list):
        raise TypeError
    return value


def as_text(value: object) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise TypeError
    return value


def as_whole(value: object) -> int:
    """Return a whole number, which a truth value is not."""
    if type(value) is not int:
        raise TypeError
    return value


def as_words(value: object) -> Words:
    """Return a text in several languages."""
    return tuple((language, as_text(text)) for language, text in as_object(value).items())


def as_pairs(value: object) -> tuple[tuple[str, str], ...]:
    """Return pairs of texts."""
    return tuple(
        (as_text(name), as_text(text)) for name, text in (as_list(pair) for pair in as_list(value))
    )
