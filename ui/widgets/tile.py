"""Tiles: a picture, what it is, and half a line about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from ui.kit import Kit
from ui.theme import TextRole
from ui.widgets.icon import Icon
from ui.widgets.label import Label, Sheet
from ui.widgets.press_area import PressArea

_MARGIN_MM = 5.0
_LOW_MARGIN_MM = 3.5


class Tile(PressArea):
    """One of several things to choose from; the whole surface is active.

    Where there is little room a `Column` leaves the second line away.
    """

    def __init__(
        self,
        kit: Kit,
        icon: str,
        title: str = "",
        line: str = "",
        *,
        line_role: TextRole = TextRole.SIDE,
    ) -> None:
        """Make a tile; `line` may be empty."""
        super().__init__(kit, height_mm=24 if kit.metrics.is_low else 36)
        badge_mm = 18 if kit.metrics.is_low else 24
        badge = Sheet("badge")
        badge.setFixedSize(kit.px(badge_mm), kit.px(badge_mm))
        inside = QHBoxLayout(badge)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(Icon(kit, icon, badge_mm * 0.66), 0, Qt.AlignmentFlag.AlignCenter)
        self._make(badge, Label(TextRole.HEADING), Label(line_role, tone="muted"))
        self.say(title, line)

    def _make(self, picture: Sheet | Icon, title: Label, line: Label) -> None:
        kit = self._kit
        self._is_terse = False
        self._title, self._line = title, line
        self._margin_px = margin = kit.px(_LOW_MARGIN_MM if kit.metrics.is_low else _MARGIN_MM)
        self._around_px = picture.width() + 3 * margin
        row = QHBoxLayout(self)
        row.setContentsMargins(margin, margin, margin, margin)
        row.setSpacing(margin)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout()
        column.setSpacing(kit.px(1))
        column.addStretch(1)
        column.addWidget(self._title)
        column.addWidget(self._line)
        column.addStretch(1)
        row.addLayout(column, 1)

    def say(self, title: str, line: str = "") -> None:
        """Put words on the tile."""
        self._title.setText(title)
        self._line.setText(line)
        self._line.setVisible(line != "" and not self._is_terse)
        self.setAccessibleName(title)
        self.setAccessibleDescription(line)

    def heights(self, width: int) -> tuple[int, int] | None:
        """Return how high the tile is with its second line and without."""
        if self._line.text() == "":
            return None
        room = max(width - self._around_px, 1)
        for label in (self._title, self._line):
            label.ensurePolished()
        terse = self._title.heightForWidth(room) + 2 * self._margin_px
        full = terse + self._kit.px(1) + self._line.heightForWidth(room)
        return max(self._least.height(), full), max(self._least.height(), terse)

    def set_terse(self, *, is_terse: bool) -> None:
        """Leave the second line away, or show it again; a screen reader is told it anyway."""
        if is_terse != self._is_terse:
            self._is_terse = is_terse
            self._line.setVisible(not is_terse and self._line.text() != "")


class HeroTile(Tile):
    """The main action of a screen: filled, with a large drawing; in portrait as large as it may."""

    def __init__(self, kit: Kit, icon: str) -> None:
        """Make the tile without words."""
        PressArea.__init__(self, kit, "primary", height_mm=36 if kit.metrics.is_landscape else 76)
        is_tall = not kit.metrics.is_landscape
        title = Label(TextRole.TITLE if is_tall else TextRole.HEADING)
        size_mm = 48 if is_tall else 20 if kit.metrics.is_low else 34
        self._make(Icon(kit, icon, size_mm, "on_primary"), title, Label(TextRole.BODY))
