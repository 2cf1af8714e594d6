"""What the kiosk's own process takes apart: the wire of a worker, and answers that came over it.

A worker parses foreign bytes and may be taken over by them; what it says is foreign again.
"""

from __future__ import annotations

import json
import socket
from datetime import date
from time import monotonic

from devices.card_reader.answers import (
    decode_identity,
    decode_presence,
    decode_read,
    encode_read,
)
from devices.wire import Garbled, HungUp, Message, receive_message, send_message
from kiosk.domain import Person, Sex
from kiosk.ports.card_reader import PersonRead

REFUSED = (Garbled, HungUp)

_PERSON = Person(
    document_type="cn.resident_id",
    document_number="990101194503120020",
    full_name="张桂英",
    sex=Sex.FEMALE,
    birth_date=date(1945, 3, 12),
    address="示例省示例市安康区和平路12号",
    issuer="示例市公安局安康分局",
    valid_from=date(2012, 5, 20),
    details=(("nation_code", "01"), ("nation", "汉")),
)
_ANSWER = encode_read(PersonRead(_PERSON, "cn.resident_id"))
_PHOTO = b"\xff\xd8\xff" + bytes(20)


def on_the_wire() -> bytes:
    """Return one answer as it crosses the line."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send_message(theirs, Message({"call": 1, "answer": _ANSWER}, _PHOTO))
        return ours.recv(1 << 16)


def as_json() -> bytes:
    """Return one answer as JSON alone."""
    return json.dumps(_ANSWER, ensure_ascii=False).encode()


def from_the_wire(raw: bytes) -> object:
    """Take what a worker said as the kiosk does, and the person in it.

    Raises:
        Garbled, HungUp: it is refused.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(raw)
        theirs.shutdown(socket.SHUT_WR)
        message = receive_message(ours, monotonic() + 10.0)
    answer = message.head.get("answer")
    if not isinstance(answer, dict):
        raise Garbled("no answer")
    return decode_read(Message(answer, message.blob))


def from_json(raw: bytes) -> object:
    """Take an answer apart in each way in which one is taken apart.

    Raises:
        Garbled: none of them takes it.
    """
    try:
        head = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Garbled("no JSON") from error
    if not isinstance(head, dict):
        raise Garbled("no object")
    for decode in (decode_presence, decode_identity):
        try:
            return decode(Message(head))
        except Garbled:
            continue
    return decode_read(Message(head))
