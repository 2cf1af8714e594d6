"""Small drawings: a filled disc with a check or a number in it, and a QR code."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.kit import Kit
from ui.theme import FONT_FAMILIES, TextRole
from ui.widgets.label import Label

_QUIET = 2
"""Modules of white around the code; the sheet around it gives the other two (ISO/IEC 18004)."""
_PAPER, _INK = "#FFFFFF", "#000000"
_STEP_MM = 15.0


class Disc(QWidget):
    """A disc with a number, or with a check when it has none."""

    def __init__(self, kit: Kit, size_mm: float, number: int = 0) -> None:
        """Draw it in the colour of the theme."""
        super().__init__()
        self._kit = kit
        self._number = number
        self.setFixedSize(kit.px(size_mm), kit.px(size_mm))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        colours, size = self._kit.colours, self.width()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.primary if self._number else colours.ok))
        painter.drawEllipse(self.rect())
        if self._number:
            font = QFont([name.strip('" ') for name in FONT_FAMILIES.split(",")])
            font.setPixelSize(size * 6 // 10)
            font.setBold(True)
            painter.setFont(font)
            painter.setPen(QColor(colours.on_primary))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))
        else:
            pen = QPen(QColor(colours.on_ok), size * 0.075)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            points = ((0.29, 0.52), (0.44, 0.66), (0.71, 0.37))
            painter.drawPolyline(QPolygonF([QPointF(x * size, y * size) for x, y in points]))
        painter.end()


class StepRow(QWidget):
    """What happens next, one of several: a number and a sentence."""

    def __init__(self, kit: Kit, number: int, text: str) -> None:
        """Make the row."""
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.px(5))
        row.addWidget(Disc(kit, _STEP_MM, number), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Label(TextRole.BODY, text), 1)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)


class QrView(QWidget):
    """A QR code, black on white in every theme: telephones read it best so."""

    def __init__(self, kit: Kit, size_mm: float) -> None:
        """Show nothing yet."""
        super().__init__()
        self._rows: tuple[bytes, ...] = ()
        self._shown = ""
        self._size = kit.px(size_mm)
        self.setFixedSize(self._size, self._size)

    def show_text(self, text: str, name: str) -> None:
        """Show a code of `text`, named for who can't see it; "" hides it."""
        self.setAccessibleName(name)
        self.setVisible(text != "")
        if text and text != self._shown:
            self._shown = text
            import segno  # noqa: PLC0415 - 40 ms that Home does not wait for

            self._rows = tuple(
                bytes(row) for row in segno.make(text, micro=False, error="m").matrix
            )
            self.update()

    def sizeHint(self) -> QSize:
        """Return its fixed size."""
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw whole modules, so that their edges are sharp."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(_PAPER))
        count = len(self._rows) + 2 * _QUIET
        if self._rows:
            module = self._size // count
            first = (self._size - module * len(self._rows)) / 2
            for y, row in enumerate(self._rows):
                for x, is_dark in enumerate(row):
                    if is_dark:
                        area = QRectF(first + x * module, first + y * module, module, module)
                        painter.fillRect(area, QColor(_INK))
        painter.end()
