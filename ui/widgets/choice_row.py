"""A row that is chosen out of several: a ring that fills, and words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout

from ui.kit import Kit
from ui.theme import TextRole
from ui.widgets.label import Label
from ui.widgets.press_area import PressArea

_LEFT_MM = 7.0
_MARK_MM = 10.0


class ChoiceRow(PressArea):
    """One option; choosing it lets go of its siblings. `name` is the option's name, never shown."""

    def __init__(self, kit: Kit, name: str, text: str) -> None:
        """Make an option that is not chosen."""
        super().__init__(kit, height_mm=kit.metrics.row_mm)
        self.name = name
        self.setCheckable(True)
        self.setAutoExclusive(True)  # also gives it the role of a radio button
        self.setAccessibleName(text)
        row = QHBoxLayout(self)
        left = kit.px(_LEFT_MM + _MARK_MM + 6)
        row.setContentsMargins(left, kit.px(3), kit.px(5), kit.px(3))
        row.addWidget(Label(TextRole.CHOICE, text), 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the surface and the ring, with a disc in it when the option is chosen."""
        super().paintEvent(event)
        colours, kit = self._kit.colours, self._kit
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size, line = kit.px(_MARK_MM), kit.px(1.0)
        left = kit.px(_LEFT_MM)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            left = self.width() - left - size
        middle = QPointF(left + size / 2, self.height() / 2)
        radius = (size - line) / 2
        colour = QColor(colours.on_tint if self.isChecked() else colours.muted)
        painter.setPen(QPen(colour, line))
        painter.drawEllipse(middle, radius, radius)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(middle, radius * 0.58, radius * 0.58)
        painter.end()
