"""A row to press: a picture and words, lower than a tile."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from ui.kit import Kit
from ui.theme import TextRole
from ui.widgets.icon import Icon
from ui.widgets.label import Label
from ui.widgets.press_area import PressArea


class IconRow(PressArea):
    """One of several things in a list: faces of the rating, names of the staff."""

    def __init__(
        self, kit: Kit, icon: str, text: str, line: str = "", *, icon_mm: float = 14.0
    ) -> None:
        """Make a row; `line` may be empty."""
        super().__init__(kit, height_mm=kit.metrics.row_mm)
        row = QHBoxLayout(self)
        row.setContentsMargins(kit.px(6), kit.px(2), kit.px(5), kit.px(2))
        row.setSpacing(kit.px(6))
        row.addWidget(Icon(kit, icon, icon_mm), 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(Label(TextRole.CHOICE, text))
        if line:
            words.addWidget(Label(TextRole.SIDE, line, tone="muted"))
        words.addStretch(1)
        row.addLayout(words, 1)
        self.setAccessibleName(text)
        self.setAccessibleDescription(line)
