"""The number on a card that can't be read, typed on a pad of our own; nothing of it stays here."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.flow.events import NumberTyped
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.ladder import TypedNumberView
from ui.widgets.banner import Banner
from ui.widgets.entries import TypedEntry
from ui.widgets.label import Label


class TypedNumberScreen(Screen):
    """See the module. Which keys there are, the first view tells."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(2, 3)
        self._entry: TypedEntry | None = None
        self._may_be_empty = False
        self._title = Label(TextRole.TITLE)
        self._hint = Label(TextRole.BODY, tone="muted")
        self._problem = Banner(kit, "warning", "problem")
        self._place = QWidget()
        inside = QVBoxLayout(self._place)
        inside.setContentsMargins(0, 0, 0, 0)
        self._inside = inside
        read.add(self._title)
        read.add(self._problem)
        read.add(self._hint, give_way=1)
        do.add(self._place, stretch=1)

    def show_view(self, view: TypedNumberView) -> None:
        """Ask for the number; what was typed stays, to be compared with the card."""
        self._may_be_empty = view.may_be_empty
        self._title.say(view.title)
        self._hint.say(view.hint)
        self._problem.say(view.problem)
        if self._entry is None:
            has_other_letter = view.letter not in ("", "X")
            self._entry = TypedEntry(
                self.kit,
                letters=has_other_letter,
                has_x=view.letter == "X",
                max_length=view.length,
            )
            self._inside.addWidget(self._entry)
        self._entry.say(view.title, view.erase)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Hand the number in."""
        if self._entry is not None and (self._entry.value or self._may_be_empty):
            self.send(NumberTyped(self.now(), self._entry.value))

    def type_text(self, text: str) -> bool:
        """Type a sign."""
        return self._entry is not None and self._entry.type_text(text)

    @property
    def is_typed_into(self) -> bool:
        """Say that there is a field."""
        return True

    def erase(self) -> bool:
        """Take the last sign away."""
        return self._entry is not None and self._entry.erase()

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget what was typed."""
        if not event.spontaneous() and self._entry is not None:
            self._entry.set_value("")
        super().hideEvent(event)
