"""A PIN on a pad of our own: only dots are shown, and nothing of it stays."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QShowEvent

from kiosk.flow.events import PinTyped
from kiosk.staff import MOST_DIGITS
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.staff import PinView
from ui.widgets.banner import Banner
from ui.widgets.entries import TypedEntry
from ui.widgets.label import Label


class PinScreen(Screen):
    """See the module; volunteers and the technician have one each."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(2, 3)
        self._said = ""
        self._title = Label(TextRole.TITLE)
        self._hint = Label(TextRole.BODY, tone="muted")
        self._problem = Banner(kit, "warning", "problem")
        self._entry = TypedEntry(kit, is_hidden=True, max_length=MOST_DIGITS)
        self._entry.changed.connect(self._on_changed)
        read.add(self._title)
        read.add(self._problem)
        read.add(self._hint, give_way=1)
        do.add(self._entry, stretch=1)

    def show_view(self, view: PinView) -> None:
        """Ask for the PIN, or for it again."""
        self._title.say(view.title)
        self._hint.say(view.hint)
        self._said = view.problem
        self._problem.say(view.problem)
        self._entry.say(view.title, view.erase)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Hand the PIN in, and forget it."""
        pin = self._entry.value
        if pin:
            self._entry.set_value("")
            self.send(PinTyped(self.now(), pin))

    def type_text(self, text: str) -> bool:
        """Type a digit."""
        return self._entry.type_text(text)

    @property
    def is_typed_into(self) -> bool:
        """Say that there is a field."""
        return True

    def erase(self) -> bool:
        """Take the last digit away."""
        return self._entry.erase()

    def showEvent(self, event: QShowEvent) -> None:
        """Say the problem again: the same wrong PIN twice is the same view."""
        self._problem.say(self._said)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget what was typed."""
        self._entry.set_value("")
        super().hideEvent(event)

    def _on_changed(self) -> None:
        if self._problem.text:
            self._problem.say("")
            self.settle()
