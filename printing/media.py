"""Receipt paper and its dots, the unit of every length in this room unless its name says more."""

from __future__ import annotations

from enum import IntEnum

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
