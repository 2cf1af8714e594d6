"""How a worker process and its parent talk: length-prefixed JSON with an optional blob.

The worker parses foreign bytes and may be taken over by them. Therefore nothing it says is ever
unpickled: every answer is JSON of bounded length, and the parent takes it apart field by field with
`Fields`, which raises `Garbled` at the first surprise.
"""

from __future__ import annotations

import json
import math
import select
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar, cast

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
"""What JSON can say."""

JsonObject = Mapping[str, Json]
"""A JSON object: the form of configurations, arguments and answers."""

HEAD_LIMIT_BYTES = 1 << 20
"""Longest JSON part of a message."""

BLOB_LIMIT_BYTES = 16 << 20
"""Longest blob of a message, a still picture at most."""

_PREFIX = struct.Struct("!II")

_Choice = TypeVar("_Choice", bound=StrEnum)


class Garbled(Exception):
    """The other side said something that it was never told to say."""


class HungUp(Exception):
    """The other side closed the line, on purpose or by dying."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: a JSON object and the bytes that go with it."""

    head: JsonObject
    blob: bytes = field(default=b"", repr=False)


def send_message(line: socket.socket, message: Message, deadline_s: float | None = None) -> None:
    """Send one message whole.

    Args:
        line: A connected stream socket.
        message: What to say.
        deadline_s: Reading of `time.monotonic` at which to give up; None waits for ever.

    Raises:
        HungUp: the line is closed.
        TimeoutError: the deadline passed; the line is of no more use.
    """
    head = json.dumps(message.head, ensure_ascii=False, allow_nan=False).encode()
    try:
        _limit(line, deadline_s)
        line.sendall(_PREFIX.pack(len(head), len(message.blob)) + head)
        if message.blob:
            line.sendall(message.blob)
    except TimeoutError:
        raise
    except OSError as error:
        raise HungUp from error


def has_message(line: socket.socket, deadline_s: float) -> bool:
    """Wait until a message begins or the line is closed; say False if the deadline comes first."""
    poll = select.poll()
    try:
        poll.register(line, select.POLLIN)
    except ValueError:  # closed here meanwhile, by another thread: receiving says so
        return True
    return bool(poll.poll(max(deadline_s - time.monotonic(), 0) * 1000))


def receive_message(line: socket.socket, deadline_s: float | None = None) -> Message:
    """Wait for one whole message.

    Args:
        line: A connected stream socket.
        deadline_s: Reading of `time.monotonic` at which to give up; None waits for ever.

    Raises:
        Garbled: it is too long or no JSON object.
        HungUp: the line was closed before the message was whole.
        TimeoutError: the deadline passed; the line is of no more use.
    """
    head_length, blob_length = _PREFIX.unpack(_receive(line, _PREFIX.size, deadline_s))
    if head_length > HEAD_LIMIT_BYTES or blob_length > BLOB_LIMIT_BYTES:
        raise Garbled("longer than any message")
    raw = _receive(line, head_length, deadline_s)
    blob = _receive(line, blob_length, deadline_s) if blob_length else b""
    try:
        head = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Garbled("no JSON") from error
    if not isinstance(head, dict):
        raise Garbled("no JSON object")
    return Message(head, blob)


class Fields:
    """Reads a JSON object field by field; what is missing or of another kind raises `Garbled`."""

    __slots__ = ("_values",)

    def __init__(self, values: Json) -> None:
        """Read from `values`, which has to be a JSON object."""
        if not isinstance(values, Mapping):
            raise Garbled("no object")
        self._values: JsonObject = values

    def has(self, name: str) -> bool:
        """Say whether the field is there and not null."""
        return self._values.get(name) is not None

    def text(self, name: str, limit: int = 4096) -> str:
        """Return a string of at most `limit` characters, none of them half of one."""
        value = self._values.get(name)
        if not isinstance(value, str) or len(value) > limit:
            raise Garbled(f"{name} is no text of at most {limit} characters")
        try:
            value.encode()  # JSON can say lone surrogates, which no record or log could be made of
        except UnicodeEncodeError as error:
            raise Garbled(f"{name} holds half a character") from error
        return value

    def integer(self, name: str) -> int:
        """Return an integer; a bool is none."""
        value = self._values.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Garbled(f"{name} is no integer")
        return value

    def number(self, name: str) -> float:
        """Return a finite number."""
        value = self._values.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise Garbled(f"{name} is no number")
        try:
            number = float(value)
        except OverflowError as error:
            raise Garbled(f"{name} is too large") from error
        if not math.isfinite(number):
            raise Garbled(f"{name} is not finite")
        return number

    def flag(self, name: str) -> bool:
        """Return a bool."""
        value = self._values.get(name)
        if not isinstance(value, bool):
            raise Garbled(f"{name} is neither true nor false")
        return value

    def choice(self, name: str, kind: type[_Choice]) -> _Choice:
        """Return a member of the enum `kind` by its value."""
        try:
            return kind(self.text(name))
        except ValueError as error:
            raise Garbled(f"{name} is no {kind.__name__}") from error

    def items(self, name: str, limit: int = 1024) -> Sequence[Json]:
        """Return a list of at most `limit` items."""
        value = self._values.get(name)
        if not isinstance(value, list) or len(value) > limit:
            raise Garbled(f"{name} is no list of at most {limit} items")
        return cast("Sequence[Json]", value)

    def object(self, name: str) -> JsonObject:
        """Return an object within this one, as it is."""
        value = self._values.get(name)
        if not isinstance(value, Mapping):
            raise Garbled(f"{name} is no object")
        return value

    def fields(self, name: str) -> Fields:
        """Return an object within this one, to be read field by field."""
        return Fields(self._values.get(name))


def _receive(line: socket.socket, length: int, deadline_s: float | None) -> bytes:
    """Return exactly `length` bytes."""
    received = bytearray(length)
    view = memoryview(received)
    while view:
        try:
            _limit(line, deadline_s)
            count = line.recv_into(view)
        except TimeoutError:
            raise
        except OSError as error:
            raise HungUp from error
        if count == 0:
            raise HungUp
        view = view[count:]
    return bytes(received)


def _limit(line: socket.socket, deadline_s: float | None) -> None:
    """Let the next operation on the line last until the deadline."""
    if deadline_s is None:
        line.settimeout(None)
        return
    left_s = deadline_s - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    line.settimeout(left_s)
