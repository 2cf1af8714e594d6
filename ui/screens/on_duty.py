"""Signed in: join the visit that waits behind, or sign out."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kiosk.flow.events import HelperJoined, SignedOut, StaffDoorClosed
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.staff import OnDutyView
from ui.widgets.banner import Banner
from ui.widgets.label import Label, is_wanted, show_if
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
        self._join = Tile(kit, "person_helped", "", line_role=TextRole.BODY)
        self._sign_out = Tile(kit, "stop", "", line_role=TextRole.BODY)
        self._join.touched.connect(self._on_joined)
        self._sign_out.touched.connect(self._on_signed_out)
        read.add(self._title)
        read.add(self._joined)
        read.add(self._line, give_way=1)
        do.add(self._join)
        do.add(self._sign_out)

    def show_view(self, view: OnDutyView) -> None:
        """Show what can be done."""
        self._title.say(view.title)
        self._line.say(view.line)
        self._joined.say(view.joined)
        self._join.say(view.join, view.join_line)
        show_if(self._join, wanted=view.join != "")
        self._sign_out.say(view.sign_out, view.sign_out_line)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Go back to the residents' screens."""
        self.send(StaffDoorClosed(self.now()))

    def first_focus(self) -> QWidget | None:
        """Begin at joining, where there is a visit."""
        return self._join if is_wanted(self._join) else None

    def _on_joined(self) -> None:
        self.send(HelperJoined(self.now()))

    def _on_signed_out(self) -> None:
        self.send(SignedOut(self.now()))
