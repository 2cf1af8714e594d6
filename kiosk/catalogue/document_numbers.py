"""The number on a region's identity card, as it is typed where the chip can't be read.

What such a number looks like is data: `assets/numbers/<region>.toml`. A region without that file
has no typed number, and its residents are led to a person instead.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from kiosk.domain import Person, Sex
from kiosk.errors import CatalogueError

_ADVICE = "Correct the file; `docs/reference/identity.md` shows its form."
_LONGEST = 40
_DATE_LENGTH = 8
_FIELDS = {"document_type", "length", "letter", "birth_date", "sex", "source", "check"}

_T = TypeVar("_T")


class NumberProblem(StrEnum):
    """Why a number can't be right as it stands."""

    LENGTH = "length"
    DATE = "date"
    """The birth date in it is no day of the calendar, or has not come yet."""
    CHECK = "check"
    """Its last character does not follow from the others."""


@dataclass(frozen=True, slots=True)
class CheckRule:
    """The last character is `characters[sum(weight * digit) mod modulus]`."""

    modulus: int
    weights: tuple[int, ...]
    characters: str


@dataclass(frozen=True, slots=True)
class NumberRule:
    """What the number looks like; places count from 1, 0 means that it tells no such thing."""

    document_type: str
    length: int
    letter: str = ""
    """A letter that may stand at its end, "" for digits alone."""
    birth_date: int = 0
    """Where YYYYMMDD begins."""
    sex: int = 0
    """The digit that is odd for men and even for women."""
    check: CheckRule | None = None

    def problem(self, number: str, today: date) -> NumberProblem | None:
        """Return what can't be right about a number, None for nothing. Areas are never judged."""
        last = f"[0-9{self.letter}]"
        if re.fullmatch(f"[0-9]{{{self.length - 1}}}{last}", number) is None:
            return NumberProblem.LENGTH
        born = self.born(number)
        if self.birth_date and (born is None or born > today):
            return NumberProblem.DATE
        return None if self._is_checked(number) else NumberProblem.CHECK

    def born(self, number: str) -> date | None:
        """Return the birth date in a number, None when there is no such day in it."""
        text = number[self.birth_date - 1 :][:_DATE_LENGTH] if self.birth_date else ""
        try:
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            return None

    def person(self, number: str) -> Person:
        """Return what a number alone tells of its owner; the name it does not tell."""
        sex = Sex.UNKNOWN
        if self.sex:
            sex = Sex.MALE if int(number[self.sex - 1]) % 2 else Sex.FEMALE
        return Person(self.document_type, number, "", sex=sex, birth_date=self.born(number))

    def _is_checked(self, number: str) -> bool:
        rule = self.check
        if rule is None:
            return True
        total = sum(
            int(sign) * weight for sign, weight in zip(number[:-1], rule.weights, strict=True)
        )
        return rule.characters[total % rule.modulus] == number[-1]


def load_number_rule(file: Path) -> NumberRule | None:
    """Load a region's rule; None where the region has none.

    Raises:
        CatalogueError: The file can't be read, or says something that can't be.
    """
    try:
        table: dict[str, object] = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{file.name} can't be read: {error}.", _ADVICE) from error
    try:
        return _rule(table)
    except (KeyError, TypeError, ValueError) as error:
        raise CatalogueError(f"The number rule {file.name}: {error}.", _ADVICE) from error


def _rule(table: dict[str, object]) -> NumberRule:
    if unknown := set(table) - _FIELDS:
        raise ValueError(f"there is no option {min(unknown)!r} here")
    length = _told(table, "length", int)
    letter = _told(table, "letter", str) if "letter" in table else ""
    birth_date = _told(table, "birth_date", int) if "birth_date" in table else 0
    sex = _told(table, "sex", int) if "sex" in table else 0
    if not 4 <= length <= _LONGEST or re.fullmatch("[A-Z]?", letter) is None:
        raise ValueError(f"length is 4 to {_LONGEST}, letter one capital")
    # Within the digits: the last character may be the letter.
    if not 0 <= birth_date <= length - _DATE_LENGTH or not 0 <= sex < length:
        raise ValueError("birth_date and sex lie within the digits")
    check = _check(_told(table, "check", dict), length) if "check" in table else None
    return NumberRule(_told(table, "document_type", str), length, letter, birth_date, sex, check)


def _check(table: dict[str, object], length: int) -> CheckRule:
    modulus = _told(table, "modulus", int)
    weights = tuple(weight for weight in _told(table, "weights", list) if type(weight) is int)
    characters = _told(table, "characters", str)
    if len(weights) != length - 1 or len(characters) != modulus or modulus < 1:
        raise ValueError("a weight for each digit, and a character for each remainder")
    return CheckRule(modulus, weights, characters)


def _told(table: dict[str, object], name: str, kind: type[_T]) -> _T:
    value = table[name]
    if type(value) is not kind:
        raise ValueError(f"{name} can't be {value!r}")
    return value
