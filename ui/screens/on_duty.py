"""Signed in: join the visit that waits behind, tell of new paper, or sign out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from kiosk.flow.events import HelperJoined, SignedOut, StaffDoorClosed
from kiosk.flow.staff_events import RefillAsked, RefillConfirmed, RefillDropped
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.staff import OnDutyView, PaperTile
from ui.widgets.banner import Banner
from ui.widgets.label import Label
from ui.widgets.pages import Pages
from ui.widgets.tile import Tile


class OnDutyScreen(Screen):
    """See the module."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts()
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        self._joined = Banner(kit, "check", "tint")
        self._tiles: list[Tile] = []
        self._pages = Pages(kit)
        read.add(self._title)
        read.add(self._joined)
        read.add(self._line, give_way=1)
        do.add(self._pages, stretch=1)

    def show_view(self, view: OnDutyView) -> None:
        """Show what can be done."""
        self._title.say(view.title)
        self._line.say(view.line)
        self._joined.say(view.joined)
        self._pages.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._tiles = []
        if view.join:
            self._add("person_helped", view.join, view.join_line, self._on_joined)
        for it in view.paper:
            self._add("printer", it.words, it.line, partial(self._on_paper, it))
        if view.sign_out:
            self._add("stop", view.sign_out, view.sign_out_line, self._on_signed_out)
        self._pages.set_items(self._tiles)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Go back to the residents' screens."""
        self.send(StaffDoorClosed(self.now()))

    def first_focus(self) -> QWidget | None:
        """Begin at what comes first."""
        return next(iter(self._tiles), None)

    def _add(self, icon: str, words: str, line: str, do: Callable[[], None]) -> None:
        tile = Tile(self.kit, icon, "", line_role=TextRole.BODY)
        tile.say(words, "" if self.kit.metrics.is_low else line)  # else each takes a page
        tile.touched.connect(do)
        self._tiles.append(tile)

    def _on_joined(self) -> None:
        self.send(HelperJoined(self.now()))

    def _on_paper(self, told: PaperTile) -> None:
        if told.port is None:
            self.send(RefillDropped(self.now()))
        elif told.is_sure:
            self.send(RefillConfirmed(self.now()))
        else:
            self.send(RefillAsked(self.now(), told.port))

    def _on_signed_out(self) -> None:
        self.send(SignedOut(self.now()))
