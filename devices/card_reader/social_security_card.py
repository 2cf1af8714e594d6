"""The public files of the Chinese social security card (社会保障卡), contact T=0. Pure.

Item tags decide, not record numbers: generation 2 inserted the name extension 4E, and everything
after it moved. Generations 1 and 2 give these files away in many cities; generation 3 wants an
official module first, which is answered with REFUSED.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum

from devices.card_reader.apdu import Response
from devices.card_reader.card_profile import Ask, CardProfile
from devices.card_reader.code_tables import nation_name
from devices.card_reader.number_check import birth_date_in, compact_date, is_number_sound
from kiosk.domain import Person, Sex
from kiosk.ports.card_reader import Unreadable, UnreadableReason

SOCIAL_SECURITY = "cn.social_security"

_SELECT_APPLICATION = bytes.fromhex("00A404000F") + b"sx1.sh." + "社会保障".encode("gb18030")
_RECORD_NOT_FOUND = 0x6A83
_WRONG_LENGTH = 0x6700
_APPLICATION_BLOCKED = 0x6283  # a card reported lost: it is there, and gives nothing away
_MOST_RECORDS = 16

_CARD_FILE = 0x05
_PERSON_FILE = 0x06

_CARD_ID, _VERSION, _ISSUED, _VALID_UNTIL, _CARD_NUMBER = 0x01, 0x03, 0x05, 0x06, 0x07
_NUMBER, _NAME, _NAME_REST, _SEX, _NATION, _BIRTH = 0x08, 0x09, 0x4E, 0x0A, 0x0B, 0x0D

_CARD_TAGS = (_CARD_ID, _VERSION, _ISSUED, _VALID_UNTIL, _CARD_NUMBER)
_PERSON_TAGS = (
    _NUMBER,
    _NAME,
    _NAME_REST,
    _SEX,
    _NATION,
    _BIRTH,
)  # the place of birth is not needed

# Record lengths of generation 2, tag and length included. A right guess spares one of two commands
# per record, about half of what the resident waits; a wrong one costs nothing, the chip says 6Cxx.
_USUAL_LENGTHS = {
    _CARD_FILE: (18, 3, 6, 14, 6, 6, 11),
    _PERSON_FILE: (20, 32, 22, 3, 3, 5, 6),
}

_PADDING = b"\x00\xff "
_SEXES = {"1": Sex.MALE, "2": Sex.FEMALE, "9": Sex.NOT_STATED}  # GB/T 2261.1
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_FOREIGN_NUMBER = re.compile(r"[A-Z]{3}[0-9A-Z]{15}")

_Items = Mapping[int, bytes]


class Generation(StrEnum):
    """Which specification a card follows, by the first character of its version item."""

    FIRST = "1"
    SECOND = "2"
    THIRD = "3"
    UNKNOWN = "?"


class _Refused(Exception):
    """The card wants a key or a PIN for this file."""


class _Torn(Exception):
    """What the card says does not fit together."""


def recognise(ask: Ask) -> bool:
    """Select the social security application (SSSE) and say whether the card has it."""
    answer = ask(_SELECT_APPLICATION)
    return answer.is_ok or answer.status == _APPLICATION_BLOCKED


def read(ask: Ask) -> Person | Unreadable:
    """Return whom the card describes, or why it can't be read."""
    generation = Generation.UNKNOWN
    try:
        try:
            card = _read_file(ask, _CARD_FILE, _CARD_TAGS)
        except _Refused:
            card = {}
        generation = _generation(card.get(_VERSION))
        return _person(card, _read_file(ask, _PERSON_FILE, _PERSON_TAGS), generation)
    except _Refused:
        return Unreadable(UnreadableReason.REFUSED)
    except _Torn:
        # A third-generation card without its module may deny that the file is there at all.
        is_locked = generation is Generation.THIRD
        return Unreadable(UnreadableReason.REFUSED if is_locked else UnreadableReason.DAMAGED)


def number_again(ask: Ask) -> str | None:
    """Return the number that the selected application says now, or None."""
    try:
        return _text(_read_file(ask, _PERSON_FILE, (_NUMBER,)).get(_NUMBER, b"")) or None
    except (_Refused, _Torn):
        return None


PROFILE = CardProfile(SOCIAL_SECURITY, recognise, read, number_again)


def _read_file(ask: Ask, file: int, tags: tuple[int, ...]) -> _Items:
    """Return the wanted items of a file: by record number and short file id, else by tag."""
    items = _collect(_by_record(ask, file), tags)
    return items or _collect(_by_tag(ask, file, tags), tags)


