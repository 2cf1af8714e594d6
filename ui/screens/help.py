"""Help: the bell rings; who comes, whom to call, and how to go on."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.flow.events import HelpAnswered, HelperJoined, SlipAsked, StaffDoorOpened
from kiosk.flow.paper_state import Slip
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import GAP_MM, TextRole
from ui.views.overlays import HelpView
from ui.widgets.badge import Badge
from ui.widgets.buttons import BigButton
from ui.widgets.label import Label, Sheet, show_if
from ui.widgets.tile import Tile


class HelpScreen(Screen):
    """See the module. Lies over a step."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        height_mm = kit.metrics.bar_mm
        read, do = self.two_parts()
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        self._join = Tile(kit, "person_helped", "")
        self._came = BigButton(kit, look="primary", height_mm=height_mm)
        self._close = BigButton(kit, height_mm=height_mm)
        self._staff = BigButton(kit, height_mm=height_mm)
        self._print = BigButton(kit, height_mm=height_mm)
        self._print.touched.connect(self._on_print)
        self._came.touched.connect(self._on_came)
        self._close.touched.connect(self._on_came)
        self._join.touched.connect(self._on_joined)
        self._staff.touched.connect(self._on_staff)
        read.add(Badge(kit, "hand"), give_way=2)
        read.add(self._title)
        read.add(self._line, give_way=1)
        read.add(self._make_phone_sheet())
        do.add_space()
        do.add(self._print)
        do.add(self._join)
        do.add(self._came)
        below = QWidget()
        row = QHBoxLayout(below)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.px(GAP_MM))
        row.addWidget(self._staff, 2)
        row.addWidget(self._close, 3)
        do.add(below)

    def show_view(self, view: HelpView) -> None:
        """Say that somebody comes."""
        self._title.say(view.title)
        self._line.say(view.line)
        self._who.say(view.who)
        self._phone_name.say(view.phone_name)
        self._phone.say(view.phone)
        self._hours.say(view.hours)
        self._join.say(view.join, view.join_line)
        show_if(self._join, wanted=view.join != "")
        self._came.say(view.came)
        self._close.say(view.close)
        self._staff.say(view.staff)
        self._print.say(view.print_it)
        show_if(self._print, wanted=view.print_it != "")

    def go_on(self) -> None:
        """Somebody came."""
        self._on_came()

    def go_back(self) -> None:
        """Close the help."""
        self._on_came()

    def first_focus(self) -> QWidget | None:
        """Begin at "somebody came"."""
        return self._came

    def _make_phone_sheet(self) -> Sheet:
        kit = self.kit
        sheet = Sheet("tint")
        box = QVBoxLayout(sheet)
        box.setContentsMargins(kit.px(8), kit.px(5), kit.px(8), kit.px(5))
        box.setSpacing(kit.px(1))
        self._who = Label(TextRole.HEADING)
        self._phone_name = Label(TextRole.BODY, tone="muted")
        self._phone = Label(TextRole.TITLE if kit.metrics.is_low else TextRole.HUGE)
        self._hours = Label(TextRole.BODY, tone="muted")
        for label in (self._who, self._phone_name, self._phone, self._hours):
            box.addWidget(label)
        return sheet

    def _on_came(self) -> None:
        self.send(HelpAnswered(self.now()))

    def _on_joined(self) -> None:
        self.send(HelperJoined(self.now()))

    def _on_staff(self) -> None:
        self.send(StaffDoorOpened(self.now()))

    def _on_print(self) -> None:
        self.send(SlipAsked(self.now(), Slip.HELP))
