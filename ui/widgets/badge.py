"""A large sign at the top of a page that asks or tells one thing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.kit import Kit
from ui.widgets.icon import Icon
from ui.widgets.label import Sheet


class Badge(QWidget):
    """An icon on a tinted square, at the side where reading begins."""

    def __init__(self, kit: Kit, icon: str) -> None:
        """Make it as large as the panel allows."""
        super().__init__()
        size_mm = 26 if kit.metrics.is_low else 40
        square = Sheet("badge")
        square.setFixedSize(kit.px(size_mm), kit.px(size_mm))
        inside = QHBoxLayout(square)
        inside.setContentsMargins(0, 0, 0, 0)
        self._icon = Icon(kit, icon, size_mm * 0.62)
        inside.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, kit.px(2), 0, kit.px(2))
        row.addWidget(square, 0, Qt.AlignmentFlag.AlignLeft)

    def draw(self, icon: str) -> None:
        """Show another sign."""
        self._icon.draw(icon)
