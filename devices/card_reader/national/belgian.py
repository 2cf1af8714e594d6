"""The Belgian identity card: two transparent files of tagged UTF-8 texts, selected by path. Pure.

The portrait, the signatures and the place of birth are not read into the person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from devices.card_reader.card_profile import Ask
from devices.card_reader.national.reading import (
    Dates,
    Torn,
    data,
    details,
    filled,
    profile,
    text,
)
from devices.card_reader.number_check import (
    NumberKind,
    belgian_birth_date,
    compact_date,
    is_sound,
)
from kiosk.domain import Person, Sex

BELGIAN_ID = "be.national_id"

_SELECT_IDENTITY = bytes.fromhex("00A4080C063F00DF014031")
_SELECT_ADDRESS = bytes.fromhex("00A4080C063F00DF014033")
_PIECE_BYTES = 256
_LARGEST_FILE_BYTES = 2048
_WRONG_OFFSET = 0x6B

_CARD_NUMBER, _VALID_FROM, _VALID_UNTIL, _MUNICIPALITY = 0x01, 0x03, 0x04, 0x05
_NUMBER, _SURNAME, _FIRST_NAMES, _THIRD_INITIAL = 0x06, 0x07, 0x08, 0x09
_NATIONALITY, _BIRTH, _SEX = 0x0A, 0x0C, 0x0D
_STREET, _ZIP, _TOWN = 0x01, 0x02, 0x03

_SEXES = {
    **dict.fromkeys(("M",), Sex.MALE),
    **dict.fromkeys(("F", "V", "W"), Sex.FEMALE),  # femme, vrouw, weiblich
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "JAN",
            "FEB FEV FÉV",
            "MAAR MARS MÄR MAER MRZ",
            "APR AVR",
            "MEI MAI",
            "JUN JUIN",
            "JUL JUIL",
            "AUG AOUT AOÛT",
            "SEP SEPT",
            "OKT OCT",
            "NOV",
            "DEC DÉC DEZ",
        ),
        start=1,
    )
    for name in names.split()
}
"""The months as cards in Dutch, French and German have them."""

_Items = Mapping[int, bytes]


@dataclass(slots=True)
class _Place:
    """Where the number's item began in the file that was read last."""

    number_at: int = 0
    item_bytes: int = 13


_place = _Place()


def recognise(ask: Ask) -> bool:
    """Select the identity file and say whether the card has it."""
    return ask(_SELECT_IDENTITY).is_ok


def read(ask: Ask) -> Person:
    """Return whom the card describes; raises `Torn` or `Refused`."""
    raw = _file(ask)
    identity = _items(raw)
    number = _sound(identity)
    item = bytes([_NUMBER, len(identity[_NUMBER])]) + identity[_NUMBER]
    _place.number_at, _place.item_bytes = raw.index(item), len(item)
    data(ask(_SELECT_ADDRESS), "address")
    home = _items(_file(ask))
    surname, first, third = (_text(identity, it) for it in (_SURNAME, _FIRST_NAMES, _THIRD_INITIAL))
    dates = Dates()
    valid_until = dates.day("valid_until", _text(identity, _VALID_UNTIL), _day)
    valid_from = dates.day("valid_from", _text(identity, _VALID_FROM), _day)
    birth = dates.day("birth", _text(identity, _BIRTH), _birth_day)
    return Person(
        document_type=BELGIAN_ID,
        document_number=number,
        full_name=filled(" ".join(part for part in (first, third, surname) if part), "name"),
        sex=_SEXES.get(_text(identity, _SEX).upper(), Sex.UNKNOWN),
        birth_date=birth or belgian_birth_date(number),
        address=_address(home),
        issuer=_text(identity, _MUNICIPALITY),
        valid_from=valid_from if valid_until is not None else None,
        valid_until=valid_until,
        details=details(
            ("surname", surname),
            ("given_names", " ".join(part for part in (first, third) if part)),
            ("card_number", _text(identity, _CARD_NUMBER)),
            ("nationality", _text(identity, _NATIONALITY)),
            *dates.as_on_card,
        ),
    )


def _number(ask: Ask) -> str:
    """Return the number alone, from where it was on the card that was read last.

    The file is long and the line slow. On another card something else may stand there: then it is
    no number, which is an answer too.
    """
    data(ask(_SELECT_IDENTITY), "identity")
    at = _place.number_at
    item = data(ask(b"\x00\xb0" + at.to_bytes(2, "big") + bytes([_place.item_bytes])), "number")
    return _sound(_items(item))


PROFILE = profile(BELGIAN_ID, recognise, read, _number)


def _file(ask: Ask) -> bytes:
    """Return the selected file to its end, whose place only the chip knows."""
    whole = bytearray()
    while len(whole) < _LARGEST_FILE_BYTES:
        answer = ask(b"\x00\xb0" + len(whole).to_bytes(2, "big") + b"\x00")
        if whole and answer.status >> 8 == _WRONG_OFFSET:
            break
        piece = data(answer, "file")
        whole += piece
        if len(piece) < _PIECE_BYTES:
            break
    return bytes(whole)


def _items(raw: bytes) -> _Items:
    """Take tag, length and value apart; a length goes on for as long as its bytes are FF."""
    items: dict[int, bytes] = {}
    at = 0
    while at + 1 < len(raw):
        tag, at, length = raw[at], at + 1, 0
        while True:
            if at >= len(raw):
                raise Torn("length")
            length, at = length + raw[at], at + 1
            if raw[at - 1] != 0xFF:
                break
        if at + length > len(raw):
            raise Torn("item")
        # The file ends in zeros, which look like empty items of tag 0.
        items.setdefault(tag, raw[at : at + length])
        at += length
    return items


def _text(items: _Items, tag: int) -> str:
    return " ".join(text(items.get(tag, b""), "utf-8", f"item {tag:02X}").split())


def _sound(identity: _Items) -> str:
    number = _text(identity, _NUMBER)
    if not is_sound(NumberKind.BE_NATIONAL, number):
        raise Torn("number")
    return number


def _address(home: _Items) -> str:
    town = " ".join(part for part in (_text(home, _ZIP), _text(home, _TOWN)) if part)
    return ", ".join(part for part in (_text(home, _STREET), town) if part)


def _day(written: str) -> date | None:
    """Return a day as DD.MM.YYYY."""
    found = re.fullmatch(r"([0-9]{2})[. ]([0-9]{2})[. ]([0-9]{4})", written)
    return compact_date("".join(found.group(3, 2, 1))) if found else None


def _birth_day(written: str) -> date | None:
    """Return a day whose month is a word in the card's language: 02 MAI 1950, 02.MAI.1950."""
    found = re.fullmatch(r"([0-9]{1,2})[. ]+([^\W\d_]+)[. ]+([0-9]{4})", written)
    if found is None:
        return _day(written)
    month = _MONTHS.get(found.group(2).upper())
    return compact_date(f"{found.group(3)}{month:02}{int(found.group(1)):02}") if month else None
