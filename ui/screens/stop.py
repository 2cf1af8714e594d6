"""Go on or stop; also asked when the card was taken before signing."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kiosk.flow.events import SlipAsked, StopConfirmed, StopDeclined
from kiosk.flow.paper_state import Slip
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.overlays import StopView
from ui.widgets.badge import Badge
from ui.widgets.label import Label, show_if
from ui.widgets.tile import Tile


class StopScreen(Screen):
    """See the module. Lies over a step; going on is what Enter and Escape do."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts()
        self._badge = Badge(kit, "stop")
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.CHOICE)
        self._go_on = Tile(kit, "next", "", line_role=TextRole.BODY)
        self._stop = Tile(kit, "close", "", line_role=TextRole.BODY)
        self._slip = Tile(kit, "printer", "", line_role=TextRole.BODY)
        self._go_on.set_look("primary")
        self._go_on.touched.connect(self.go_on)
        self._stop.touched.connect(self._on_stop)
        self._slip.touched.connect(self._on_slip)
        read.add(self._badge, give_way=1)
        read.add(self._title)
        read.add(self._line)
        do.add_space()
        do.add(self._go_on)
        do.add(self._slip)
        do.add(self._stop)
        if kit.metrics.is_landscape:
            do.add_space()

    def show_view(self, view: StopView) -> None:
        """Ask."""
        self._badge.draw(view.icon)
        self._title.say(view.title)
        self._line.say(view.line)
        self._go_on.say(view.go_on, view.go_on_line)
        self._stop.say(view.stop, view.stop_line)
        self._slip.say(view.slip, view.slip_line)
        show_if(self._slip, wanted=view.slip != "")

    def go_on(self) -> None:
        """Go on with the visit."""
        self.send(StopDeclined(self.now()))

    def go_back(self) -> None:
        """Go on with the visit."""
        self.go_on()

    def first_focus(self) -> QWidget | None:
        """Begin at going on: nothing is lost by it."""
        return self._go_on

    def _on_stop(self) -> None:
        self.send(StopConfirmed(self.now()))

    def _on_slip(self) -> None:
        self.send(SlipAsked(self.now(), Slip.DRAFT))
