"""The Thai national identity card: one flat file, TIS-620, years of the Buddhist era. Pure.

Three pieces hold all that is wanted. The portrait and the religion, which older cards print, are
not read.
"""

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

THAI_ID = "th.national_id"

FOR_LIFE = "99999999"
"""What stands in place of the last day of validity on a card without one."""

_SELECT = bytes.fromhex("00A4040008A000000054480001")
_YEARS_AHEAD = 543
_NUMBER_AT, _NUMBER_BYTES = 4, 13
_PERSON_AT, _PERSON_BYTES = 4, 222
_ISSUE_AT, _ISSUE_BYTES = 246, 129
_ADDRESS_AT, _ADDRESS_BYTES = 5497, 160
_SEXES = {"1": Sex.MALE, "2": Sex.FEMALE}


def recognise(ask: Ask) -> bool:
    """Select the application and say whether the card has it."""
    return ask(_SELECT).is_ok


def read(ask: Ask) -> Person:
    """Return whom the card describes; raises `Torn` or `Refused`."""
    person = _piece(ask, _PERSON_AT, _PERSON_BYTES)
    issue = _piece(ask, _ISSUE_AT, _ISSUE_BYTES)
    address = _piece(ask, _ADDRESS_AT, _ADDRESS_BYTES)
    title, name = _name(person[13:113])
    _, latin_name = _name(person[113:213])
    dates = Dates()
    expiry = _text(issue[121:129])
    issued = dates.day("valid_from", _text(issue[113:121]), _day)
    expires = None if expiry == FOR_LIFE else dates.day("valid_until", expiry, _day)
    knows_end = expires is not None or expiry == FOR_LIFE
    return Person(
        document_type=THAI_ID,
        document_number=_sound(person[:_NUMBER_BYTES]),
        full_name=filled(name or latin_name, "name"),
        sex=_SEXES.get(_text(person[221:222]), Sex.UNKNOWN),
        birth_date=dates.day("birth", _text(person[213:221]), _day),
        address=" ".join(part for part in _parts(address) if part),
        issuer=_text(issue[:100]),
        valid_from=issued if knows_end else None,
        valid_until=expires,
        details=details(("title", title), ("latin_name", latin_name), *dates.as_on_card),
    )


def _number(ask: Ask) -> str:
    return _sound(_piece(ask, _NUMBER_AT, _NUMBER_BYTES))


PROFILE = profile(THAI_ID, recognise, read, _number)


def _piece(ask: Ask, at: int, length: int) -> bytes:
    command = b"\x80\xb0" + at.to_bytes(2, "big") + bytes([2, 0, length])
    return data(ask(command), f"piece at {at}", length)[:length]


def _text(raw: bytes) -> str:
    return text(raw, "tis-620", "text")


def _parts(raw: bytes) -> list[str]:
    return [part.strip() for part in _text(raw).split("#")]


def _name(raw: bytes) -> tuple[str, str]:
    """Return title and name: title, first, middle and last stand between number signs."""
    title, *names = _parts(raw)
    return title, " ".join(part for part in names if part)


def _sound(raw: bytes) -> str:
    number = _text(raw)
    if not is_sound(NumberKind.TH_CITIZEN, number):
        raise Torn("number")
    return number


def _day(written: str) -> date | None:
    """Return a day of the Buddhist era; cards of people whose day nobody knew have zeros in it."""
    return compact_date(written, _YEARS_AHEAD) if re.fullmatch(r"[0-9]{8}", written) else None
