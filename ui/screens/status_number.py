"""Number and query code, typed one after the other on pads of our own."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.flow.events import StatusTyped
from kiosk.journal import QUERY_CODE_LENGTH
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.status import StatusField, StatusNumberView
from ui.widgets.banner import Banner
from ui.widgets.code_pad import CodePad
from ui.widgets.entries import TypedEntry
from ui.widgets.label import Label, show_if

_LONGEST_NUMBER = 14


class StatusNumberScreen(Screen):
    """See the module. What was typed goes as soon as the page does."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(2, 3)
        self._view: StatusNumberView | None = None
        self._field = StatusField.NUMBER
        self._title = Label(TextRole.TITLE)
        self._hint = Label(TextRole.BODY, tone="muted")
        self._problem = Banner(kit, "warning", "problem")
        self._entries = {
            StatusField.NUMBER: TypedEntry(kit, max_length=_LONGEST_NUMBER),
            StatusField.CODE: TypedEntry(
                kit, letters=True, pad=CodePad(kit), max_length=QUERY_CODE_LENGTH
            ),
        }
        place = QWidget()
        inside = QVBoxLayout(place)
        inside.setContentsMargins(0, 0, 0, 0)
        for entry in self._entries.values():
            inside.addWidget(entry)
            entry.changed.connect(self._on_changed)
        read.add(self._title)
        read.add(self._problem)
        read.add(self._hint, give_way=1)
        do.add(place, stretch=1)

    def show_view(self, view: StatusNumberView) -> None:
        """Ask for the number, or for what has to be typed again."""
        self._view = view
        self._problem.say(view.problem)
        if view.problem:
            self._entries[view.wrong].set_value("")
            self._turn_to(view.wrong)
        else:
            self._turn_to(self._field)

    def go_on(self) -> None:
        """Go from the number to the code, and from there look it up."""
        number = self._entries[StatusField.NUMBER].value
        if self._field is StatusField.NUMBER:
            if number:
                self._problem.say("")
                self._turn_to(StatusField.CODE)
        elif self._entries[StatusField.CODE].value:
            self.send(StatusTyped(self.now(), number, self._entries[StatusField.CODE].value))

    def go_back(self) -> None:
        """Go from the code to the number, and from there back."""
        if self._field is StatusField.CODE:
            self._turn_to(StatusField.NUMBER)
        else:
            super().go_back()

    def type_text(self, text: str) -> bool:
        """Type into the present field."""
        return self._entries[self._field].type_text(text)

    @property
    def is_typed_into(self) -> bool:
        """Say that there is a field."""
        return True

    def erase(self) -> bool:
        """Take the last sign away."""
        return self._entries[self._field].erase()

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget what was typed."""
        if not event.spontaneous():
            self._field = StatusField.NUMBER
            for entry in self._entries.values():
                entry.set_value("")
            if self._view is not None:
                self._turn_to(self._field)
        super().hideEvent(event)

    def _turn_to(self, field: StatusField) -> None:
        view = self._view
        if view is None:
            return
        self._field = field
        shown = view.number if field is StatusField.NUMBER else view.code
        self._title.say(shown.title)
        self._hint.say(shown.hint)
        for name, entry in self._entries.items():
            show_if(entry, wanted=name is field)
        self._entries[field].say(shown.title, view.erase)
        self.set_bar(view.bar)
        self.settle()

    def _on_changed(self) -> None:
        if self._problem.text:
            self._problem.say("")
            self.settle()
