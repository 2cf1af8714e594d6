"""Names as machine-readable lines write them, and the two-digit years of their dates. Pure."""

from __future__ import annotations

import unicodedata
from datetime import date

# Doc 9303-3, section 6, table A, where more than the letter without its mark is to be written; of
# the alternatives the first, which most states use.
_WRITTEN = {
    "Ä": "AE", "Å": "AA", "Æ": "AE", "Ð": "D", "Đ": "D", "Ħ": "H", "ı": "I", "Ĳ": "IJ",
    "ĸ": "Q", "Ł": "L", "Ŋ": "N", "Ö": "OE", "Ø": "OE", "Œ": "OE", "Ŧ": "T", "Þ": "TH",
    "Ü": "UE", "ẞ": "SS", "ß": "SS",
}  # fmt: skip
_IN_A_NAME = {"'": "", "’": "", ".": "", ",": "<", "-": "<", " ": "<"}


def transliterate(name: str) -> str:
    """Return a Latin name in the lines' letters; what has none there becomes a filler."""
    written = ""
    for character in unicodedata.normalize("NFC", name):
        upper = character.upper() if character not in _WRITTEN else character
        if upper in _WRITTEN:
            written += _WRITTEN[upper]
        elif character in _IN_A_NAME:
            written += _IN_A_NAME[character]
        else:
            base = unicodedata.normalize("NFD", upper)[:1]
            written += base if "A" <= base <= "Z" or "0" <= base <= "9" else "<"
    return written


def name_field(surname: str, given_names: str) -> str:
    """Return both names as they stand in the lines."""
    first, second = transliterate(surname), transliterate(given_names)
    return f"{first}<<{second}" if second else first


def birth_date(written: str, today: date) -> date | None:
    """Return the birth date of `YYMMDD`: the latest such day that is not to come.

    None for one that is not wholly known (Doc 9303-3, 4.8), or that is no day. Who is older than a
    hundred is told only by a whole year elsewhere, such as in DG11.
    """
    return _day(written, [today.year // 100 * 100, today.year // 100 * 100 - 100], latest=today)


def expiry_date(written: str, today: date) -> date | None:
    """Return the expiry date of `YYMMDD`: the one between 50 years ago and 50 years ahead."""
    century = today.year // 100 * 100
    for base in (century, century - 100, century + 100):
        day = _day(written, [base])
        if day is not None and -50 <= day.year - today.year < 50:
            return day
    return None


def _day(written: str, centuries: list[int], latest: date | None = None) -> date | None:
    if len(written) != 6 or not (written.isascii() and written.isdigit()):
        return None
    for century in centuries:
        try:
            day = date(century + int(written[:2]), int(written[2:4]), int(written[4:]))
        except ValueError:
            continue
        if latest is None or day <= latest:
            return day
    return None
