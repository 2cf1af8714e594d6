"""Signed in: join the visit that waits behind, tell of new paper, or sign out."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from kiosk.flow.events import HelperJoined, SignedOut, StaffDoorClosed
from kiosk.flow.staff_events import RefillAsked, RefillConfirmed, RefillDropped
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.staff import OnDutyView, PaperTile
from ui.widgets.banner import Banner
from ui.widgets.label import Label, is_wanted, show_if
from ui.widgets.tile import Tile

_MOST = 2
"""A kiosk has two printers at most."""


class OnDutyScreen(Screen):
    """See the module."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts()
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        self._joined = Banner(kit, "check", "tint")
        self._join = Tile(kit, "person_helped", "", line_role=TextRole.BODY)
        self._paper = [Tile(kit, "printer", "", line_role=TextRole.BODY) for _ in range(_MOST)]
        self._shown: tuple[PaperTile, ...] = ()
        for number, tile in enumerate(self._paper):
            tile.touched.connect(partial(self._on_paper, number))
        self._sign_out = Tile(kit, "stop", "", line_role=TextRole.BODY)
        self._join.touched.connect(self._on_joined)
        self._sign_out.touched.connect(self._on_signed_out)
        read.add(self._title)
        read.add(self._joined)
        read.add(self._line, give_way=1)
        do.add(self._join)
        for tile in self._paper:
            do.add(tile)
        do.add(self._sign_out)

    def show_view(self, view: OnDutyView) -> None:
        """Show what can be done."""
        self._title.say(view.title)
        self._line.say(view.line)
        self._joined.say(view.joined)
        self._join.say(view.join, view.join_line)
        show_if(self._join, wanted=view.join != "")
        self._shown = view.paper[:_MOST]
        for number, tile in enumerate(self._paper):
            told = self._shown[number] if number < len(self._shown) else None
            if told is not None:
                tile.say(told.words, told.line)
            show_if(tile, wanted=told is not None)
        self._sign_out.say(view.sign_out, view.sign_out_line)
        show_if(self._sign_out, wanted=view.sign_out != "")
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Go back to the residents' screens."""
        self.send(StaffDoorClosed(self.now()))

    def first_focus(self) -> QWidget | None:
        """Begin at joining, where there is a visit."""
        return self._join if is_wanted(self._join) else None

    def _on_joined(self) -> None:
        self.send(HelperJoined(self.now()))

    def _on_paper(self, number: int) -> None:
        told = self._shown[number]
        if told.port is None:
            self.send(RefillDropped(self.now()))
        elif told.is_sure:
            self.send(RefillConfirmed(self.now()))
        else:
            self.send(RefillAsked(self.now(), told.port))

    def _on_signed_out(self) -> None:
        self.send(SignedOut(self.now()))
