"""Tiles: a picture, what it is, and half a line about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from ui.kit import Kit
from ui.theme import TextRole
from ui.widgets.icon import Icon
from ui.widgets.label import Label, Sheet
from ui.widgets.press_area import PressArea


class Tile(PressArea):
    """One of several things to choose from; the whole surface is active."""

    def __init__(self, kit: Kit, icon: str, title: str, line: str = "") -> None:
        """Make a tile; `line` may be empty."""
        super().__init__(kit, height_mm=30)
        row = QHBoxLayout(self)
        row.setContentsMargins(kit.px(5), kit.px(4), kit.px(5), kit.px(4))
        row.setSpacing(kit.px(5))
        badge = Sheet("badge")
        badge.setFixedSize(kit.px(22), kit.px(22))
        inside = QHBoxLayout(badge)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(Icon(kit, icon, 14), 0, Qt.AlignmentFlag.AlignCenter)
        row.addWidget(badge, 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(kit.px(1))
        words.addStretch(1)
        words.addWidget(Label(TextRole.HEADING, title))
        if line:
            words.addWidget(Label(TextRole.SIDE, line, tone="muted"))
        words.addStretch(1)
        row.addLayout(words, 1)
        self.setAccessibleName(title)
        self.setAccessibleDescription(line)


class HeroTile(PressArea):
    """The main action of a screen: filled, with a large drawing."""

    def __init__(self, kit: Kit, icon: str, title: str, line: str = "") -> None:
        """Make the tile; in portrait it is as large as there is room for."""
        is_tall = not kit.metrics.is_landscape
        super().__init__(kit, "primary", height_mm=64 if is_tall else 40)
        row = QHBoxLayout(self)
        row.setContentsMargins(kit.px(8), kit.px(6), kit.px(8), kit.px(6))
        row.setSpacing(kit.px(8))
        row.addWidget(
            Icon(kit, icon, 48 if is_tall else 30, "on_primary"), 0, Qt.AlignmentFlag.AlignVCenter
        )
        words = QVBoxLayout()
        words.setSpacing(kit.px(1))
        words.addStretch(1)
        words.addWidget(Label(TextRole.TITLE if is_tall else TextRole.HEADING, title))
        if line:
            words.addWidget(Label(TextRole.BODY, line))
        words.addStretch(1)
        row.addLayout(words, 1)
        self.setAccessibleName(title)
        self.setAccessibleDescription(line)
