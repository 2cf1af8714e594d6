"""IPP messages as bytes, both ways (RFC 8010, section 3): what a printer or CUPS is asked and says.

Answers come from machines that the kiosk does not know: whatever is wrong with one is `BadAnswer`,
and no length in it is believed before the bytes are there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

VERSION = b"\x02\x00"
"""2.0, which everything made since 2011 speaks (PWG 5100.12)."""

LONGEST_ANSWER = 1_000_000
MOST_ATTRIBUTES = 100_000
"""Some printers tell every attribute of every job they remember, whatever they are asked."""


class BadAnswer(ValueError):
    """These bytes are no answer of IPP."""


class Group(IntEnum):
    """Delimiters (RFC 8010, section 3.5.1)."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04


class Tag(IntEnum):
    """What a value is (RFC 8010, section 3.5.2); others are kept as bytes."""

    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49


class Operation(IntEnum):
    """What can be asked (RFC 8011, section 5.4.15)."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B
    RESUME_PRINTER = 0x0011


Value = int | bool | str | bytes


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a request: its name, what its values are, and the values."""

    name: str
    tag: Tag
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status (below 0x0100 is success) and the attributes of each group.

    A job's or a printer's own attributes are a mapping each, by name, every value in a tuple; it is
    empty for "unknown", "no value" and the like.
    """

    status: int
    jobs: tuple[dict[str, tuple[Value, ...]], ...] = field(default=(), repr=False)
    printer: dict[str, tuple[Value, ...]] = field(default_factory=dict, repr=False)

    @property
    def is_ok(self) -> bool:
        """Say whether it was done (RFC 8011, appendix B.1.2)."""
        return self.status < 0x0100


def request(
    operation: Operation,
    number: int,
    operation_attributes: Sequence[Attribute],
    job_attributes: Sequence[Attribute] = (),
) -> bytes:
    """Return a request; a document, if there is one, follows it."""
    parts = [VERSION, struct.pack(">Hi", operation, number), bytes([Group.OPERATION])]
    parts += map(_encoded, operation_attributes)
    if job_attributes:
        parts.append(bytes([Group.JOB]))
        parts += map(_encoded, job_attributes)
    parts.append(bytes([Group.END]))
    return b"".join(parts)


def _encoded(attribute: Attribute) -> bytes:
    parts: list[bytes] = []
    name = attribute.name.encode("ascii")
    for value in attribute.values:
        match value:
            case bool():
                raw = bytes([value])
            case int():
                raw = struct.pack(">i", value)
            case _:
                raw = value.encode() if isinstance(value, str) else value
        parts.append(struct.pack(">BH", attribute.tag, len(name)) + name)
        parts.append(struct.pack(">H", len(raw)) + raw)
        name = b""  # further values of the same attribute have none
    return b"".join(parts)


def parse(data: bytes) -> Answer:
    """Take an answer apart.

    Raises:
        BadAnswer: These bytes are none, or end too soon.
    """
    if len(data) > LONGEST_ANSWER:
        raise BadAnswer("longer than any answer")
    if len(data) < 8 or data[0] not in {1, 2}:
        raise BadAnswer("no version of IPP")
    (status,) = struct.unpack_from(">H", data, 2)
    jobs: list[dict[str, list[Value]]] = []
    printer: dict[str, list[Value]] = {}
    nowhere: dict[str, list[Value]] = {}
    present = nowhere
    name = ""
    for group, label, value in _items(data, 8):
        if group is not None:
            present, name = nowhere, ""
            if group == Group.JOB:
                present = {}
                jobs.append(present)
            elif group == Group.PRINTER:
                present = printer
            continue
        name = label or name
        if name and value is not None:
            present.setdefault(name, []).extend(value)
    return Answer(status, tuple(map(_frozen, jobs)), _frozen(printer))


def _frozen(attributes: dict[str, list[Value]]) -> dict[str, tuple[Value, ...]]:
    return {name: tuple(values) for name, values in attributes.items()}


def _items(data: bytes, at: int) -> Iterator[tuple[int | None, str, tuple[Value, ...] | None]]:
    """Yield each delimiter, and each value with its name, "" for one more of the same: () for "no
    value", None for what is no value of its kind.
    """
    for _ in range(MOST_ATTRIBUTES):
        if at >= len(data):
            raise BadAnswer("no end")
        tag = data[at]
        if tag == Group.END:
            return
        if tag < 0x10:
            yield tag, "", None
            at += 1
            continue
        name, at = _field(data, at + 1)
        raw, at = _field(data, at)
        value = _value(tag, raw)
        told = () if tag < 0x20 else None if value is None else (value,)  # RFC 8010, section 3.5.2
        yield None, name.decode("ascii", "replace"), told
    raise BadAnswer("more attributes than any printer has")


def _field(data: bytes, at: int) -> tuple[bytes, int]:
    if at + 2 > len(data):
        raise BadAnswer("cut off")
    (length,) = struct.unpack_from(">H", data, at)
    end = at + 2 + length
    if end > len(data):
        raise BadAnswer("cut off")
    return data[at + 2 : end], end


def _value(tag: int, raw: bytes) -> Value | None:
    """Return a value; None for a wrong length."""
    match tag:
        case Tag.INTEGER | Tag.ENUM:
            return int.from_bytes(raw, "big", signed=True) if len(raw) == 4 else None
        case Tag.BOOLEAN:
            return raw == b"\x01" if len(raw) == 1 else None
        case Tag.TEXT_WITH_LANGUAGE | Tag.NAME_WITH_LANGUAGE:
            return _without_language(raw)
        case _ if 0x40 <= tag <= 0x4F:
            return raw.decode("utf-8", "replace")
        case _:
            return raw


def _without_language(raw: bytes) -> str | None:
    """Return the words of a text that comes with its language (RFC 8010, section 3.9)."""
    try:
        _, at = _field(raw, 0)
        words, end = _field(raw, at)
    except BadAnswer:
        return None
    return words.decode("utf-8", "replace") if end == len(raw) else None
