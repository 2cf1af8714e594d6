"""What is printed in travel documents to be read by machines (ICAO Doc 9303-3): check digits, signs
that look alike, and two-digit years. Pure; for what a camera reads and for what somebody types.
"""

from __future__ import annotations

from datetime import date

FILLER = "<"
_WEIGHTS = (7, 3, 1)
_LOOKALIKES = {"O": "0", "0": "O", "I": "1", "1": "I", "B": "8", "8": "B"}


def check_digit(text: str) -> str:
    """Return the check digit (Doc 9303-3, 4.9): weights 7, 3, 1; letters from 10, a filler 0."""
    total = 0
    for position, character in enumerate(text):
        value = 0 if character == FILLER else int(character, 36)
        total += value * _WEIGHTS[position % 3]
    return str(total % 10)


def readings(text: str) -> set[str]:
    """Return other ways to read a field in which letters and digits look alike.

    A check digit alone proves little, one reading in ten fits it. So a character is doubted only
    beside one of the other kind, and either one of them is changed, or all letters become digits.
    """
    doubtful = [
        at
        for at, character in enumerate(text)
        if character in _LOOKALIKES
        and any(
            it.isalnum() and it.isdigit() is not character.isdigit()
            for it in text[max(at - 1, 0) : at + 2]
        )
    ]
    found = {text[:at] + _LOOKALIKES[text[at]] + text[at + 1 :] for at in doubtful}
    as_digits = list(text)
    for at in doubtful:
        if not text[at].isdigit():
            as_digits[at] = _LOOKALIKES[text[at]]
    return found | {"".join(as_digits)}


def repaired(number: str, digit: str) -> str | None:
    """Return the one way to read a number that its check digit fits, None for none or several."""
    if digit == check_digit(number):
        return number
    fitting = [it for it in readings(number) if check_digit(it) == digit]
    return fitting[0] if len(fitting) == 1 else None


def birth_date(written: str, today: date) -> date | None:
    """Return the birth date of `YYMMDD`: the latest such day that is not to come.

    None for one that is not wholly known (Doc 9303-3, 4.8), or that is no day. Who is older than a
    hundred is told only by a whole year elsewhere.
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
