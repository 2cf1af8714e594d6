"""The live picture with the oval that a face belongs in, or the picture that was taken."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.ports.camera import Frame
from ui.kit import Kit
from ui.theme import CORNER_MM, GAP_MM, TextRole
from ui.widgets.label import Label, Sheet, is_wanted, show_if

OVAL_HEIGHT = 0.68
"""Of the view; from the hair to the chin, it suits every photo format that ships."""
_OVAL_RATIO = 0.75
"""Width by height of the oval; a head is about so."""
_OVAL_MIDDLE = 0.45
_LAMP, _LAMP_MM = "#D92B2B", 5.0
_WALL = "#3C4B52"
_WALL_OVAL = "#7D9298"


class CameraView(QWidget):
    """Draws the newest picture without copying it, as large as there is room; words lie below the
    oval.

    With an oval a live picture fills the height and loses what is beside it; else, and once it is
    taken, it is shown whole. Its shape is kept. The words never cover the chin, nor a page: where
    they are long or large, the picture is smaller.
    """

    def __init__(self, kit: Kit, *, has_oval: bool = True, below: QWidget | None = None) -> None:
        """Show an empty wall; `below` lies at the lower edge, and the picture above it."""
        super().__init__()
        self._kit = kit
        self._has_oval = has_oval
        self._below = below
        self._frame: Frame | None = None
        self._image: QImage | None = None
        self._taken: QImage | None = None
        self._words_px = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(kit.px(45))
        self._caption = Sheet("caption")
        self._words = Label(TextRole.HEADING, is_centred=True)
        self._light = Sheet("caption")
        self._on = Label(TextRole.SIDE)
        lamp = QHBoxLayout(self._light)
        lamp.setContentsMargins(kit.px(3), kit.px(1), kit.px(3), kit.px(1))
        lamp.setSpacing(kit.px(2))
        lamp.addWidget(Lamp(kit))
        lamp.addWidget(self._on)
        inside = QHBoxLayout(self._caption)
        inside.setContentsMargins(kit.px(6), kit.px(2), kit.px(6), kit.px(2))
        inside.addWidget(self._words)
        column = QVBoxLayout(self)
        margin = kit.px(GAP_MM)
        column.setContentsMargins(margin, margin, margin, margin)
        column.addWidget(self._light, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        column.addWidget(self._caption)
        if below is not None:
            column.addWidget(below)
        show_if(self._caption, wanted=False)
        show_if(self._light, wanted=False)

    @property
    def caption(self) -> str:
        """Return the words on the picture."""
        return self._words.text()

    @property
    def words_area(self) -> QRectF:
        """Return where the words lie; empty while there are none."""
        return QRectF(self._caption.geometry()) if is_wanted(self._caption) else QRectF()

    @property
    def image(self) -> QImage | None:
        """Return what is shown; None while there is only the wall."""
        return self._taken or self._image

    @property
    def uncovered(self) -> QRectF:
        """Return where the live picture, or with an oval the oval, is drawn now."""
        return self._oval() if self._has_oval else self._room()

    def say(self, name: str, caption: str) -> None:
        """Name the picture for who can't see it, and put words on it; "" for none."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(caption)
        if caption != self._words.text():
            self._words.setText(caption)
        show_if(self._caption, wanted=caption != "")
        self._keep_room_for_words()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Begin anew with what the words need."""
        self._words_px = 0
        self._keep_room_for_words()
        super().resizeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Begin anew: the next language or size needs another room."""
        self._words_px = 0
        super().hideEvent(event)

    def _keep_room_for_words(self) -> None:
        """Remember the highest words so far: advice changes often, the picture must not jump."""
        if not is_wanted(self._caption) or self.width() <= 0:
            return
        margin = self._kit.px(GAP_MM)
        self._caption.ensurePolished()
        self._words.ensurePolished()
        height = self._caption.heightForWidth(self.width() - 2 * margin)
        if height > self._words_px:
            self._words_px = height
            self.updateGeometry()
            self.update()

    def _room(self) -> QRectF:
        """Return where a live picture goes: above the words what matters is never covered."""
        room = QRectF(self.rect())
        if self._words_px == 0:
            return room
        free = self.height() - self._words_px - 1.5 * self._kit.px(GAP_MM)
        if self._has_oval:
            free /= _OVAL_MIDDLE + OVAL_HEIGHT / 2  # only the oval has to be free
        room.setHeight(min(room.height(), max(free, 1.0)))
        return room

    def show_light(self, words: str) -> None:
        """Show that the camera is on; "" once it is off."""
        self._on.setText(words)
        show_if(self._light, wanted=words != "")

    def show_frame(self, frame: Frame | None) -> None:
        """Show a live picture; None shows the wall."""
        # Qt draws from the frame's own bytes: they live as long as the frame is kept here.
        self._frame = frame
        self._image = None
        if frame is not None:
            self._image = QImage(
                frame.bgr,
                frame.width_px,
                frame.height_px,
                3 * frame.width_px,
                QImage.Format.Format_BGR888,
            )
        self.update()

    def show_taken(self, jpeg: bytes | None) -> None:
        """Show a picture that was taken; None goes back to the live one."""
        self._taken = None if jpeg is None else QImage.fromData(jpeg)
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Return the least that a face or a page can be recognised on.

        A page is seen above the words, so that they come on top where the room is high.
        """
        is_above = not self._has_oval and not self._kit.metrics.is_landscape
        words_px = self._words_px if is_above else 0
        return QSize(self._kit.px(60), self._kit.px(45) + words_px)

    def sizeHint(self) -> QSize:
        """Return what a face looks well on."""
        return QSize(self._kit.px(200), self._kit.px(120))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw picture and oval."""
        kit = self._kit
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), kit.px(CORNER_MM), kit.px(CORNER_MM))
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), QColor(_WALL))
        if self._taken is not None:
            self._draw_taken(painter, self._taken)
        else:
            if self._image is not None:
                painter.drawImage(self._filled(self._image), self._image)
            if self._has_oval:
                self._draw_oval(painter)
        painter.end()

    def _draw_taken(self, painter: QPainter, image: QImage) -> None:
        if image.isNull():
            return
        room = QRectF(self.rect()).adjusted(0, self._kit.px(GAP_MM), 0, -self._kit.px(GAP_MM))
        if self._below is not None and is_wanted(self._below):
            room.setBottom(self._below.geometry().top() - self._kit.px(GAP_MM) / 2)
        size = image.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        area = QRectF(0, 0, size.width(), size.height())
        area.moveCenter(room.center())
        painter.drawImage(area, image)

    def _filled(self, image: QImage) -> QRectF:
        """Return where the picture goes: around an oval it is as high as the room, so that a face
        that fits the oval fits the photo, whatever the camera's shape; else it is whole.
        """
        room = self._room()
        if self._has_oval:
            area = QRectF(0, 0, room.height() * image.width() / image.height(), room.height())
        else:
            size = image.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            area = QRectF(0, 0, size.width(), size.height())
        area.moveCenter(room.center())
        return area

    def _oval(self) -> QRectF:
        room = self._room()
        height = room.height() * OVAL_HEIGHT
        width = min(height * _OVAL_RATIO, room.width() * 0.8)
        oval = QRectF(0, 0, width, width / _OVAL_RATIO)
        oval.moveCenter(QPointF(room.width() / 2, room.height() * _OVAL_MIDDLE))
        return oval

    def _draw_oval(self, painter: QPainter) -> None:
        oval = self._oval()
        if self._image is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(_WALL_OVAL))
            painter.drawEllipse(oval)
        else:
            beside = QPainterPath()
            beside.addRect(QRectF(self.rect()))
            beside.addEllipse(oval)
            shade = QColor(_WALL)
            shade.setAlphaF(0.45)
            painter.fillPath(beside, shade)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # White on any picture: a dark line lies around it.
        for line_mm, colour in ((3.2, _WALL), (2.0, "#FFFFFF")):
            painter.setPen(QPen(QColor(colour), self._kit.px(line_mm)))
            painter.drawEllipse(oval)


class Lamp(QWidget):
    """A red dot: what a camera that is on shows everywhere."""

    def __init__(self, kit: Kit) -> None:
        """Make it as large as a letter."""
        super().__init__()
        side = kit.px(_LAMP_MM)
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it, with a light rim that shows on black and yellow too."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor("#FFFFFF"), max(1, self.width() // 10)))
        painter.setBrush(QColor(_LAMP))
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()
