"""What is known so far of a travel document that is to be read: a value of the session. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.domain import LinesFrom, Person
from kiosk.ports.card_reader import AccessNumber, DocumentKey, PrintedFields
from kiosk.ports.line_reader import LinesUnseen
from kiosk.printed_lines import birth_date, expiry_date, repaired

DOCUMENT_TYPE = "icao.travel_document"
"""The kind of a document whose chip was not read: its lines prove no more."""
SHORTEST_NUMBER, LONGEST_NUMBER = 5, 20
SHORTEST_ACCESS, LONGEST_ACCESS = 6, 10
_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


class DocumentWay(StrEnum):
    """How the machine gets to know what opens the chip."""

    CAMERA = "camera"
    """The page with the lines is held before the camera."""
    TYPED = "typed"
    ACCESS = "access"
    """The short number that some documents have printed on them for this."""


class DocumentPart(StrEnum):
    """What is asked for, one screen each, in this order; the access number by itself."""

    NUMBER = "number"
    DIGIT = "digit"
    """The check digit behind the number, in the lines."""
    BIRTH = "birth"
    EXPIRY = "expiry"
    ACCESS = "access"


_TYPED = (DocumentPart.NUMBER, DocumentPart.DIGIT, DocumentPart.BIRTH, DocumentPart.EXPIRY)


@dataclass(frozen=True, slots=True)
class DocumentWays:
    """What this machine can do for a resident with a travel document."""

    reads_chip: bool
    reads_lines: bool
    """Whether there is a camera, and what reads its pictures."""


@dataclass(frozen=True, slots=True)
class DocumentTry:
    """See the module; dates in ISO 8601, "" for what was not said yet."""

    part: DocumentPart = DocumentPart.NUMBER
    number: str = field(default="", repr=False)
    digit: str = field(default="", repr=False)
    birth: str = field(default="", repr=False)
    expiry: str = field(default="", repr=False)
    access_number: str = field(default="", repr=False)
    lines_from: LinesFrom = LinesFrom.TYPED
    problem: str = ""
    """What does not fit about what was typed, a message id below `document`; "" for nothing."""
    tried: str = field(default="", repr=False)
    """Number and check digit that did not fit; typed once more alike, they are taken."""
    is_doubtful: bool = False
    """The number does not fit its check digit; typed twice alike it was taken."""
    unseen: LinesUnseen | None = None
    """Why the last picture told nothing."""
    key: DocumentKey | None = field(default=None, repr=False)
    """What opens the chip; None while it is not known, and once it was found to be wrong."""
    is_key_wrong: bool = False

    def value(self, part: DocumentPart) -> str:
        """Return what was said to a question."""
        return {
            DocumentPart.NUMBER: self.number,
            DocumentPart.DIGIT: self.digit,
            DocumentPart.BIRTH: self.birth,
            DocumentPart.EXPIRY: self.expiry,
            DocumentPart.ACCESS: self.access_number,
        }[part]

    @property
    def person(self) -> Person | None:
        """Return whom the lines describe, without a name; None while they are not all known.

        The lines' names have no check digit, and a name copied wrongly is worse than none.
        """
        if not (self.number and self.birth and self.expiry):
            return None
        return Person(
            DOCUMENT_TYPE,
            self.number,
            "",
            birth_date=date.fromisoformat(self.birth),
            valid_until=date.fromisoformat(self.expiry),
        )

    @property
    def fields(self) -> PrintedFields:
        """Return what opens the chip, of what was typed or seen."""
        return PrintedFields(self.number, _short(self.birth), _short(self.expiry))


def part_before(part: DocumentPart) -> DocumentPart | None:
    """Return the question before this one, None for the first."""
    at = _TYPED.index(part) if part in _TYPED else 0
    return _TYPED[at - 1] if at else None


def cleaned(part: DocumentPart, text: str) -> str:
    """Return what was typed without anything that no such field can hold, capital letters alone.

    A scanner or a keyboard types what it likes: spaces, dashes, small letters.
    """
    if part in {DocumentPart.BIRTH, DocumentPart.EXPIRY}:
        return text
    return "".join(it for it in text.upper() if it in _SIGNS)


def problem_of(part: DocumentPart, text: str, today: date) -> str:
    """Return what can't be right about something that was typed, "" for nothing."""
    match part:
        case DocumentPart.NUMBER:
            return "" if SHORTEST_NUMBER <= len(text) <= LONGEST_NUMBER else "number_length"
        case DocumentPart.DIGIT:
            return "" if len(text) == 1 else "digit_length"
        case DocumentPart.ACCESS:
            return "" if SHORTEST_ACCESS <= len(text) <= LONGEST_ACCESS else "access_length"
        case DocumentPart.BIRTH | DocumentPart.EXPIRY:
            return _date_problem(part, text, today)


def checked(number: str, digit: str) -> str | None:
    """Return the number as its check digit says it is to be read; None where that is not clear."""
    return repaired(number, digit)


def seen(fields: PrintedFields, today: date) -> DocumentTry | None:
    """Return what a camera saw, None where a date of it is not wholly known."""
    born, until = birth_date(fields.birth_date, today), expiry_date(fields.expiry_date, today)
    if born is None or until is None:
        return None
    return DocumentTry(
        number=fields.document_number,
        birth=born.isoformat(),
        expiry=until.isoformat(),
        lines_from=LinesFrom.CAMERA,
        key=fields,
    )


def access_key(digits: str) -> DocumentKey:
    """Return the key of an access number."""
    return AccessNumber(digits)


def _date_problem(part: DocumentPart, text: str, today: date) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "date"
    if part is DocumentPart.BIRTH:
        # Two digits of the year open the chip: whoever is older is the one of a century later.
        return "birth_to_come" if day > today else "" if day.year > today.year - 130 else "date"
    return "" if -50 <= day.year - today.year < 50 else "date"


def _short(iso: str) -> str:
    return iso[2:4] + iso[5:7] + iso[8:10]
