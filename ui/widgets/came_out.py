"""The two answers to "did the paper come out?", to stand below that question."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.kit import Kit
from ui.theme import GAP_MM
from ui.widgets.buttons import BigButton


class CameOut(QWidget):
    """See the module.

    Signals:
        came_out: It did.
        came_not: It did not.
    """

    came_out = Signal()
    came_not = Signal()

    def __init__(self, kit: Kit, came_out: str, came_not: str) -> None:
        """Make both with their words; the longer one has more room."""
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.px(GAP_MM))
        yes, no = BigButton(kit, came_out), BigButton(kit, came_not)
        yes.touched.connect(self.came_out)
        no.touched.connect(self.came_not)
        row.addWidget(yes, 2)
        row.addWidget(no, 3)
