"""The keys of document numbers: digits and capitals in the order of the alphabet, in four rows that
fit every panel.
"""

from __future__ import annotations

from ui.kit import Kit
from ui.widgets.pads import ERASE, Pad

_ROWS = ("1234567890", "ABCDEFGHIJ", "KLMNOPQRST", "UVWXYZ{{{" + ERASE)


class DocumentPad(Pad):
    """Thirty-six signs: all that machine-readable lines know (Doc 9303-3, 4.3), but the filler."""

    def __init__(self, kit: Kit) -> None:
        """Make the pad."""
        super().__init__(kit, _ROWS)
