"""Whatever can be pressed: one class for buttons, tiles and rows, so that all of them feel and
behave alike.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOption

from ui.kit import Kit
from ui.theme import CORNER_MM, SMALLEST_TARGET_MM, TARGET_MM
from ui.widgets.label import set_property

PRESS_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Select})


class PressArea(QPushButton):
    """A surface that is pressed: acts on release inside, once, however often it is hit.

    Looks: "" (card), "primary", "outline", "warm", "round", "bare". Put a layout with labels on it.

    Signals:
        touched: It was pressed and it counts.
    """

    touched = Signal()

    def __init__(
        self,
        kit: Kit,
        look: str = "",
        *,
        height_mm: float = TARGET_MM,
        pause_s: float | None = None,
    ) -> None:
        """Make an empty surface of at least `height_mm`; `pause_s` shortens the wait for a second
        press.
        """
        super().__init__()
        self._kit = kit
        self._pause_s = pause_s
        self.setProperty("look", look)
        # The height is set because layouts ask the layout on a widget, not the widget, how high it
        # is at a width; the width is not, since that would hide how wide the longest word is.
        self._least = QSize(kit.px(SMALLEST_TARGET_MM), kit.px(height_mm))
        self.setMinimumHeight(self._least.height())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoDefault(False)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.clicked.connect(self._on_clicked)

    def set_look(self, look: str) -> None:
        """Look otherwise."""
        set_property(self, "look", look)

    def heights(self, width: int) -> tuple[int, int] | None:
        """Return how high it is with all its words and with only the main ones, whatever it shows
        now; None when it has no others.
        """
        return None

    def set_terse(self, *, is_terse: bool) -> None:
        """Show only the main words, or all; what has no others ignores it."""

    def sizeHint(self) -> QSize:
        """Return what the layout on the surface wants."""
        layout = self.layout()
        return self._least if layout is None else layout.sizeHint().expandedTo(self._least)

    def minimumSizeHint(self) -> QSize:
        """Return what the layout on the surface needs."""
        layout = self.layout()
        return self._least if layout is None else layout.minimumSize().expandedTo(self._least)

    def hasHeightForWidth(self) -> bool:
        """Say whether words on the surface wrap."""
        layout = self.layout()
        return layout is not None and layout.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        """Return how high the surface is with its words wrapped at this width."""
        layout = self.layout()
        wanted = -1 if layout is None else layout.totalHeightForWidth(width)
        return max(wanted, self._least.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the surface as the style sheet says, and the ring when keys drive the screen."""
        option = QStyleOption()
        option.initFrom(self)
        if self.isDown():
            option.state |= QStyle.StateFlag.State_Sunken
        if self.isChecked():
            option.state |= QStyle.StateFlag.State_On
        painter = QPainter(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        # Not hasFocus: without a window manager no window is active, and keys work all the same.
        if self._kit.is_driven_by_keys and self.window().focusWidget() is self:
            self._draw_ring(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the ring away: a finger drives now."""
        self._kit.is_driven_by_keys = False
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Enter or Space; everything else is the shell's."""
        if event.key() in PRESS_KEYS:
            if not event.isAutoRepeat():
                self.click()
            return
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Leave released keys alone: the press has acted."""
        event.ignore()

    def _on_clicked(self) -> None:
        if self._kit.gate.admits(self, self._kit.now().monotonic_s, self._pause_s):
            self.touched.emit()

    def _draw_ring(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = self._kit.px(CORNER_MM)
        if self.property("look") == "round":
            radius = self.height() // 2
        for inset_mm, width_mm, colour in (
            (0.8, 1.6, self._kit.colours.focus),
            (2.2, 1.2, self._kit.colours.paper),
        ):
            inset, width = self._kit.px(inset_mm), self._kit.px(width_mm)
            painter.setPen(QPen(QColor(colour), width))
            area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
            inner = max(radius - inset, 0)
            painter.drawRoundedRect(area, inner, inner)
