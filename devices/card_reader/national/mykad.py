"""Malaysia's MyKad: the files of the registration department, in three steps per piece. Pure.

Race and religion stand behind what is read of their file and are never asked for; the files of
fingerprints and portrait are never opened.
"""

from __future__ import annotations

from devices.card_reader.card_profile import Ask
from devices.card_reader.national.reading import (
    Dates,
    Refused,
    Torn,
    data,
    details,
    filled,
    profile,
    text,
)
from devices.card_reader.number_check import NumberKind, compact_date, is_sound
from kiosk.domain import Person, Sex

MYKAD = "my.mykad"

_SELECT = bytes.fromhex("00A404000AA0000000744A504E0010")
_PERSON_FILE, _ADDRESS_FILE = 1, 4
_NUMBER_AT, _NUMBER_BYTES = 273, 13
_BEFORE_RACE = 346 - _NUMBER_AT
"""Number, sex, old number, birth, state, validity, nationality; race and religion follow."""
_SEXES = {"L": Sex.MALE, "P": Sex.FEMALE}  # lelaki, perempuan


def recognise(ask: Ask) -> bool:
    """Select the application and say whether the card has it."""
    return ask(_SELECT).is_ok


def read(ask: Ask) -> Person:
    """Return whom the card describes; raises `Torn` or `Refused`."""
    person = _piece(ask, _PERSON_FILE, _NUMBER_AT, _BEFORE_RACE)
    name = _piece(ask, _PERSON_FILE, 3, 40)
    address = _piece(ask, _ADDRESS_FILE, 3, 148)
    dates = Dates()
    birth = dates.day("birth", _bcd(person[22:26]), compact_date)
    return Person(
        document_type=MYKAD,
        document_number=_sound(person[:_NUMBER_BYTES]),
        full_name=filled(_text(name), "name"),
        sex=_SEXES.get(_text(person[13:14]), Sex.UNKNOWN),
        birth_date=birth,
        address=_address(address),
        details=details(
            ("place_of_birth", _text(person[26:51])),
            ("valid_date", _bcd(person[51:55])),
            ("nationality", _text(person[55:73])),
            *dates.as_on_card,
        ),
    )


def _number(ask: Ask) -> str:
    return _sound(_piece(ask, _PERSON_FILE, _NUMBER_AT, _NUMBER_BYTES))


PROFILE = profile(MYKAD, recognise, read, _number)


def _piece(ask: Ask, file: int, at: int, length: int) -> bytes:
    """Return a piece of a file: say how long it will be, say which, fetch it."""
    two = length.to_bytes(2, "little")
    _prepare(ask, bytes.fromhex("C832000005080000") + two)
    place = file.to_bytes(2, "little") + b"\x01\x00" + at.to_bytes(2, "little")
    _prepare(ask, bytes.fromhex("CC00000008") + place + two)
    fetched = data(ask(bytes.fromhex("CC060000") + bytes([length])), f"file {file}", length)
    return fetched[:length]


def _prepare(ask: Ask, command: bytes) -> None:
    """Send a step whose success is not always 9000; only what begins with 6 is a failure."""
    response = ask(command)
    if response.is_refusal:
        raise Refused("file")
    if response.status >> 12 == 6:
        raise Torn("file")


def _sound(raw: bytes) -> str:
    number = _text(raw)
    if not is_sound(NumberKind.MY_IDENTITY, number):
        raise Torn("number")
    return number


def _text(raw: bytes) -> str:
    # ASCII on every card that was described; a byte beyond it must not refuse a resident.
    return " ".join(text(raw, "windows-1252", "text").split())


def _bcd(raw: bytes) -> str:
    written = raw.hex()
    return "" if set(written) <= {"0"} or set(written) <= {"f"} else written


def _address(raw: bytes) -> str:
    """Return three lines, postcode (five digits of three BCD bytes), city and state as one."""
    postcode = raw[90:93].hex()[:5]
    parts = (
        _text(raw[0:30]),
        _text(raw[30:60]),
        _text(raw[60:90]),
        f"{postcode if postcode.isdigit() else ''} {_text(raw[93:118])}".strip(),
        _text(raw[118:148]),
    )
    return ", ".join(part.strip(" ,") for part in parts if part.strip(" ,"))
