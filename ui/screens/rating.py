"""Five faces to choose from; one touch is the answer."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from kiosk.flow.events import Continued, Rated
from kiosk.flow.session import Rating
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.rating import RatingView
from ui.widgets.banner import Banner
from ui.widgets.icon_row import IconRow
from ui.widgets.label import Label
from ui.widgets.pages import Pages


class RatingScreen(Screen):
    """See the module. The frame's Next leaves it out."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(2, 3)
        self._title = Label(TextRole.TITLE)
        self._own = Banner(kit, "person", "tint")
        self._line = Label(TextRole.BODY, tone="muted")
        self._faces = Pages(kit)
        self._rows: list[IconRow] = []
        read.add(self._title)
        read.add(self._own)
        read.add(self._line, give_way=1)
        do.add(self._faces, stretch=1)

    def show_view(self, view: RatingView) -> None:
        """Ask."""
        self._title.say(view.title)
        self._own.say(view.own)
        self._line.say(view.line)
        self._faces.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._rows = []
        size_mm = 14.0 if self.kit.metrics.is_landscape else 20.0
        for face in view.faces:
            row = IconRow(self.kit, face.icon, face.text, icon_mm=size_mm)
            row.touched.connect(partial(self._on_rated, face.rating))
            self._rows.append(row)
        self._faces.set_items(self._rows)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Leave it out."""
        self.send(Continued(self.now()))

    def type_text(self, text: str) -> bool:
        """Choose by place: 1 is the best."""
        if not text.isdecimal() or not 1 <= int(text) <= len(self._rows):
            return False
        self._rows[int(text) - 1].click()
        return True

    def first_focus(self) -> QWidget | None:
        """Begin at the first face."""
        return next(iter(self._rows), None)

    def _on_rated(self, rating: Rating) -> None:
        self.send(Rated(self.now(), rating))
