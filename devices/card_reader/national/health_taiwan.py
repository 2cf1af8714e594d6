"""Taiwan's health card: one record that anybody may read, Big5, years of the Republic. Pure."""

from __future__ import annotations

import re
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
from devices.card_reader.number_check import NumberKind, compact_date, is_sound
from kiosk.domain import Person, Sex

HEALTH_CARD = "tw.health_card"

_SELECT = bytes.fromhex("00A4040010D1580000010000000000000000001100")
_READ = bytes.fromhex("00CA1100020000")
_RECORD_BYTES = 57
_ROC_BEGAN = 1911
_ADDED_ROWS = (
    (0xFA, 0xFE, 0xE000),
    (0x8E, 0xA0, 0xE311),
    (0x81, 0x8D, 0xEEB8),
    (0xC6, 0xC8, 0xF6B1 - 63),  # the first of these rows begins in its middle, at C6A1
)
"""First and last lead byte, and the private character that the first place of them would be."""
_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE}


def recognise(ask: Ask) -> bool:
    """Select the application and say whether the card has it."""
    return ask(_SELECT).is_ok


def read(ask: Ask) -> Person:
    """Return whom the card describes; raises `Torn` or `Refused`."""
    record = _record(ask)
    dates = Dates()
    birth = dates.day("birth", _ascii(record[42:49]), _day)
    issued = dates.day("issued_on", _ascii(record[50:57]), _day)
    return Person(
        document_type=HEALTH_CARD,
        document_number=_sound(record),
        full_name=filled(_name(record[12:32]), "name"),
        sex=_SEXES.get(_ascii(record[49:50]), Sex.UNKNOWN),
        birth_date=birth,
        details=details(
            ("card_number", _ascii(record[:12])),
            ("issued_on", issued.isoformat() if issued else ""),
            *dates.as_on_card,
        ),
    )


def _number(ask: Ask) -> str:
    return _sound(_record(ask))


PROFILE = profile(HEALTH_CARD, recognise, read, _number, in_one_answer=True)


def _record(ask: Ask) -> bytes:
    return data(ask(_READ), "record", _RECORD_BYTES)


def _name(raw: bytes) -> str:
    """Return a name in Big5; characters that somebody added to it become private ones.

    They are numbered as Windows' code page 950 numbers them, so that none is lost.
    """
    name = ""
    at = 0
    while at < len(raw):
        size = 1 if raw[at] < 0x80 else 2
        piece = raw[at : at + size]
        at += size
        try:
            name += piece.decode("cp950")
        except UnicodeDecodeError as error:
            added = _added(piece)
            if added is None:
                raise Torn("name") from error
            name += added
    return text(name.encode(), "utf-8", "name")


def _added(piece: bytes) -> str | None:
    if len(piece) < 2 or not (0x40 <= piece[1] <= 0x7E or 0xA1 <= piece[1] <= 0xFE):
        return None
    place = piece[1] - (0x40 if piece[1] < 0x7F else 0x62)
    for first, last, begin in _ADDED_ROWS:
        if first <= piece[0] <= last:
            return chr(begin + (piece[0] - first) * 157 + place)
    return None


def _ascii(raw: bytes) -> str:
    return text(raw, "ascii", "text")


def _sound(record: bytes) -> str:
    number = _ascii(record[32:42])
    if not is_sound(NumberKind.TW_RESIDENT, number):
        raise Torn("number")
    return number


def _day(written: str) -> date | None:
    """Return a day as yyyMMdd, counted from the first year of the Republic."""
    if re.fullmatch(r"[0-9]{7}", written) is None:
        return None
    return compact_date(f"{int(written[:3]) + _ROC_BEGAN}{written[3:]}")
