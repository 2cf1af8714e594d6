"""Where in the visit this is: six bars, and the same in words."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.kit import Kit
from ui.theme import TextRole
from ui.widgets.label import Label


class StepBar(QWidget):
    """Steps done are filled, the present one is taller and outlined, the others are empty."""

    def __init__(self, kit: Kit) -> None:
        """Make a bar that shows nothing yet."""
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(kit.px(1))
        self._bars = _Bars(kit)
        self._words = Label(TextRole.FRAME, tone="muted")
        column.addWidget(self._bars)
        column.addWidget(self._words)

    def show_step(self, number: int, count: int, words: str, *, is_done: bool = False) -> None:
        """Show the `number`-th of `count` steps, the first being 1, with the same said in words."""
        self._bars.number, self._bars.count, self._bars.is_done = number, count, is_done
        self._bars.update()
        self._words.say(words)
        self.setAccessibleName(words)


class _Bars(QWidget):
    """The six bars."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self.number, self.count, self.is_done = 1, 6, False
        self.setFixedHeight(kit.px(7))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        kit, colours = self._kit, self._kit.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gap = kit.px(3)
        width = (self.width() - gap * (self.count - 1)) / self.count
        for index in range(self.count):
            is_now = index + 1 == self.number and not self.is_done
            is_past = index + 1 < self.number or self.is_done
            height, line = (kit.px(6), kit.px(1.2)) if is_now else (kit.px(3.6), kit.px(0.5))
            place = index
            if self.isRightToLeft():
                place = self.count - 1 - index
            area = QRectF(place * (width + gap), (self.height() - height) / 2, width, height)
            area.adjust(line / 2, line / 2, -line / 2, -line / 2)
            edge, fill = colours.line, colours.card
            if is_now:
                edge, fill = colours.warm, colours.warm_tint
            elif is_past:
                edge = fill = colours.primary
            painter.setPen(QPen(QColor(edge), line))
            painter.setBrush(QColor(fill))
            painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        painter.end()
