"""For myself, or for somebody else, which a person does where the service is not made for it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kiosk.flow.events import Continued, HelpAsked, OnBehalfChosen
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.before import ForWhomView
from ui.widgets.label import Label
from ui.widgets.pages import Pages
from ui.widgets.tile import Tile


class ForWhomScreen(Screen):
    """See the module."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(1, 3)
        self._title = Label(TextRole.TITLE)
        self._ways = Pages(kit)
        self._tiles: list[Tile] = []
        self._is_offered = False
        read.add(self._title)
        do.add(self._ways, stretch=1)

    def show_view(self, view: ForWhomView) -> None:
        """Show both ways."""
        self._is_offered = view.is_offered
        self._title.say(view.title)
        role = TextRole.SIDE if self.kit.metrics.is_low else TextRole.BODY
        myself = Tile(self.kit, "person", view.myself, view.myself_line, line_role=role)
        other = Tile(self.kit, "person_helped", view.other, view.other_line, line_role=role)
        myself.touched.connect(self.go_on)
        other.touched.connect(self._on_other)
        self._tiles = [myself, other]
        self._ways.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._ways.set_items(self._tiles)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Do it for myself."""
        self.send(Continued(self.now()))

    def type_text(self, text: str) -> bool:
        """Choose by its place."""
        if text not in {"1", "2"}:
            return False
        self._tiles[int(text) - 1].click()
        return True

    def first_focus(self) -> QWidget | None:
        """Begin at the first."""
        return next(iter(self._tiles), None)

    def _on_other(self) -> None:
        at = self.now()
        self.send(OnBehalfChosen(at) if self._is_offered else HelpAsked(at))
