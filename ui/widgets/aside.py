"""What stands where a camera's picture would, when there is none to look at."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from ui.kit import Kit
from ui.widgets.icon import Icon
from ui.widgets.label import Sheet

_ICON_MM = 40.0


class Aside(Sheet):
    """A calm surface with one large drawing: nobody goes on looking into a camera that is off."""

    def __init__(self, kit: Kit, icon: str) -> None:
        """Draw `icon` in the middle; the words stand beside it on the page."""
        super().__init__("badge")  # no border: it is nothing to be touched
        self._least_px = kit.px(45)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(Icon(kit, icon, _ICON_MM), 0, Qt.AlignmentFlag.AlignCenter)

    def minimumSizeHint(self) -> QSize:
        """Return as little as a camera's picture needs, so that nothing else moves."""
        return QSize(self._least_px, self._least_px)
