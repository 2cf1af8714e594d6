"""The check character of Chinese citizen numbers: GB 11643-1999, by ISO 7064 MOD 11-2."""

from __future__ import annotations

import re
from datetime import date

_CHECK_CHARACTERS = "10X98765432"
_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_DATE = re.compile(r"[0-9]{8}")


def check_character(digits: str) -> str:
    """Return the 18th character for the first 17 digits.

    GB 11643-1999, annex A: the weight of position i is 2^(17-i) mod 11.
    """
    weighted = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(digits))
    return _CHECK_CHARACTERS[weighted % 11]


def is_number_sound(number: str) -> bool:
    """Say whether a number has 18 characters, the right last one, and a birth date that exists.

    The area code is never judged: areas are renamed and dissolved, the number stays.
    """
    if _NUMBER.fullmatch(number) is None or birth_date_in(number) is None:
        return False
    return check_character(number[:17]) == number[17]


def birth_date_in(number: str) -> date | None:
    """Return the birth date inside an 18-character number, or None when there is no such day."""
    return compact_date(number[6:14])


def compact_date(text: str) -> date | None:
    """Return the day written as YYYYMMDD, or None when it is not one."""
    if _DATE.fullmatch(text) is None:
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
