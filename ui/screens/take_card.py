"""Take your card: where it lies, and what to press where the reader can't tell."""

from __future__ import annotations

from kiosk.flow.events import Continued
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.rating import TakeCardView
from ui.widgets.card_drawing import CardDrawing
from ui.widgets.label import Label
from ui.widgets.prose import Prose


class TakeCardScreen(Screen):
    """See the module. It goes away by itself once the reader sees no card any more."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts()
        self._title = Label(TextRole.TITLE)
        self._lines = Prose(kit, TextRole.CHOICE)
        self._drawing = CardDrawing(kit)
        self._drawing.show_card(is_lying=True, is_reader_gone=False)
        read.add(self._title)
        read.add(self._lines, stretch=1)
        do.add(self._drawing, stretch=1)

    def show_view(self, view: TakeCardView) -> None:
        """Say where the card is."""
        self._title.say(view.title)
        self._lines.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._lines.set_sentences(view.lines)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """The card is in its owner's hand."""
        self.send(Continued(self.now()))
