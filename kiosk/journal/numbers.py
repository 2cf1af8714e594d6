"""What a resident can speak and type: receipt numbers and query codes.

Pure. A number tells which kiosk and which entry, never who.
"""

from __future__ import annotations

from dataclasses import dataclass

QUERY_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
QUERY_CODE_LENGTH = 6


@dataclass(frozen=True, slots=True, order=True)
class ReceiptNumber:
    """The number on the paper: kiosk number, seq, and two check digits (ISO/IEC 7064, MOD 97-10).

    Raises:
        ValueError: the kiosk number has not four digits, or the seq is not 1 to 99,999,999.
    """

    kiosk_number: int
    seq: int

    def __post_init__(self) -> None:
        """Refuse what can't be printed."""
        if not 1000 <= self.kiosk_number <= 9999 or not 1 <= self.seq <= 99_999_999:
            raise ValueError("no such receipt number")

    @property
    def check_digits(self) -> str:
        """Two digits that make any one wrong digit, or any two neighbours swapped, visible."""
        return f"{98 - int(f'{self.kiosk_number}{self.seq:04}') * 100 % 97:02}"

    def __str__(self) -> str:
        return "".join(format_groups(self))


def format_groups(number: ReceiptNumber) -> tuple[str, ...]:
    """Return the number in groups that can be spoken and copied: `3702 1146 08`."""
    return (str(number.kiosk_number), f"{number.seq:04}", number.check_digits)


def parse_receipt_number(text: str) -> ReceiptNumber | None:
    """Return the number somebody typed, or None if it can't be right.

    Spaces, hyphens and dots between digits do not matter, nor which script the digits are of.
    """
    kept = [char for char in text if not char.isspace() and char not in "-‐‑–.·"]
    if not 10 <= len(kept) <= 14 or not all(char.isdecimal() for char in kept):
        return None
    digits = "".join(str(int(char)) for char in kept)
    seq = digits[4:-2]
    if len(seq) > 4 and seq[0] == "0":
        return None
    try:
        number = ReceiptNumber(int(digits[:4]), int(seq))
    except ValueError:
        return None
    return number if str(number) == digits else None


def query_code(random: bytes) -> str:
    """Return six equally likely characters without lookalikes, of random bytes (32 are plenty).

    Raises:
        ValueError: too many bytes had to be thrown away.
    """
    # 31 characters do not divide 256: five bits are taken of each byte, and 31 is thrown away
    # instead of folded.
    picks = [byte & 31 for byte in random if byte & 31 < len(QUERY_CODE_ALPHABET)]
    if len(picks) < QUERY_CODE_LENGTH:
        raise ValueError("not enough random bytes")
    return "".join(QUERY_CODE_ALPHABET[pick] for pick in picks[:QUERY_CODE_LENGTH])


def parse_query_code(text: str) -> str | None:
    """Return the code somebody typed, upper case without spaces, or None if it can't be one."""
    code = "".join(char for char in text.upper() if not char.isspace() and char != "-")
    is_code = len(code) == QUERY_CODE_LENGTH and set(code) <= set(QUERY_CODE_ALPHABET)
    return code if is_code else None
