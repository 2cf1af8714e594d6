"""A line icon in the colour that the theme gives its part."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.kit import Kit


class Icon(QWidget):
    """Draws one icon; never alone: a word stands beside it, or is the accessible name of what it
    lies on.
    """

    def __init__(self, kit: Kit, name: str, size_mm: float, colour: str = "on_tint") -> None:
        """Draw `name` at `size_mm`, in the theme's colour of that role."""
        super().__init__()
        self._kit = kit
        self._name = name
        self._colour = colour
        self._size_px = kit.px(size_mm)
        self.setFixedSize(self._size_px, self._size_px)

    def draw(self, name: str, colour: str | None = None) -> None:
        """Draw another icon, or the same in another colour."""
        self._name = name
        self._colour = colour or self._colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        colour = str(getattr(self._kit.colours, self._colour))
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._kit.icons.pixmap(self._name, colour, self._size_px))
        painter.end()
