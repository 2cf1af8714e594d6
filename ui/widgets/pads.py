"""Keys of our own: a pad of digits, and one with Latin letters too. They keep nothing of what was
typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from ui.kit import Kit
from ui.theme import GAP_MM, SMALLEST_TARGET_MM, TextRole
from ui.widgets.icon import Icon
from ui.widgets.label import Label
from ui.widgets.press_area import PressArea

_KEY_PAUSE_S = 0.15
"""A finger that bounces; the same digit twice on purpose takes longer even for a volunteer's PIN.
"""

_DIGITS = ("123", "456", "789", "{0<")
_DIGITS_AND_X = ("123", "456", "789", "X0<")
_LETTERS = ("1234567890", "QWERTYUIOP", "ASDFGHJKL-", "ZXCVBNM{{<")
_LETTERS_NARROW = ("123456789", "0ABCDEFGH", "IJKLMNOPQ", "RSTUVWXYZ", "-{{{{{{{<")
ERASE, _GAP = "<", "{"


class Pad(QWidget):
    """A pad of keys.

    Signals:
        typed: A digit or letter, as text.
        erased: The last one away.
    """

    typed = Signal(str)
    erased = Signal()

    def __init__(self, kit: Kit, rows: Sequence[str]) -> None:
        """Make a pad of these rows; `<` erases, `{` leaves a gap."""
        super().__init__()
        self._kit = kit
        self._erase: PressArea | None = None
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(kit.px(GAP_MM))
        for row, signs in enumerate(rows):
            for column, sign in enumerate(signs):
                if sign != _GAP:
                    grid.addWidget(self._key(sign), row, column)
        for column in range(len(rows[0])):
            grid.setColumnStretch(column, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        # Keys that are too far apart are looked for one by one.
        self.setMaximumHeight(len(rows) * kit.px(28 + GAP_MM))

    def say(self, erase: str) -> None:
        """Name the key that erases."""
        if self._erase is not None:
            self._erase.setAccessibleName(erase)

    def _key(self, sign: str) -> PressArea:
        height_mm = SMALLEST_TARGET_MM if self._kit.metrics.is_low else 18.0
        key = PressArea(self._kit, height_mm=height_mm, pause_s=_KEY_PAUSE_S)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        key.setSizePolicy(policy)
        row = QHBoxLayout(key)
        row.setContentsMargins(0, 0, 0, 0)
        if sign == ERASE:
            self._erase = key
            row.addWidget(Icon(self._kit, "backspace", 12), 0, Qt.AlignmentFlag.AlignCenter)
            key.touched.connect(self.erased)
        else:
            label = Label(TextRole.HEADING, sign, is_centred=True)
            label.setWordWrap(False)
            row.addWidget(label)
            key.setAccessibleName(sign)
            key.touched.connect(partial(self.typed.emit, sign))
        return key


class DigitPad(Pad):
    """Digits, as on a telephone; with an X where document numbers end in one."""

    def __init__(self, kit: Kit, *, has_x: bool = False) -> None:
        """Make the pad."""
        super().__init__(kit, _DIGITS_AND_X if has_x else _DIGITS)


class LetterPad(Pad):
    """Digits and Latin capitals, for codes."""

    def __init__(self, kit: Kit) -> None:
        """Make the pad; in landscape it shares the width with the question."""
        super().__init__(kit, _LETTERS_NARROW if kit.metrics.is_landscape else _LETTERS)
