"""What is still missing: a tile for each paper, the list on paper, and on it goes."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from kiosk.flow.events import Continued, SlipAsked
from kiosk.flow.page_events import PaperChosen
from kiosk.flow.paper_state import Slip
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.papers_missing import MissingTile, PapersMissingView
from ui.widgets.banner import Banner
from ui.widgets.buttons import BigButton
from ui.widgets.label import Label
from ui.widgets.pages import Pages
from ui.widgets.tile import Tile


class PapersMissingScreen(Screen):
    """See the module."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(2, 3)
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        # On a low panel it would have to give way: there it is the last of the rows.
        self._where = None if kit.metrics.is_low else Label(TextRole.BODY)
        self._rows = Pages(kit)
        self._tiles: list[Tile] = []
        self._view: PapersMissingView | None = None
        read.add(self._title)
        read.add(self._line, give_way=2)
        if kit.metrics.is_landscape:
            if self._where is not None:
                read.add(self._where, give_way=1)
            read.add_space()
        do.add(self._rows, stretch=1)
        if self._where is not None and not kit.metrics.is_landscape:
            read.add(self._where, give_way=1)

    def show_view(self, view: PapersMissingView) -> None:
        """Show what is open; of the same list, the page that is being read stays."""
        self._title.say(view.title)
        self._line.say(view.line)
        if self._where is not None:
            self._where.say(view.where)
        self._rows.say(view.pager.earlier, view.pager.later, view.pager.where)
        before, self._view = self._view, view
        if view != before:
            rows = self._made(view)
            is_same = before is not None and before.papers == view.papers
            self._rows.renew(rows) if is_same else self._rows.set_items(rows)
        self.set_bar(view.bar)

    def hideEvent(self, event: QHideEvent) -> None:
        """Begin at the first page when it is shown again."""
        self._view = None
        super().hideEvent(event)

    def go_on(self) -> None:
        """Without them."""
        self.send(Continued(self.now()))

    def type_text(self, text: str) -> bool:
        """Choose a paper by its place: 1 is the first."""
        if not text.isdecimal() or not 1 <= int(text) <= len(self._tiles):
            return False
        self._tiles[int(text) - 1].click()
        return True

    def first_focus(self) -> QWidget | None:
        """Begin at Next: who reads the list has mostly nothing to add."""
        return None

    def _made(self, view: PapersMissingView) -> list[QWidget]:
        self._tiles = [self._tile(it) for it in view.papers]
        rows: list[QWidget] = [*self._tiles]
        if view.no_paper:
            banner = Banner(self.kit, "info", "tint")
            banner.say(view.no_paper)
            rows.append(banner)
        if view.print_it:
            button = BigButton(self.kit, view.print_it)
            button.touched.connect(self._on_print)
            rows.append(button)
        if self._where is None:
            where = Label(TextRole.BODY)
            where.say(view.where)
            rows.append(where)
        return rows

    def _tile(self, paper: MissingTile) -> Tile:
        tile = Tile(self.kit, "document", paper.title, paper.line)
        tile.touched.connect(partial(self._on_paper, paper.paper_id))
        return tile

    def _on_paper(self, paper_id: str) -> None:
        self.send(PaperChosen(self.now(), paper_id))

    def _on_print(self) -> None:
        self.send(SlipAsked(self.now(), Slip.MISSING))
