"""Tag, length, value: BER-TLV of ISO 7816-4 and DER alike, lengths always definite. Pure.

Every length is checked against what is there before it is used, and nothing here calls itself, so
that no bytes can make it crash or run long.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.card_reader.travel.trouble import Malformed

_LONGEST_TAG = 3
_LONGEST_LENGTH = 4
_MOST_ITEMS = 4096


@dataclass(frozen=True, slots=True)
class Item:
    """One data object; `whole` is it with tag and length."""

    tag: int
    value: bytes = field(repr=False)
    whole: bytes = field(repr=False)


def head(data: bytes) -> tuple[int, int, int]:
    """Return tag, length of the head and length of the value at the beginning of `data`.

    Raises:
        Malformed: the head is not whole, or of a form that is not read here.
    """
    if not data:
        raise Malformed("no data object")
    end = 1
    if data[0] & 0x1F == 0x1F:
        while True:
            if end >= min(len(data), _LONGEST_TAG):
                raise Malformed("a tag without an end")
            end += 1
            if not data[end - 1] & 0x80:
                break
    tag = int.from_bytes(data[:end], "big")
    if end >= len(data):
        raise Malformed("a tag without a length")
    length = data[end]
    end += 1
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= _LONGEST_LENGTH or end + size > len(data):
            raise Malformed("a length of no known form")
        length = int.from_bytes(data[end : end + size], "big")
        end += size
    return tag, end, length


def first(data: bytes) -> Item:
    """Return the first data object of `data`; more may follow it.

    Raises:
        Malformed: it is not whole.
    """
    tag, start, length = head(data)
    if start + length > len(data):
        raise Malformed("a value shorter than its length")
    return Item(tag, data[start : start + length], data[: start + length])


def items(data: bytes) -> tuple[Item, ...]:
    """Return all data objects of `data`, which has to end with the last.

    Raises:
        Malformed: one is not whole.
    """
    found: list[Item] = []
    while data:
        if len(found) == _MOST_ITEMS:
            raise Malformed("more data objects than any file has")
        item = first(data)
        found.append(item)
        data = data[len(item.whole) :]
    return tuple(found)


def only(data: bytes, tag: int) -> bytes:
    """Return the value of the one data object that `data` begins with, which has to have this tag.

    Raises:
        Malformed: it has another, or is not whole.
    """
    item = first(data)
    if item.tag != tag:
        raise Malformed(f"tag {item.tag:X} in place of {tag:X}")
    return item.value


def find(data: bytes, tag: int) -> bytes | None:
    """Return the value of the first data object with this tag among those of `data`, or None.

    Raises:
        Malformed: one is not whole.
    """
    return next((item.value for item in items(data) if item.tag == tag), None)


def encode(tag: int, value: bytes) -> bytes:
    """Return a data object."""
    length = len(value)
    if length < 0x80:
        size = bytes([length])
    else:
        raw = length.to_bytes((length.bit_length() + 7) // 8, "big")
        size = bytes([0x80 | len(raw)]) + raw
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big") + size + value
