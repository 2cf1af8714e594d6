"""Without the chip: what is done instead, and who to call while nobody is there."""

from __future__ import annotations

from kiosk.flow.events import Continued, HelpAsked, StaffDoorOpened, VouchingChosen
from ui.kit import Kit
from ui.screens.ways import WaysScreen
from ui.theme import TextRole
from ui.views.ladder import OtherWayView


class OtherWayScreen(WaysScreen):
    """See the module. Next goes on to the number, where somebody is on duty."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        ways = (
            ("phone", HelpAsked),
            ("person_check", StaffDoorOpened),
            ("person_helped", VouchingChosen),
        )
        super().__init__(kit, ways, line_role=TextRole.BODY)

    def show_view(self, view: OtherWayView) -> None:
        """Tell it."""
        words = (
            (view.call, view.call_line),
            (view.staff, view.staff_line),
            (view.vouch, view.vouch_line),
        )
        self.show_ways(view.title, view.lines, view.pager, words)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Go on to the number."""
        self.send(Continued(self.now()))
