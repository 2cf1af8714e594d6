"""Paper and its dots, the unit of every length in this room unless its name says more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from kiosk.ports.printer import TextSize

DOTS_PER_MM = 8
"""Of every common receipt printer, sold as 203 dpi; exactly 203.2."""

DOTS_PER_INCH = 25.4 * DOTS_PER_MM
POINTS_PER_DOT = 72 / DOTS_PER_INCH


class PaperWidth(IntEnum):
    """Rolls by their width in mm; a printer reaches less than all of it."""

    MM_58 = 58
    """48 mm printable."""
    MM_80 = 80
    """72 mm printable."""

    @property
    def dots(self) -> int:
        """Return how many dots a row has."""
        return 72 * DOTS_PER_MM if self is PaperWidth.MM_80 else 48 * DOTS_PER_MM


@dataclass(frozen=True, slots=True)
class Media:
    """What is printed on, and how large the letters on it are; `em` in dots, 8 to a millimetre."""

    width: int
    height: int | None
    """Of a page; None: a roll."""
    margin: int
    em: Mapping[TextSize, int]
    largest_number: int
    largest_module: int
    """Of a QR code."""


def _em(small: int, body: int, large: int, huge: int) -> Mapping[TextSize, int]:
    return {
        TextSize.SMALL: small,
        TextSize.BODY: body,
        TextSize.LARGE: large,
        TextSize.HUGE: huge,
    }


_ROLL_MARGIN = 8
_EM = {
    (PaperWidth.MM_80, False): _em(28, 32, 40, 60),
    (PaperWidth.MM_80, True): _em(40, 48, 60, 72),
    (PaperWidth.MM_58, False): _em(26, 28, 34, 48),
    (PaperWidth.MM_58, True): _em(34, 40, 48, 56),
}
# Large print on A4 is 18 points and more, as the associations of the blind ask for.
_A4_EM = {False: _em(28, 32, 40, 64), True: _em(48, 52, 64, 80)}


def roll(width: PaperWidth, *, is_large: bool = False) -> Media:
    """Return a receipt printer's paper."""
    return Media(width.dots, None, _ROLL_MARGIN, _EM[width, is_large], 112, 8)


def a4(*, is_large: bool = False) -> Media:
    """Return an office printer's paper, ISO 216."""
    # 20 mm: what office printers reach, and what a folder's holes need.
    return Media(210 * DOTS_PER_MM, 297 * DOTS_PER_MM, 160, _A4_EM[is_large], 112, 6)
