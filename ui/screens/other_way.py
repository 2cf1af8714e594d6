"""Without the chip: what is done instead, and who to call while nobody is there."""

from __future__ import annotations

from kiosk.flow.events import Continued, HelpAsked, StaffDoorOpened, VouchingChosen
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.ladder import OtherWayView
from ui.widgets.label import Label, show_if
from ui.widgets.prose import Prose
from ui.widgets.tile import Tile


class OtherWayScreen(Screen):
    """See the module. Next goes on to the number, where somebody is on duty."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts()
        role = TextRole.BODY if kit.metrics.is_low else TextRole.CHOICE
        self._title = Label(TextRole.TITLE)
        self._lines = Prose(kit, role)
        self._call = Tile(kit, "phone", "", line_role=TextRole.BODY)
        self._staff = Tile(kit, "person_check", "", line_role=TextRole.BODY)
        self._vouch = Tile(kit, "person_helped", "", line_role=TextRole.BODY)
        self._vouch.touched.connect(self._on_vouch)
        self._call.touched.connect(self._on_call)
        self._staff.touched.connect(self._on_staff)
        read.add(self._title)
        read.add(self._lines, stretch=1)
        if kit.metrics.is_landscape:
            do.add_space()
        do.add(self._call)
        do.add(self._staff)
        do.add(self._vouch)
        if kit.metrics.is_landscape:
            do.add_space()

    def show_view(self, view: OtherWayView) -> None:
        """Tell it."""
        self._title.say(view.title)
        self._lines.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._lines.set_sentences(view.lines)
        self._call.say(view.call, view.call_line)
        show_if(self._call, wanted=view.call != "")
        self._staff.say(view.staff, view.staff_line)
        show_if(self._staff, wanted=view.staff != "")
        self._vouch.say(view.vouch, view.vouch_line)
        show_if(self._vouch, wanted=view.vouch != "")
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Go on to the number."""
        self.send(Continued(self.now()))

    def _on_call(self) -> None:
        self.send(HelpAsked(self.now()))

    def _on_vouch(self) -> None:
        self.send(VouchingChosen(self.now()))

    def _on_staff(self) -> None:
        self.send(StaffDoorOpened(self.now()))
