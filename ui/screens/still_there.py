"""Are you still there? One huge answer, and any touch on the page is one too."""

from __future__ import annotations

from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from kiosk.flow.events import StillHere
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.overlays import StillThereView
from ui.widgets.badge import Badge
from ui.widgets.buttons import BigButton
from ui.widgets.label import Label


class StillThereScreen(Screen):
    """See the module. Lies over a step."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts()
        self._title = Label(TextRole.HUGE)
        self._line = Label(TextRole.CHOICE, tone="muted")
        height_mm = 80.0 if kit.metrics.is_low else 110.0
        self._here = BigButton(kit, look="primary", height_mm=height_mm, role=TextRole.TITLE)
        self._here.touched.connect(self._on_here)
        read.add(Badge(kit, "person"), give_way=1)
        read.add(self._title)
        read.add(self._line)
        do.add_space()
        do.add(self._here)
        do.add_space()

    def show_view(self, view: StillThereView) -> None:
        """Ask."""
        self._title.say(view.title)
        self._line.say(view.line)
        self._here.say(view.here)

    def go_on(self) -> None:
        """Somebody is there."""
        self._on_here()

    def go_back(self) -> None:
        """Whoever presses Escape is there too."""
        self._on_here()

    def type_text(self, text: str) -> bool:
        """Whoever types is there."""
        self._on_here()
        return True

    def first_focus(self) -> QWidget | None:
        """Begin at the answer."""
        return self._here

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a touch beside the button as the answer."""
        self._on_here()

    def _on_here(self) -> None:
        self.send(StillHere(self.now()))
