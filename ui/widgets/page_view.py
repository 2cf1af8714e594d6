"""The live picture of what lies under the camera, and an outline of the page in it."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF

from kiosk.ports.document_camera import PaperLook
from ui.kit import Kit
from ui.widgets.camera_view import CameraView

_DARK, _LIGHT = "#10343C", "#FFFFFF"


class PageView(CameraView):
    """See the module; a page that was taken is shown whole."""

    def __init__(self, kit: Kit) -> None:
        """Show an empty wall."""
        super().__init__(kit, has_oval=False)
        self._look: PaperLook | None = None

    @property
    def has_outline(self) -> bool:
        """Say whether a page is outlined."""
        return self._look is not None and self._look.found is not None

    def show_look(self, look: PaperLook | None) -> None:
        """Show a live picture and the page in it; None shows the wall."""
        self._look = look
        self.show_frame(None if look is None else look.frame)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw picture and outline."""
        super().paintEvent(event)
        if self._look is None or self._look.found is None or self._image is None:
            return
        if self._taken is not None:
            return
        area = self._filled(self._image)
        outline = QPolygonF(
            [
                QPointF(area.left() + x * area.width(), area.top() + y * area.height())
                for x, y in self._look.found.corners
            ]
        )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # White on any desk: a dark line lies around it.
        for width_mm, colour in ((2.4, _DARK), (1.2, _LIGHT)):
            painter.setPen(QPen(QColor(colour), self._kit.px(width_mm)))
            painter.drawPolygon(outline)
        painter.end()