def _by_record(ask: Ask, file: int) -> Iterator[Response]:
    lengths = _USUAL_LENGTHS[file]
    for number in range(1, _MOST_RECORDS + 1):
        head = bytes([0x00, 0xB2, number, file << 3 | 4])
        guess = lengths[number - 1] if number <= len(lengths) else 0
        response = ask(head + bytes([guess]))
        if guess and (response.status == _WRONG_LENGTH or _is_cut(response)):
            # Chips that neither correct the length nor give more than asked for.
            response = ask(head + b"\x00")
        yield response


def _by_tag(ask: Ask, file: int, tags: tuple[int, ...]) -> Iterator[Response]:
    if not ask(bytes.fromhex("00A4020002EF") + bytes([file])).is_ok:
        return
    for tag in tags:
        response = ask(bytes([0x00, 0xB2, tag, 0x00, 0x00]))
        if response.status != _RECORD_NOT_FOUND:  # a card without this item may have the next
            yield response


def _collect(records: Iterable[Response], tags: tuple[int, ...]) -> _Items:
    """Take records until the wanted items are there or the file ends.

    Raises:
        _Refused: the card wants a key.
        _Torn: a record's length does not fit.
    """
    items: dict[int, bytes] = {}
    for record in records:
        if record.is_refusal:
            raise _Refused
        if not record.is_ok:
            break
        if _is_cut(record):
            raise _Torn
        tag, length = record.data[0], record.data[1]
        if tag in tags:
            items[tag] = record.data[2 : 2 + length]
        if len(items) == len(tags):
            break
    return items


def _is_cut(record: Response) -> bool:
    """Say whether a record that was read is shorter than it says itself."""
    return record.is_ok and (len(record.data) < 2 or len(record.data) < 2 + record.data[1])


def _person(card: _Items, person: _Items, generation: Generation) -> Person:
    number = _text(person.get(_NUMBER, b""))
    # Numbers of foreigners begin with their country and have no check character that is known here.
    if not (is_number_sound(number) or _FOREIGN_NUMBER.fullmatch(number)):
        raise _Torn
    name = _name(person)
    if not name:
        raise _Torn
    born = _day(person.get(_BIRTH, b""))
    issued = _day(card.get(_ISSUED, b""))
    valid_until = _day(card.get(_VALID_UNTIL, b""))
    nation = _nation_code(person.get(_NATION, b""))
    details = {
        "generation": generation.value,
        "card_number": _text(card.get(_CARD_NUMBER, b"")),
        "issued_on": "" if issued is None else issued.isoformat(),
        "city_code": card.get(_CARD_ID, b"")[:3].hex(),
        "nation_code": nation,
        "nation": nation_name(nation) or "",
    }
    return Person(
        document_type=SOCIAL_SECURITY,
        document_number=number,
        full_name=name,
        sex=_SEXES.get(_text(person.get(_SEX, b"")), Sex.UNKNOWN),
        birth_date=born or birth_date_in(number),
        # A first day without a last one means "for life", which no item of this card says.
        valid_from=issued if valid_until is not None else None,
        valid_until=valid_until,
        details=tuple((key, value) for key, value in details.items() if value),
    )


def _name(person: _Items) -> str:
    """Return the name with its extension; one character may stand on both sides of the seam."""
    raw = person.get(_NAME, b"").rstrip(_PADDING) + person.get(_NAME_REST, b"").rstrip(_PADDING)
    try:
        name = raw.decode("gb18030").strip()
    except UnicodeDecodeError as error:
        raise _Torn from error
    if _CONTROL.search(name):
        raise _Torn
    return name


def _text(value: bytes) -> str:
    try:
        text = value.strip(_PADDING).decode("ascii")
    except UnicodeDecodeError as error:
        raise _Torn from error
    if _CONTROL.search(text):
        raise _Torn
    return text


def _day(value: bytes) -> date | None:
    """Return the day in BCD, or None for a missing, padded or open one."""
    return compact_date(value.hex())


def _nation_code(value: bytes) -> str:
    """Return the code of the nation: one BCD byte on some cards, two characters on others."""
    return _text(value) if len(value) == 2 else value.hex()


def _generation(version: bytes | None) -> Generation:
    if not version:
        return Generation.UNKNOWN
    match version[:1]:
        case b"1":
            return Generation.FIRST
        case b"2" | b"\x00":
            return Generation.SECOND
        case b"3":
            return Generation.THIRD
        case _:
            return Generation.UNKNOWN
