"""The button that leads to reading aloud, in front of another one: a loudspeaker says it all to who
does not read.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.kit import Kit
from ui.theme import GAP_MM, TARGET_MM
from ui.widgets.buttons import BigButton
from ui.widgets.icon import Icon
from ui.widgets.label import show_if
from ui.widgets.press_area import PressArea


class ReadAloudRow(QWidget):
    """A loudspeaker beside another button; alone, with its words.

    Signals:
        touched: Reading aloud was asked for.
    """

    touched = Signal()

    def __init__(self, kit: Kit, beside: BigButton) -> None:
        """Take the other button in; it is touched as ever."""
        super().__init__()
        self._beside = beside
        self._words = BigButton(kit, icon="speaker")
        self._sign = PressArea(kit, "outline")
        self._sign.setFixedWidth(kit.px(TARGET_MM))
        inside = QHBoxLayout(self._sign)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(Icon(kit, "speaker", 9), 0, Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.px(GAP_MM))
        row.addWidget(self._sign)
        row.addWidget(self._words, 1)
        row.addWidget(beside, 1)
        self._words.touched.connect(self.touched)
        self._sign.touched.connect(self.touched)

    def say(self, words: str, beside: str) -> None:
        """Put words on both; "" leaves one away."""
        self._words.say(words)
        self._sign.setAccessibleName(words)
        self._beside.say(beside)
        show_if(self._beside, wanted=beside != "")
        show_if(self._sign, wanted=words != "" and beside != "")
        show_if(self._words, wanted=words != "" and beside == "")
        show_if(self, wanted=words != "" or beside != "")
