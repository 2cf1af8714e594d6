"""A drawing of where the card goes: the reader's plate, and a card coming down on it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit import Kit

_CARD_RATIO = 85.6 / 54.0  # ISO/IEC 7810, ID-1
_HIGHEST_MM = 170.0


class CardDrawing(QWidget):
    """Draws itself as large as there is room, in the colours of the theme."""

    def __init__(self, kit: Kit) -> None:
        """Draw a card above an empty plate."""
        super().__init__()
        self._kit = kit
        self._is_lying = False
        self._is_gone = False
        self.setMinimumHeight(kit.px(30))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_card(self, *, is_lying: bool, is_reader_gone: bool) -> None:
        """Draw the card on the plate or above it, and a reader that can't be reached in grey."""
        self._is_lying, self._is_gone = is_lying, is_reader_gone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        kit, colours = self._kit, self._kit.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = min(self.height(), kit.px(_HIGHEST_MM), int(self.width() / 1.15))
        top = (self.height() - height) / 2
        middle = self.width() / 2
        edge = QColor(colours.muted if self._is_gone else colours.on_tint)
        plate = QRectF(middle - height * 0.52, top + height * 0.44, height * 1.04, height * 0.56)
        painter.setPen(QPen(edge, kit.px(0.9)))
        painter.setBrush(QColor(colours.tint))
        painter.drawRoundedRect(plate, kit.px(6), kit.px(6))
        card_width = height * 0.56
        card_height = card_width / _CARD_RATIO
        aim = QRectF(0, 0, card_width, card_height)
        aim.moveCenter(plate.center())
        painter.setPen(QPen(edge, kit.px(0.7), Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(aim, kit.px(3), kit.px(3))
        if self._is_lying:
            self._draw_card(painter, aim)
        elif not self._is_gone:
            above = QRectF(aim)
            above.moveTop(top + kit.px(0.5))
            self._draw_card(painter, above)
            self._draw_arrow(painter, QPointF(middle, above.bottom()), aim.top())
        painter.end()

    def _draw_card(self, painter: QPainter, area: QRectF) -> None:
        kit, colours = self._kit, self._kit.colours
        painter.setPen(QPen(QColor(colours.on_tint), kit.px(0.9)))
        painter.setBrush(QColor(colours.card))
        painter.drawRoundedRect(area, kit.px(3), kit.px(3))
        width, height = area.width(), area.height()
        pen = QPen(QColor(colours.on_tint), kit.px(1.4))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        for line, length in enumerate((0.42, 0.3, 0.42, 0.24)):
            y = area.top() + height * (0.26 + 0.17 * line)
            left = area.left() + width * 0.1
            painter.drawLine(QPointF(left, y), QPointF(left + width * length, y))
        face = QRectF(area.left() + width * 0.64, area.top() + height * 0.24, 0, 0)
        face.setSize(QRectF(0, 0, width * 0.26, height * 0.52).size())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.on_tint))
        painter.drawRoundedRect(face, kit.px(1.5), kit.px(1.5))

    def _draw_arrow(self, painter: QPainter, start: QPointF, end_y: float) -> None:
        length = end_y - start.y()
        size = min(length * 0.5, self._kit.px(10))
        tip = QPointF(start.x(), end_y - length * 0.12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._kit.colours.warm))
        left, right = QPointF(-size * 0.8, -size), QPointF(size * 0.8, -size)
        painter.drawPolygon(QPolygonF([tip, tip + left, tip + right]))
