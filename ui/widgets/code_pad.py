"""The keys of query codes: just the signs that codes are made of, so that none can be mistaken."""

from __future__ import annotations

from kiosk.journal import QUERY_CODE_ALPHABET
from ui.kit import Kit
from ui.widgets.pads import ERASE, Pad

_COLUMNS = 8


class CodePad(Pad):
    """Four rows of eight keys fit every panel."""

    def __init__(self, kit: Kit) -> None:
        """Make the pad."""
        signs = QUERY_CODE_ALPHABET + ERASE
        rows = [signs[first : first + _COLUMNS] for first in range(0, len(signs), _COLUMNS)]
        super().__init__(kit, rows)
