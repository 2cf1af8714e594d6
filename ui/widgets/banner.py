"""A line that says how things are today, with a sign in front of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from ui.kit import Kit
from ui.theme import TextRole
from ui.widgets.icon import Icon
from ui.widgets.label import Label, Sheet, is_wanted, show_if


class Banner(Sheet):
    """A sentence on a tinted surface; stays until whoever made it takes it away."""

    def __init__(
        self, kit: Kit, icon: str, look: str = "warm", *, role: TextRole = TextRole.BODY
    ) -> None:
        """Make a banner without words, hidden; looks as in `Sheet`."""
        super().__init__(look)
        row = QHBoxLayout(self)
        above = kit.px(1.5 if kit.metrics.is_low else 3)
        row.setContentsMargins(kit.px(4), above, kit.px(4), above)
        row.setSpacing(kit.px(4))
        colour = "warm" if look in ("warm", "problem") else "on_tint"
        self._icon = Icon(kit, icon, 10, colour)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self._label = Label(role)
        row.addWidget(self._label, 1)
        show_if(self, wanted=False)

    def say(self, text: str, room_for: str = "") -> None:
        """Show a sentence; without any the banner takes no room, but for that of `room_for`."""
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(room_for != "")
        self.setSizePolicy(policy)
        self._label.setText(text or room_for)
        self.setAccessibleName(text)
        show_if(self, wanted=text != "")

    @property
    def text(self) -> str:
        """Return the sentence."""
        return self._label.text() if is_wanted(self) else ""
