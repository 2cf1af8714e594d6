"""A bar that fills while something takes its usual time; it never claims to be done."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit import Kit
from ui.widgets.label import show_if

_EVERY_MS = 500
_USUAL_S = 6.0
"""A passport with a portrait at 106 kbit/s; after that the bar goes on ever more slowly."""


class Progress(QWidget):
    """Takes no room while nothing goes on; steps twice a second, which is no flicker."""

    def __init__(self, kit: Kit) -> None:
        """Make an empty bar, hidden."""
        super().__init__()
        self._kit = kit
        self._since_s: float | None = None
        self.setFixedHeight(kit.px(8))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.update)
        show_if(self, wanted=False)

    def say(self, name: str) -> None:
        """Begin, or go on, with what `name` says; end with ""."""
        if not name:
            self._since_s = None
        elif self._since_s is None:
            self._since_s = self._kit.now().monotonic_s
        self.setAccessibleName(name)
        show_if(self, wanted=name != "")

    @property
    def share(self) -> float:
        """Return how full the bar is, 0 to 0.95."""
        if self._since_s is None:
            return 0.0
        waited_s = max(self._kit.now().monotonic_s - self._since_s, 0.0)
        return 0.95 * waited_s / (waited_s + _USUAL_S / 2)

    def showEvent(self, event: QShowEvent) -> None:
        """Step from now on."""
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        kit, colours = self._kit, self._kit.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = kit.px(0.5)
        area = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        round_px = area.height() / 2
        painter.setPen(QPen(QColor(colours.on_tint), edge))
        painter.setBrush(QColor(colours.tint))
        painter.drawRoundedRect(area, round_px, round_px)
        filled = QRectF(area)
        filled.setWidth(max(area.width() * self.share, area.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.warm))
        painter.drawRoundedRect(filled, round_px, round_px)
        painter.end()
