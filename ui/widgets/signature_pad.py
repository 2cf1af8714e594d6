"""The box to sign in, by finger, pen or mouse.

Qt makes mouse events of the first finger on the glass; a palm that rests on it draws nothing.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.domain import Signature
from ui.kit import Kit
from ui.theme import CORNER_MM, FONT_FAMILIES, TextRole

UNITS_PER_MM = 10
MOST_POINTS = 6000
"""More is no signature: a sleeve lies on the glass."""
LEAST_MM = 26.0
"""Height below which a name can't be written by finger."""
_INK_MM = 0.9
_CROSS_MM = 24.0

_Stroke = list[tuple[int, int]]


class SignaturePad(QWidget):
    """Takes strokes as points in units of 0.1 mm from its top left.

    Signals:
        changed: Something was drawn, or all was wiped off.
    """

    changed = Signal()

    def __init__(self, kit: Kit) -> None:
        """Make an empty box; in its middle stands, in grey, what to do."""
        super().__init__()
        self._kit = kit
        self._strokes: list[_Stroke] = []
        self._is_drawing = False
        self._hint = ""
        self.setMinimumHeight(kit.px(LEAST_MM))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def say(self, name: str, hint: str) -> None:
        """Name the box; `hint` stands in it while it is empty."""
        self.setAccessibleName(name)
        self._hint = hint
        self.update()

    @property
    def signature(self) -> Signature:
        """Return what was drawn, with the size of the box."""
        return Signature(
            tuple(tuple(stroke) for stroke in self._strokes),
            self._units(self.width()),
            self._units(self.height()),
        )

    def clear(self) -> None:
        """Wipe everything off."""
        self._strokes = []
        self._is_drawing = False
        self.update()
        self.changed.emit()

    def draw_cross(self) -> None:
        """Draw a cross in place of a name, for who cannot write."""
        middle_x, middle_y = self._units(self.width()) // 2, self._units(self.height()) // 2
        arm = min(int(_CROSS_MM * UNITS_PER_MM), self._units(self.height()) * 7 // 10) // 2
        steps = range(-arm, arm + 1, max(arm // 8, 1))
        self._strokes = [
            [(middle_x + step, middle_y + step) for step in steps],
            [(middle_x - step, middle_y + step) for step in steps],
        ]
        self.update()
        self.changed.emit()

    def minimumSizeHint(self) -> QSize:
        """Return the room that a name needs."""
        return QSize(self._kit.px(100), self._kit.px(LEAST_MM))

    def sizeHint(self) -> QSize:
        """Return a comfortable box."""
        return QSize(self._kit.px(150), self._kit.px(70))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        self._kit.is_driven_by_keys = False
        if event.button() is Qt.MouseButton.LeftButton:
            self._is_drawing = True
            self._strokes.append([])
            self._add(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the stroke."""
        if self._is_drawing:
            self._add(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        if self._is_drawing and event.button() is Qt.MouseButton.LeftButton:
            self._add(event.position())
            self._is_drawing = False
            self.changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw box, line and strokes."""
        kit, colours = self._kit, self._kit.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.on_tint), kit.px(0.9)))
        painter.setBrush(QColor(colours.card))
        inset = kit.px(0.9)
        corner = kit.px(CORNER_MM)
        painter.drawRoundedRect(self.rect().adjusted(inset, inset, -inset, -inset), corner, corner)
        base = self.height() * 0.78
        painter.setPen(QPen(QColor(colours.line), kit.px(0.5), Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(self.width() * 0.06, base), QPointF(self.width() * 0.94, base))
        if self._strokes:
            self._draw_strokes(painter)
        elif self._hint:
            self._draw_hint(painter)
        painter.end()

    def _draw_hint(self, painter: QPainter) -> None:
        font = painter.font()
        font.setFamilies([name.strip('" ') for name in FONT_FAMILIES.split(",")])
        font.setPixelSize(self._kit.style.em_px(TextRole.HEADING))
        painter.setFont(font)
        painter.setPen(QColor(self._kit.colours.muted))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._hint)

    def _draw_strokes(self, painter: QPainter) -> None:
        pen = QPen(QColor(self._kit.colours.ink), self._kit.px(_INK_MM))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        scale = self._kit.metrics.px_per_mm / UNITS_PER_MM
        for stroke in self._strokes:
            path = QPainterPath(QPointF(stroke[0][0] * scale, stroke[0][1] * scale))
            for x, y in stroke[1:] or stroke:
                path.lineTo(x * scale, y * scale)
            painter.drawPath(path)

    def _add(self, place: QPointF) -> None:
        """Add a point to the last stroke; what leaves the box stays on its edge."""
        x = min(max(self._units(place.x()), 0), self._units(self.width()))
        y = min(max(self._units(place.y()), 0), self._units(self.height()))
        stroke = self._strokes[-1]
        is_full = sum(len(one) for one in self._strokes) >= MOST_POINTS
        if not stroke or (not is_full and stroke[-1] != (x, y)):
            stroke.append((x, y))
            self.update()

    def _units(self, px: float) -> int:
        return round(self._kit.metrics.mm(px) * UNITS_PER_MM)
