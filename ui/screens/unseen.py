"""Something was handed in before and its number never shown: it counts, here it is."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from kiosk.flow.events import Continued, ReprintAsked
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.known import UnseenRow, UnseenView
from ui.widgets.banner import Banner
from ui.widgets.buttons import BigButton
from ui.widgets.label import Label, Sheet, show_if
from ui.widgets.pages import Pages


class UnseenScreen(Screen):
    """See the module. Back is "that is all", and ends the visit."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts()
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY)
        self._rows = Pages(kit)
        self._paper = Banner(kit, "printer", "tint")
        self._print = BigButton(kit, look="primary")
        self._print.touched.connect(self._on_print)
        read.add(self._title)
        read.add(self._line)
        do.add(self._rows, stretch=1)
        do.add(self._paper)
        do.add(self._print)

    def show_view(self, view: UnseenView) -> None:
        """Tell it."""
        self._title.say(view.title)
        self._line.say(view.line)
        self._rows.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._rows.set_items([self._row(row) for row in view.rows])
        self._paper.say(view.paper)
        self._print.say(view.print_it)
        show_if(self._print, wanted=view.print_it != "")
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Go on with what was begun."""
        self.send(Continued(self.now()))

    def _row(self, row: UnseenRow) -> Sheet:
        kit = self.kit
        sheet = Sheet()
        box = QVBoxLayout(sheet)
        above = kit.px(2 if kit.metrics.is_low else 4)
        box.setContentsMargins(kit.px(6), above, kit.px(6), above)
        box.setSpacing(kit.px(2))
        box.addWidget(Label(TextRole.HEADING, row.number))
        box.addWidget(Label(TextRole.STRONG, row.code))
        box.addWidget(Label(TextRole.BODY, row.what, tone="muted"))
        return sheet

    def _on_print(self) -> None:
        self.send(ReprintAsked(self.now()))
