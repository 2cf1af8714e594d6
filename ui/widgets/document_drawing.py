"""A drawing of where something is printed in a travel document: a passport's page, and a card."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.flow.document_try import DocumentPart
from ui.kit import Kit

_PAGE_RATIO = 125.0 / 88.0  # ISO/IEC 7810, ID-3
_CARD_RATIO = 85.6 / 54.0  # ID-1
_HIGHEST_MM = 110.0
_GAP_MM = 6.0

_PAGE_LINES = 2
_CARD_LINES = 3
# Where a part stands: the line, counted from 0, and its first and last place as shares of it
# (Doc 9303-4 and -5).
_ON_PAGE = {DocumentPart.NUMBER: (1, 0.0, 9 / 44), DocumentPart.DIGIT: (1, 9 / 44, 10 / 44)}
_ON_CARD = {DocumentPart.NUMBER: (0, 5 / 30, 14 / 30), DocumentPart.DIGIT: (0, 14 / 30, 15 / 30)}
# Which row of the print a date stands in, counted from 0.
_ROWS = 4
_IN_ROW = {DocumentPart.BIRTH: 1, DocumentPart.EXPIRY: 3}


class DocumentDrawing(QWidget):
    """Draws itself as large as there is room, in the colours of the theme.

    Without a part, all machine-readable lines are marked.
    """

    def __init__(self, kit: Kit) -> None:
        """Draw both with all their lines marked."""
        super().__init__()
        self._kit = kit
        self._part: DocumentPart | None = None
        self.setMinimumHeight(kit.px(26))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_part(self, part: DocumentPart | None) -> None:
        """Mark a part, or all the lines."""
        self._part = part
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gap = self._kit.px(_GAP_MM)
        height = min(float(self.height()), self._kit.px(_HIGHEST_MM))
        # Side by side, in their true proportion to each other.
        both = _PAGE_RATIO + _CARD_RATIO * 54.0 / 88.0
        height = min(height, (self.width() - gap) / both)
        page = QRectF(0, 0, height * _PAGE_RATIO, height)
        card = QRectF(0, 0, height * 54.0 / 88.0 * _CARD_RATIO, height * 54.0 / 88.0)
        left = (self.width() - page.width() - gap - card.width()) / 2
        bottom = (self.height() + height) / 2
        page.moveBottomLeft(QPointF(left, bottom))
        card.moveBottomLeft(QPointF(page.right() + gap, bottom))
        self._draw(painter, page, _PAGE_LINES, is_page=True)
        self._draw(painter, card, _CARD_LINES, is_page=False)
        painter.end()

    def _draw(self, painter: QPainter, area: QRectF, lines: int, *, is_page: bool) -> None:
        kit, colours = self._kit, self._kit.colours
        ink = QColor(colours.on_tint)
        painter.setPen(QPen(ink, kit.px(0.7)))
        painter.setBrush(QColor(colours.card))
        painter.drawRoundedRect(area, kit.px(2.5), kit.px(2.5))
        width, height = area.width(), area.height()
        share = 0.26 if is_page else 0.42
        zone = QRectF(area.left() + width * 0.05, 0, width * 0.9, height * share)
        zone.moveBottom(area.bottom() - height * 0.07)
        self._draw_print(painter, area, zone.top())
        each = zone.height() / lines
        marked = (_ON_PAGE if is_page else _ON_CARD).get(self._part) if self._part else None
        for line in range(lines):
            row = QRectF(zone.left(), zone.top() + line * each, zone.width(), each * 0.62)
            if self._part is None:
                self._mark(painter, row)
            elif marked is not None and marked[0] == line:
                cut = QRectF(row)
                cut.setLeft(row.left() + row.width() * marked[1])
                cut.setRight(row.left() + row.width() * marked[2])
                self._mark(painter, cut)
            pen = QPen(ink, max(row.height() * 0.42, 1.0), Qt.PenStyle.DotLine)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            middle = row.center().y()
            painter.drawLine(int(row.left()), int(middle), int(row.right()), int(middle))

    def _draw_print(self, painter: QPainter, area: QRectF, bottom: float) -> None:
        """Draw the face and the rows of print above the lines."""
        colours = self._kit.colours
        ink = QColor(colours.on_tint)
        top = area.top() + area.height() * 0.08
        room = bottom - top - area.height() * 0.06
        face = QRectF(area.left() + area.width() * 0.06, top, room * 0.78, room)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawRoundedRect(face, self._kit.px(1), self._kit.px(1))
        left = face.right() + area.width() * 0.06
        each = room / _ROWS
        for number, length in enumerate((0.4, 0.28, 0.36, 0.28)):
            row = QRectF(left, top + number * each, area.width() * length, each * 0.5)
            if self._part is not None and _IN_ROW.get(self._part) == number:
                self._mark(painter, row.adjusted(0, -each * 0.2, 0, each * 0.2))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawRect(row.adjusted(0, each * 0.1, 0, -each * 0.1))
        if self._part is DocumentPart.ACCESS:
            size = each * 0.7
            code = QRectF(area.right() - area.width() * 0.22, 0, area.width() * 0.17, size)
            code.moveBottom(bottom - area.height() * 0.06)
            self._mark(painter, code)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawRect(code.adjusted(size * 0.2, size * 0.3, -size * 0.2, -size * 0.3))

    def _mark(self, painter: QPainter, area: QRectF) -> None:
        kit = self._kit
        edge = kit.px(1.2)
        painter.setPen(QPen(QColor(kit.colours.warm), kit.px(1.0)))
        painter.setBrush(QColor(kit.colours.tint))
        painter.drawRoundedRect(area.adjusted(-edge, -edge, edge, edge), edge, edge)
