"""The staff's door: names to touch."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from kiosk.flow.events import StaffChosen
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.staff import DoorView
from ui.widgets.icon_row import IconRow
from ui.widgets.label import Label
from ui.widgets.pages import Pages


class DoorScreen(Screen):
    """See the module."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(2, 3)
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        self._pages = Pages(kit)
        self._rows: list[IconRow] = []
        read.add(self._title)
        read.add(self._line, give_way=1)
        do.add(self._pages, stretch=1)

    def show_view(self, view: DoorView) -> None:
        """Show who may sign in."""
        self._title.say(view.title)
        self._line.say(view.line)
        self._pages.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._rows = []
        for row in view.rows:
            button = IconRow(self.kit, row.icon, row.name, row.line)
            button.touched.connect(partial(self._on_chosen, row.staff_id))
            self._rows.append(button)
        self._pages.set_items(self._rows)
        self.set_bar(view.bar)

    def type_text(self, text: str) -> bool:
        """Choose by place: 1 is the first."""
        if not text.isdecimal() or not 1 <= int(text) <= len(self._rows):
            return False
        self._rows[int(text) - 1].click()
        return True

    def first_focus(self) -> QWidget | None:
        """Begin at the first name."""
        return next(iter(self._rows), None)

    def _on_chosen(self, staff_id: str) -> None:
        self.send(StaffChosen(self.now(), staff_id))
