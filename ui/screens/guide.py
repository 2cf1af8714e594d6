"""What the service is, who may apply, what to bring, how long it takes, and that it is free."""

from __future__ import annotations

from kiosk.flow.events import Continued, SlipAsked
from kiosk.flow.paper_state import Slip
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.before import GuideView
from ui.widgets.buttons import BigButton
from ui.widgets.fact_row import FactRow
from ui.widgets.label import Label, show_if
from ui.widgets.pages import Pages


class GuideScreen(Screen):
    """See the module."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(2, 5)
        self._title = Label(TextRole.TITLE)
        self._facts = Pages(kit)
        read.add(self._title)
        self._print = BigButton(kit)
        self._print.touched.connect(self._on_print)
        do.add(self._facts, stretch=1)
        if kit.metrics.is_landscape:
            read.add_space()
        read.add(self._print)

    def show_view(self, view: GuideView) -> None:
        """Show what there is to know."""
        self._title.say(view.title)
        self._facts.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._facts.set_items(
            [FactRow(self.kit, fact.icon, fact.name, fact.value) for fact in view.facts]
        )
        self._print.say(view.print_it)
        show_if(self._print, wanted=view.print_it != "")
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Begin."""
        self.send(Continued(self.now()))

    def _on_print(self) -> None:
        self.send(SlipAsked(self.now(), Slip.BRING_LIST))
