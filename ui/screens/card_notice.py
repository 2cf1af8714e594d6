"""What will be read from the card and why, before the reader is switched on."""

from __future__ import annotations

from kiosk.flow.events import Continued
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.before import CardNoticeView
from ui.widgets.fact_row import FactRow
from ui.widgets.label import Label
from ui.widgets.pages import Pages


class CardNoticeScreen(Screen):
    """See the module."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(1, 2)
        self._title = Label(TextRole.TITLE)
        self._facts = Pages(kit)
        read.add(self._title)
        do.add(self._facts, stretch=1)

    def show_view(self, view: CardNoticeView) -> None:
        """Say it."""
        self._title.say(view.title)
        self._facts.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._facts.set_items(
            [FactRow(self.kit, fact.icon, fact.name, fact.value) for fact in view.facts]
        )
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Switch the reader on."""
        self.send(Continued(self.now()))
