"""Text on the glass, and the sheet it may lie on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from ui.theme import TextRole


class Label(QLabel):
    """Plain text that wraps; its size comes from its role, its colour from its tone.

    Tones: "" (ink), "muted", "warm", "primary", "ok".
    """

    def __init__(
        self, role: TextRole, text: str = "", *, tone: str = "", is_centred: bool = False
    ) -> None:
        """Make a label; a property set before the first show needs no re-polishing."""
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("role", role.value)
        self.setProperty("tone", tone)
        # Plain text would else be selected by a long touch.
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        if is_centred:
            self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def say(self, text: str) -> None:
        """Show `text`; without any the label takes no room."""
        if text != self.text():
            self.setText(text)
        show_if(self, wanted=text != "")

    def set_tone(self, tone: str) -> None:
        """Colour the text otherwise."""
        set_property(self, "tone", tone)


class Sheet(QFrame):
    """A rounded surface; looks: "" (card), "warm", "tint", "field", "field_now", "problem",
    "simulated", "bar", "badge".
    """

    def __init__(self, look: str = "", parent: QWidget | None = None) -> None:
        """Make an empty surface; put a layout on it."""
        super().__init__(parent)
        self.setProperty("look", look)

    def set_look(self, look: str) -> None:
        """Change the surface."""
        set_property(self, "look", look)


def show_if(widget: QWidget, *, wanted: bool) -> None:
    """Show a widget or take it away; a `Column` can tell this from having no room for it."""
    widget.setProperty("unwanted", not wanted)
    widget.setVisible(wanted)


def is_wanted(widget: QWidget) -> bool:
    """Say whether a widget is to be seen if there is room."""
    return widget.property("unwanted") is not True


def set_property(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet selects by, and let the style see it."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    for child in widget.findChildren(QWidget):
        style.unpolish(child)
        style.polish(child)
    widget.update()
