"""Something to know: an icon, what it is about, and what there is to know."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.kit import Kit
from ui.theme import TextRole
from ui.widgets.icon import Icon
from ui.widgets.label import Label, Sheet


class FactRow(QWidget):
    """A row that is only read; it can't be touched and does not look as if it could."""

    def __init__(self, kit: Kit, icon: str, name: str, value: str) -> None:
        """Make the row."""
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, kit.px(1), 0, kit.px(1))
        row.setSpacing(kit.px(5))
        badge = Sheet("badge")
        badge.setFixedSize(kit.px(18), kit.px(18))
        inside = QHBoxLayout(badge)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(Icon(kit, icon, 12), 0, Qt.AlignmentFlag.AlignCenter)
        row.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(TextRole.SIDE, name, tone="muted"))
        words.addWidget(Label(TextRole.BODY, value))
        row.addLayout(words, 1)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
