"""A page that tells how it stands and offers ways on: tiles, each there only while it is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk.clock import Moment
from kiosk.flow.events import Event
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.pager import Pager
from ui.widgets.label import Label, show_if
from ui.widgets.prose import Prose
from ui.widgets.tile import Tile


class WaysScreen(Screen):
    """Title, sentences, tiles; see the module. What Next does is the page's own."""

    def __init__(
        self,
        kit: Kit,
        ways: Sequence[tuple[str, Callable[[Moment], Event]]],
        *,
        line_role: TextRole = TextRole.SIDE,
    ) -> None:
        """Make the page without words.

        Args:
            kit: How large everything is.
            ways: Each tile's icon, and what a touch sends, made of the moment of the touch.
            line_role: How large the half line under a tile's words is.
        """
        super().__init__(kit)
        read, do = self.two_parts()
        self._title = Label(TextRole.TITLE)
        self._lines = Prose(kit, TextRole.BODY if kit.metrics.is_low else TextRole.CHOICE)
        read.add(self._title)
        read.add(self._lines, stretch=1)
        self._ways: list[Tile] = []
        if kit.metrics.is_landscape:
            do.add_space()
        for icon, touched in ways:
            tile = Tile(kit, icon, line_role=line_role)
            tile.touched.connect(lambda touched=touched: self.send(touched(self.now())))
            self._ways.append(tile)
            do.add(tile)
        if kit.metrics.is_landscape:
            do.add_space()

    def show_ways(
        self, title: str, lines: Sequence[str], pager: Pager, words: Sequence[tuple[str, str]]
    ) -> None:
        """Say all of it; a way without words is not there."""
        self._title.say(title)
        self._lines.say(pager.earlier, pager.later, pager.where)
        self._lines.set_sentences(lines)
        for tile, (name, line) in zip(self._ways, words, strict=True):
            tile.say(name, line)
            show_if(tile, wanted=name != "")
