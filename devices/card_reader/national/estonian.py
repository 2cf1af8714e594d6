"""Estonian identity cards: those of 2018 with a file per item, older ones with records. Pure.

What both have is the same, only where it is differs; notes and the kind of permit are not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from devices.card_reader.card_profile import Ask, CardProfile
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
    compact_date,
    estonian_birth_date,
    is_sound,
)
from kiosk.domain import Person, Sex

ESTONIAN_ID = "ee.id_card"

_SEXES = {"M": Sex.MALE, "N": Sex.FEMALE, "F": Sex.FEMALE}  # mees, naine
_CODE_DIGITS = 11
"""The one item whose length is known: the chip need not be asked for it. 0 asks for the others."""

_DAY = re.compile(r"([0-9]{2})[. ]([0-9]{2})[. ]([0-9]{4})(?:[ .]+(.*))?")


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where one generation of the card keeps its items, by number; -1 for one it lacks."""

    select: tuple[bytes, ...]
    item: Callable[[Ask, int, int], bytes]
    encoding: str
    number: int
    surname: int
    first_names: tuple[int, ...]
    sex: int
    citizenship: int
    birth: int
    document_number: int
    valid_until: int
    issued: int

    def recognise(self, ask: Ask) -> bool:
        """Select the folder of the personal data and say whether the card has it."""
        return all(ask(command).is_ok for command in self.select)

    def read(self, ask: Ask) -> Person:
        """Return whom the card describes; raises `Torn` or `Refused`."""
        number = self.number_of(ask)

        def say(item: int) -> str:
            return " ".join(text(self.item(ask, item, 0), self.encoding, f"item {item}").split())

        surname = say(self.surname)
        first = " ".join(name for name in map(say, self.first_names) if name)
        sex = _SEXES.get(say(self.sex).upper(), Sex.UNKNOWN)
        dates = Dates()
        birth = dates.day("birth", _head(say(self.birth)), _day)
        valid_until = dates.day("valid_until", say(self.valid_until), _day)
        issued = say(self.issued)
        valid_from = dates.day("valid_from", _head(issued), _day)
        return Person(
            document_type=ESTONIAN_ID,
            document_number=number,
            full_name=filled(" ".join(part for part in (first, surname) if part), "name"),
            sex=sex,
            birth_date=birth or estonian_birth_date(number),
            issuer=_tail(issued),
            valid_from=valid_from if valid_until is not None else None,
            valid_until=valid_until,
            details=details(
                ("surname", surname),
                ("given_names", first),
                ("card_number", say(self.document_number)),
                ("nationality", say(self.citizenship)),
                *dates.as_on_card,
            ),
        )

    def number_of(self, ask: Ask) -> str:
        """Return the personal code; raises `Torn` or `Refused`."""
        number = text(self.item(ask, self.number, _CODE_DIGITS), self.encoding, "number")
        if not is_sound(NumberKind.EE_PERSONAL, number):
            raise Torn("number")
        return number

    def profile(self) -> CardProfile:
        """Return the profile of this generation."""
        return profile(ESTONIAN_ID, self.recognise, self.read, self.number_of)


def _file(ask: Ask, number: int, length: int) -> bytes:
    data(ask(bytes.fromhex("00A4020C0250") + bytes([number])), "file")
    return data(ask(bytes.fromhex("00B00000") + bytes([length])), "file")


def _record(ask: Ask, number: int, length: int) -> bytes:
    return data(ask(b"\x00\xb2" + bytes([number]) + b"\x04" + bytes([length])), "record")


def _head(written: str) -> str:
    """Return the day at the beginning of an item that goes on with a place or an office."""
    found = _DAY.fullmatch(written)
    return ".".join(found.group(1, 2, 3)) if found else written


def _tail(written: str) -> str:
    found = _DAY.fullmatch(written)
    return (found.group(4) or "") if found else ""


def _day(written: str) -> date | None:
    """Return a day as DD.MM.YYYY."""
    found = _DAY.fullmatch(written)
    return compact_date("".join(found.group(3, 2, 1))) if found else None


PROFILE_2018 = _Layout(
    select=(
        bytes.fromhex("00A4040010A000000077010800070000FE00000100"),
        bytes.fromhex("00A4000C"),
        bytes.fromhex("00A4010C025000"),
    ),
    item=_file,
    encoding="utf-8",
    number=6,
    surname=1,
    first_names=(2,),
    sex=3,
    citizenship=4,
    birth=5,
    document_number=7,
    valid_until=8,
    issued=9,
).profile()

PROFILE_OLDER = _Layout(
    select=(
        bytes.fromhex("00A4000C"),
        bytes.fromhex("00A4010C02EEEE"),
        bytes.fromhex("00A4020C025044"),
    ),
    item=_record,
    encoding="windows-1252",
    number=7,
    surname=1,
    first_names=(2, 3),
    sex=4,
    citizenship=5,
    birth=6,
    document_number=8,
    valid_until=9,
    issued=11,
).profile()
