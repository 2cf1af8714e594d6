"""Names as machine-readable lines write them. Pure."""

from __future__ import annotations

import unicodedata

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
