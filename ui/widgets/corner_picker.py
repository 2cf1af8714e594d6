"""The four corners of a page on the picture it was found in: dragged, or moved by keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from kiosk.ports.document_camera import WHOLE_PICTURE, Corners, Point
from ui.kit import Kit
from ui.theme import CORNER_MM
from ui.widgets.press_area import PRESS_KEYS

HANDLE_MM = 18.0
STEP = 0.01
"""Share of the picture that an arrow moves a corner by."""
_WALL, _DARK, _LIGHT = "#3C4B52", "#10343C", "#FFFFFF"
_ARROWS = {
    Qt.Key.Key_Left: (-STEP, 0.0),
    Qt.Key.Key_Right: (STEP, 0.0),
    Qt.Key.Key_Up: (0.0, -STEP),
    Qt.Key.Key_Down: (0.0, STEP),
}


class CornerPicker(QWidget):
    """See the module. Corners stay within the picture, clockwise from the upper left.

    Signals:
        reached_by_keys: The focus came to a corner by keys.
    """

    reached_by_keys = Signal()

    def __init__(self, kit: Kit) -> None:
        """Show an empty wall."""
        super().__init__()
        self._kit = kit
        self._image = QImage()
        self._corners: list[Point] = list(WHOLE_PICTURE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(kit.px(45))
        self.handles = [Handle(kit, self, number) for number in range(len(self._corners))]
        for handle in self.handles:
            handle.dragged.connect(self._on_dragged)
            handle.stepped.connect(self._on_stepped)
            handle.reached_by_keys.connect(self.reached_by_keys)

    @property
    def corners(self) -> Corners:
        """Return where the corners are now."""
        one, two, three, four = self._corners
        return one, two, three, four

    @property
    def has_picture(self) -> bool:
        """Say whether there is a picture."""
        return not self._image.isNull()

    def say_keys(self, words: str) -> None:
        """Say how keys move a corner, for who can't see it."""
        for handle in self.handles:
            handle.setAccessibleDescription(words)

    def show_picture(self, jpeg: bytes | None, corners: Corners, names: tuple[str, ...]) -> None:
        """Show a picture with its corners; `names` are theirs, for who can't see them."""
        self._image = QImage() if jpeg is None else QImage.fromData(jpeg)
        self._corners = list(corners)
        for handle, name in zip(self.handles, names, strict=True):
            handle.setAccessibleName(name)
        self._place()

    def minimumSizeHint(self) -> QSize:
        """Return the least that corners can be told apart on."""
        return QSize(self._kit.px(60), self._kit.px(45))

    def sizeHint(self) -> QSize:
        """Return what a page looks well on."""
        return QSize(self._kit.px(200), self._kit.px(120))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the handles on their corners."""
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw picture and outline."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(_WALL))
        radius = self._kit.px(CORNER_MM)
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        area = self._area()
        if not self._image.isNull():
            painter.drawImage(area, self._image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        outline = QPolygonF([self._point(corner) for corner in self._corners])
        for width_mm, colour in ((2.4, _DARK), (1.2, _LIGHT)):
            painter.setPen(QPen(QColor(colour), self._kit.px(width_mm)))
            painter.drawPolygon(outline)
        painter.end()

    def _area(self) -> QRectF:
        """Return where the picture is: whole, with room for handles around it."""
        room = QRectF(self.rect())
        margin = self._kit.px(HANDLE_MM) / 2
        room.adjust(margin, margin, -margin, -margin)
        size = self._image.size()
        if size.isEmpty():
            return room
        scaled = size.scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        area = QRectF(0, 0, scaled.width(), scaled.height())
        area.moveCenter(room.center())
        return area

    def _point(self, corner: Point) -> QPointF:
        area = self._area()
        return QPointF(
            area.left() + corner[0] * area.width(), area.top() + corner[1] * area.height()
        )

    def _place(self) -> None:
        for handle, corner in zip(self.handles, self._corners, strict=True):
            middle = self._point(corner).toPoint()
            handle.move(middle.x() - handle.width() // 2, middle.y() - handle.height() // 2)
        self.update()

    def _move(self, number: int, corner: Point) -> None:
        x, y = (min(max(value, 0.0), 1.0) for value in corner)
        self._corners[number] = (x, y)
        self._place()

    def _on_dragged(self, number: int, place: QPointF) -> None:
        area = self._area()
        if area.width() > 0 and area.height() > 0:
            x = (place.x() - area.left()) / area.width()
            y = (place.y() - area.top()) / area.height()
            self._move(number, (x, y))

    def _on_stepped(self, number: int, step: QPointF) -> None:
        x, y = self._corners[number]
        self._move(number, (x + step.x(), y + step.y()))


class Handle(QPushButton):
    """One corner: dragged by a finger; by keys it is held with Enter, moved by arrows, and let go
    with Enter.

    Signals:
        dragged: Its number, and where its middle is to be in its parent.
        stepped: Its number, and by what share of the picture it moves.
        reached_by_keys: The focus came to it by keys.
    """

    dragged = Signal(int, QPointF)
    stepped = Signal(int, QPointF)
    reached_by_keys = Signal()

    def __init__(self, kit: Kit, parent: QWidget, number: int) -> None:
        """Make the handle of a corner."""
        super().__init__(parent)
        self._kit = kit
        self._number = number
        self._grip: QPointF | None = None
        self.is_held = False
        """By a key: arrows move it, and not the focus."""
        size = kit.px(HANDLE_MM)
        self.setFixedSize(size, size)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hold it where it was touched."""
        self._kit.is_driven_by_keys = False
        self._grip = event.position() - QPointF(self.rect().center())
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the finger."""
        if self._grip is not None:
            place = QPointF(self.mapToParent(event.position().toPoint())) - self._grip
            self.dragged.emit(self._number, place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grip = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hold it with Enter and move it with arrows; everything else is the shell's."""
        key = Qt.Key(event.key())
        if key in PRESS_KEYS:
            if not event.isAutoRepeat():
                self.is_held = not self.is_held
                self.update()
            return
        if self.is_held and key in _ARROWS:
            self.stepped.emit(self._number, QPointF(*_ARROWS[key]))
            return
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say that keys came here; a finger needs no word about them."""
        if self._kit.is_driven_by_keys:
            self.reached_by_keys.emit()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let go."""
        self.is_held = False
        self.update()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a dot that can be seen on anything, and the ring when keys drive the screen."""
        kit = self._kit
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QRectF(self.rect()).center()
        is_focused = kit.is_driven_by_keys and self.window().focusWidget() is self
        ring = kit.colours.focus if is_focused or self.is_held else _DARK
        painter.setPen(QPen(QColor(_LIGHT), kit.px(1.0)))
        painter.setBrush(QColor(ring))
        radius = kit.px(7.0 if self.is_held else 5.0)
        painter.drawEllipse(middle, radius, radius)
        painter.setBrush(QColor(_LIGHT))
        painter.drawEllipse(middle, kit.px(1.2), kit.px(1.2))
        painter.end()
