"""A reader's answers as JSON: the worker parses foreign bytes, the kiosk trusts none of them."""

from __future__ import annotations

import re
from datetime import date
from typing import assert_never

from devices.wire import Fields, Garbled, JsonObject, Message
from kiosk.domain import Person, Sex
from kiosk.ports.card_reader import (
    AccessNumber,
    DocumentKey,
    KeyPart,
    NoCard,
    NoReader,
    PersonRead,
    Presence,
    PrintedFields,
    PrintedLines,
    ReadAnswer,
    Unreadable,
    UnreadableReason,
)

_LONGEST_WORD = 64
_LONGEST_TEXT = 256
_MOST_DETAILS = 32
_LARGEST_PHOTO_BYTES = 1 << 20
_LONGEST_KEY = 400
_JPEG = b"\xff\xd8\xff"
_NAME = re.compile(r"[a-z0-9_.]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def read_message(answer: ReadAnswer) -> Message:
    """Return a read's answer with the portrait that may go with it."""
    photo = answer.photo_jpeg if isinstance(answer, PersonRead) else b""
    return Message(encode_read(answer), photo)


def encode_read(answer: ReadAnswer) -> JsonObject:
    """Return a read's answer as JSON, without its portrait."""
    match answer:
        case PersonRead(person, profile):
            return {"answer": "person", "profile": profile, "person": _encode_person(person)}
        case NoCard():
            return {"answer": "no_card"}
        case NoReader(why):
            return {"answer": "no_reader", "why": why[:_LONGEST_TEXT]}
        case Unreadable(reason, parts):
            wrong = [{"part": part.value} for part in parts]
            return {"answer": "unreadable", "reason": reason.value, "wrong_parts": wrong}
        case _:
            assert_never(answer)


def decode_read(message: Message) -> ReadAnswer:
    """Take a read's answer apart.

    Raises:
        Garbled: it is none that `encode_read` gives.
    """
    fields = Fields(message.head)
    match fields.text("answer"):
        case "person":
            person = _decode_person(fields.fields("person"))
            return PersonRead(person, _name(fields, "profile"), _photo(message.blob))
        case "no_card":
            return NoCard()
        case "no_reader":
            return NoReader(_line(fields, "why", _LONGEST_TEXT))
        case "unreadable":
            reason = fields.choice("reason", UnreadableReason)
            wrong = [Fields(item) for item in fields.items("wrong_parts", len(KeyPart))]
            return Unreadable(reason, tuple(item.choice("part", KeyPart) for item in wrong))
        case _:
            raise Garbled("an answer of no known kind")


def encode_key(key: DocumentKey) -> JsonObject:
    """Return what opens a document as JSON, on its way to the worker."""
    match key:
        case PrintedLines(text):
            return {"key": "lines", "text": text[:_LONGEST_KEY]}
        case PrintedFields(number, birth, expiry):
            return {"key": "fields", "number": number, "birth": birth, "expiry": expiry}
        case AccessNumber(digits):
            return {"key": "number", "digits": digits}
        case _:
            assert_never(key)


def decode_key(fields: Fields) -> DocumentKey:
    """Take what opens a document apart.

    Raises:
        Garbled: it is none.
    """
    match fields.text("key"):
        case "lines":
            return PrintedLines(fields.text("text", _LONGEST_KEY))
        case "fields":
            return PrintedFields(*(fields.text(it) for it in ("number", "birth", "expiry")))
        case "number":
            return AccessNumber(fields.text("digits"))
        case _:
            raise Garbled("a key of no known kind")


def encode_presence(presence: Presence) -> JsonObject:
    """Return a presence as JSON."""
    return {"presence": presence.value}


def decode_presence(message: Message) -> Presence:
    """Take a presence apart.

    Raises:
        Garbled: it is none.
    """
    return Fields(message.head).choice("presence", Presence)


def decode_identity(message: Message) -> str:
    """Take what a reader calls itself apart.

    Raises:
        Garbled: it is nothing that can be shown.
    """
    return _line(Fields(message.head), "identity", _LONGEST_TEXT)


def _encode_person(person: Person) -> JsonObject:
    return {
        "document_type": person.document_type,
        "document_number": person.document_number,
        "full_name": person.full_name,
        "sex": person.sex.value,
        "birth_date": _iso(person.birth_date),
        "address": person.address,
        "issuer": person.issuer,
        "valid_from": _iso(person.valid_from),
        "valid_until": _iso(person.valid_until),
        "details": [{"name": name, "value": value} for name, value in person.details],
    }


def _decode_person(fields: Fields) -> Person:
    details = [Fields(item) for item in fields.items("details", _MOST_DETAILS)]
    return Person(
        document_type=_name(fields, "document_type"),
        document_number=_filled(fields, "document_number", _LONGEST_WORD),
        full_name=_filled(fields, "full_name", _LONGEST_TEXT),
        sex=fields.choice("sex", Sex),
        birth_date=_day(fields, "birth_date"),
        address=_line(fields, "address", _LONGEST_TEXT),
        issuer=_line(fields, "issuer", _LONGEST_TEXT),
        valid_from=_day(fields, "valid_from"),
        valid_until=_day(fields, "valid_until"),
        details=tuple(
            (_name(item, "name"), _line(item, "value", _LONGEST_TEXT)) for item in details
        ),
    )


def _photo(blob: bytes) -> bytes:
    if blob and (len(blob) > _LARGEST_PHOTO_BYTES or not blob.startswith(_JPEG)):
        raise Garbled("a portrait of another kind")
    return blob


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(fields: Fields, name: str) -> date | None:
    if not fields.has(name):
        return None
    try:
        return date.fromisoformat(fields.text(name, 10))
    except ValueError as error:
        raise Garbled(f"{name} is no date") from error


def _line(fields: Fields, name: str, limit: int) -> str:
    """Return a text that can be shown: no control characters, no half characters."""
    text = fields.text(name, limit)
    if _CONTROL.search(text) or any("\ud800" <= character <= "\udfff" for character in text):
        raise Garbled(f"{name} holds what can't be shown")
    return text


def _filled(fields: Fields, name: str, limit: int) -> str:
    text = _line(fields, name, limit)
    if not text.strip():
        raise Garbled(f"{name} is empty")
    return text


def _name(fields: Fields, name: str) -> str:
    text = fields.text(name, _LONGEST_WORD)
    if _NAME.fullmatch(text) is None:
        raise Garbled(f"{name} is no name")
    return text
