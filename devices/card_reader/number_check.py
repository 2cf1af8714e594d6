"""Numbers of persons on cards, read or typed: which digits check which. Pure, and in one place.

What is judged is the form, the check digit and, where a number holds one, the day. An area, an
office or a place is never judged: they are renamed and dissolved, the number stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum

_CHECK_CHARACTERS = "10X98765432"
_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_DATE = re.compile(r"[0-9]{8}")
_NUMBER_OF_2017 = re.compile(r"[A-Z]{3}[0-9]{12}")
_THAI = re.compile(r"[0-9]{13}")
_TAIWANESE = re.compile(r"[A-Z]([A-D]|[0-9])[0-9]{8}")
_BELGIAN = re.compile(r"[0-9]{11}")
_ESTONIAN = re.compile(r"[1-8][0-9]{10}")
_MALAYSIAN = re.compile(r"[0-9]{12}")

_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
"""Taiwan's order: A is 10, B is 11, and so on; I and O came last."""


class NumberKind(StrEnum):
    """The schemes that are known."""

    CN_CITIZEN = "cn.citizen"
    """GB 11643-1999; permits of Hong Kong, Macao and Taiwan residents follow it too."""
    CN_FOREIGN_2023 = "cn.foreign.2023"
    """The same, with 9 at its beginning and the country in its middle."""
    CN_FOREIGN_2017 = "cn.foreign.2017"
    """Country, place, YYMMDD, and the check digit of machine-readable lines; from one source."""
    TH_CITIZEN = "th.citizen"
    TW_RESIDENT = "tw.resident"
    """Citizens, and foreigners of both forms (two letters, or 8 and 9 after the letter)."""
    BE_NATIONAL = "be.national"
    EE_PERSONAL = "ee.personal"
    MY_IDENTITY = "my.identity"
    """Has no check digit; its day is all that can be wrong."""


def is_sound(kind: NumberKind, number: str) -> bool:
    """Say whether a number has the form, the check digit and the day that its scheme asks for."""
    return _CHECKS[kind](number)


def check_character(digits: str) -> str:
    """Return the 18th character for the first 17 digits.

    GB 11643-1999, annex A: the weight of position i is 2^(17-i) mod 11.
    """
    weighted = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(digits))
    return _CHECK_CHARACTERS[weighted % 11]


def is_number_sound(number: str) -> bool:
    """Say whether a number has 18 characters, the right last one, and a birth date that exists."""
    if _NUMBER.fullmatch(number) is None or birth_date_in(number) is None:
        return False
    return check_character(number[:17]) == number[17]


def birth_date_in(number: str) -> date | None:
    """Return the birth date inside an 18-character number, or None when there is no such day."""
    return compact_date(number[6:14])


def compact_date(text: str, years_ahead: int = 0) -> date | None:
    """Return the day written as YYYYMMDD, or None when it is not one.

    `years_ahead` is by how many years its calendar is ahead of ours: 543 for the Buddhist one.
    """
    if _DATE.fullmatch(text) is None:
        return None
    try:
        return date(int(text[:4]) - years_ahead, int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def belgian_birth_date(number: str) -> date | None:
    """Return the day in a sound national number, or None where it is not known.

    The check digits say the century; 20 or 40 is added to the month for people who live abroad.
    """
    century = _belgian_century(number) if _BELGIAN.fullmatch(number) else None
    if century is None:
        return None
    month = int(number[2:4]) % 20
    return compact_date(f"{century}{number[:2]}{month:02}{number[4:6]}")


def estonian_birth_date(code: str) -> date | None:
    """Return the day in a personal code, or None when there is no such day."""
    if _ESTONIAN.fullmatch(code) is None:
        return None
    century = 18 + (int(code[0]) - 1) // 2
    return compact_date(f"{century}{code[1:7]}")


def _is_of_foreigner(number: str) -> bool:
    return number.startswith("9") and is_number_sound(number)


def _is_of_2017(number: str) -> bool:
    if _NUMBER_OF_2017.fullmatch(number) is None or not _has_day(number[7:13]):
        return False
    # ICAO 9303-3, 4.9: weights 7 3 1, a letter is 10 and up.
    values = [int(character, 36) for character in number[:14]]
    return sum(value * (7, 3, 1)[i % 3] for i, value in enumerate(values)) % 10 == int(number[14])


def _is_thai(number: str) -> bool:
    if _THAI.fullmatch(number) is None:
        return False
    weighted = _weighted(number, range(13, 1, -1))
    return (11 - weighted % 11) % 10 == int(number[12])


def _is_taiwanese(number: str) -> bool:
    if _TAIWANESE.fullmatch(number) is None:
        return False
    first = _LETTERS.index(number[0]) + 10
    second = number[1] if number[1].isdigit() else str((_LETTERS.index(number[1]) + 10) % 10)
    digits = f"{first}{second}{number[2:]}"
    return _weighted(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)) % 10 == 0


def _is_belgian(number: str) -> bool:
    return _BELGIAN.fullmatch(number) is not None and _belgian_century(number) is not None


def _belgian_century(number: str) -> str | None:
    """Return the first two digits of the year that the check digits fit; a 2 in front from 2000."""
    counted, check = int(number[:9]), int(number[9:])
    for century, added in (("19", 0), ("20", 2_000_000_000)):
        if 97 - (counted + added) % 97 == check:
            return century
    return None


def _is_estonian(code: str) -> bool:
    if estonian_birth_date(code) is None:
        return False
    check = _weighted(code, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if check == 10:
        check = _weighted(code, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return check == int(code[10])


def _is_malaysian(number: str) -> bool:
    return _MALAYSIAN.fullmatch(number) is not None and _has_day(number[:6])


def _has_day(short: str) -> bool:
    """Say whether YYMMDD is a day in this century or the last one."""
    return any(compact_date(century + short) for century in ("19", "20"))


def _weighted(digits: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


_CHECKS: Mapping[NumberKind, Callable[[str], bool]] = {
    NumberKind.CN_CITIZEN: is_number_sound,
    NumberKind.CN_FOREIGN_2023: _is_of_foreigner,
    NumberKind.CN_FOREIGN_2017: _is_of_2017,
    NumberKind.TH_CITIZEN: _is_thai,
    NumberKind.TW_RESIDENT: _is_taiwanese,
    NumberKind.BE_NATIONAL: _is_belgian,
    NumberKind.EE_PERSONAL: _is_estonian,
    NumberKind.MY_IDENTITY: _is_malaysian,
}
