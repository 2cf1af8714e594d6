"""What is still missing: a tile for each paper, the list on paper, and on it goes."""

from __future__ import annotations

from functools import partial

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
from ui.widgets.label import Label, show_if
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
        self._where = Label(TextRole.BODY)
        self._no_paper = Banner(kit, "info", "tint")
        self._print = BigButton(kit)
        self._print.touched.connect(self._on_print)
        self._papers = Pages(kit)
        self._tiles: list[Tile] = []
        read.add(self._title)
        read.add(self._line, give_way=2)
        if kit.metrics.is_landscape:
            read.add(self._where, give_way=1)
            read.add_space()
        do.add(self._papers, stretch=1)
        if not kit.metrics.is_landscape:
            read.add(self._where, give_way=1)
        read.add(self._no_paper)
        read.add(self._print)

    def show_view(self, view: PapersMissingView) -> None:
        """Show what is open; the page of the list that is being read stays."""
        self._title.say(view.title)
        self._line.say(view.line)
        self._where.say(view.where)
        self._no_paper.say(view.no_paper)
        self._print.say(view.print_it)
        show_if(self._print, wanted=view.print_it != "")
        self._papers.say(view.pager.earlier, view.pager.later, view.pager.where)
        said = [(tile.accessibleName(), tile.accessibleDescription()) for tile in self._tiles]
        if said != [(it.title, it.line) for it in view.papers]:
            self._tiles = [self._tile(it) for it in view.papers]
            self._papers.set_items(self._tiles)
        self.set_bar(view.bar)

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

    def _tile(self, paper: MissingTile) -> Tile:
        tile = Tile(self.kit, "document", paper.title, paper.line)
        tile.touched.connect(partial(self._on_paper, paper.paper_id))
        return tile

    def _on_paper(self, paper_id: str) -> None:
        self.send(PaperChosen(self.now(), paper_id))

    def _on_print(self) -> None:
        self.send(SlipAsked(self.now(), Slip.MISSING))
