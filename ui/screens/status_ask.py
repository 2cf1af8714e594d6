"""How did my application go, or what is known about me: by card or by number?"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kiosk.flow.events import KnownAsked, StatusByCardChosen, StatusByNumberChosen
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.status import StatusAskView
from ui.widgets.label import Label, is_wanted, show_if
from ui.widgets.tile import Tile


class StatusAskScreen(Screen):
    """See the module."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts()
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        self._card = Tile(kit, "id_card", "", line_role=TextRole.BODY)
        self._number = Tile(kit, "document", "", line_role=TextRole.BODY)
        self._card.touched.connect(self._on_card)
        self._number.touched.connect(self._on_number)
        self._known = Tile(kit, "info", "", line_role=TextRole.BODY)
        self._known.touched.connect(self._on_known)
        read.add(self._title)
        read.add(self._line, give_way=1)
        do.add(self._card)
        do.add(self._number)
        do.add(self._known)

    def show_view(self, view: StatusAskView) -> None:
        """Ask."""
        self._title.say(view.title)
        self._line.say(view.line)
        self._card.say(view.by_card, view.by_card_line)
        self._number.say(view.by_number, view.by_number_line)
        self._known.say(view.known, view.known_line)
        show_if(self._known, wanted=view.known != "")
        self.set_bar(view.bar)

    def first_focus(self) -> QWidget | None:
        """Begin at the card."""
        return self._card

    def type_text(self, text: str) -> bool:
        """Choose by place: 1 is the card, 2 the number, 3 the other question."""
        tiles = {"1": self._card, "2": self._number}
        if is_wanted(self._known):
            tiles["3"] = self._known
        if text not in tiles:
            return False
        tiles[text].click()
        return True

    def _on_known(self) -> None:
        self.send(KnownAsked(self.now()))

    def _on_card(self) -> None:
        self.send(StatusByCardChosen(self.now()))

    def _on_number(self) -> None:
        self.send(StatusByNumberChosen(self.now()))
