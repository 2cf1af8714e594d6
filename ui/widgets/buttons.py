"""Buttons with words, and small ones of the frame."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout

from ui.kit import Kit
from ui.theme import TARGET_MM, TextRole
from ui.widgets.icon import Icon
from ui.widgets.label import Label
from ui.widgets.press_area import PRESS_KEYS, PressArea


class BigButton(PressArea):
    """A button with a verb and a noun on it, wrapping when it must."""

    def __init__(
        self,
        kit: Kit,
        text: str = "",
        look: str = "outline",
        *,
        icon: str = "",
        height_mm: float = TARGET_MM,
        role: TextRole = TextRole.STRONG,
        wraps: bool = True,
    ) -> None:
        """Make a button; `look` as in `PressArea`, `icon` in front of the words.

        One that does not wrap is as wide as its words.
        """
        super().__init__(kit, look, height_mm=height_mm)
        self._label = Label(role, text, is_centred=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(kit.px(3), kit.px(0.5), kit.px(3), kit.px(0.5))
        row.setSpacing(kit.px(2))
        if not wraps:
            self._label.setWordWrap(False)
            policy = self.sizePolicy()
            policy.setHorizontalPolicy(policy.Policy.Minimum)
            self.setSizePolicy(policy)
        if icon:
            colour = {"primary": "on_primary", "warm": "warm"}.get(look, "on_tint")
            self._label.setWordWrap(False)
            row.addStretch(1)
            row.addWidget(Icon(kit, icon, 9, colour), 0, Qt.AlignmentFlag.AlignVCenter)
            row.addWidget(self._label, 0)
            row.addStretch(1)
        else:
            row.addWidget(self._label, 1)
        self.say(text)

    def say(self, text: str) -> None:
        """Put words on the button; they are its accessible name too."""
        if text != self._label.text():
            self._label.setText(text)
        self.setAccessibleName(text)


class HoldButton(BigButton):
    """A button that acts as long as it is held, by a finger or by a key.

    Signals:
        held: It is pressed down now.
        let_go: It is up again, or the finger slid off it.
    """

    held = Signal()
    let_go = Signal()

    def __init__(self, kit: Kit, *, height_mm: float = TARGET_MM) -> None:
        """Make a button without words."""
        super().__init__(kit, look="outline", height_mm=height_mm)
        self.pressed.connect(self.held)
        self.released.connect(self.let_go)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hold while the key is down."""
        if event.key() not in PRESS_KEYS:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self.setDown(True)
            self.held.emit()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let go with the key."""
        if event.key() in PRESS_KEYS and not event.isAutoRepeat():
            self.setDown(False)
            self.let_go.emit()


class RoundButton(PressArea):
    """A small button of the frame: an icon or a short word, with its full name for who can't see
    it.
    """

    def __init__(self, kit: Kit, icon: str = "", look: str = "round") -> None:
        """Make a button of the smallest size that may be touched."""
        super().__init__(kit, look, height_mm=kit.metrics.control_mm)
        self._least.setWidth(kit.px(kit.metrics.control_mm))
        self._label = Label(TextRole.FRAME, is_centred=True)
        self._label.setWordWrap(False)
        self._label.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(kit.px(3), 0, kit.px(3), 0)
        row.setSpacing(kit.px(1.5))
        if icon:
            row.addWidget(Icon(kit, icon, 8, "ink"), 0, Qt.AlignmentFlag.AlignCenter)
        row.addWidget(self._label, 1)
        policy = self.sizePolicy()
        policy.setHorizontalPolicy(policy.Policy.Minimum)
        policy.setHeightForWidth(False)
        self.setSizePolicy(policy)

    def say(self, name: str, text: str = "") -> None:
        """Set the accessible name, and the word that is shown, if any."""
        self.setAccessibleName(name)
        self._label.setText(text)
        self._label.setVisible(text != "")
