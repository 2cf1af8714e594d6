"""Something else today: one tile per service, and a button for who has done everything."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from kiosk.flow.events import Continued, ServiceChosen
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.another import AnotherView
from ui.views.home import ServiceTile
from ui.widgets.banner import Banner
from ui.widgets.label import Label
from ui.widgets.pages import Pages
from ui.widgets.tile import Tile


class AnotherScreen(Screen):
    """See the module. The frame's Next ends the visit."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(2, 3)
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        self._wait = Banner(kit, "clock", "tint")
        self._tiles = Pages(kit)
        self._services: list[Tile] = []
        read.add(self._title)
        read.add(self._line, give_way=1)
        read.add(self._wait)
        do.add(self._tiles, stretch=1)

    def show_view(self, view: AnotherView) -> None:
        """Ask."""
        self._title.say(view.title)
        self._line.say(view.line)
        if view.wait != self._wait.text:
            # Tiles come where there was nothing: no finger that is on its way may hit one.
            self.kit.gate.screen_changed(self.now().monotonic_s)
        self._wait.say(view.wait)
        self._tiles.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._services = [self._tile(service) for service in view.services]
        self._tiles.set_items(self._services)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Everything is done."""
        self.send(Continued(self.now()))

    def type_text(self, text: str) -> bool:
        """Choose a service by its place: 1 is the first."""
        if not text.isdecimal() or not 1 <= int(text) <= len(self._services):
            return False
        self._services[int(text) - 1].click()
        return True

    def first_focus(self) -> QWidget | None:
        """Begin at the first service."""
        return next(iter(self._services), None)

    def _tile(self, service: ServiceTile) -> Tile:
        tile = Tile(self.kit, service.icon, service.title, service.line)
        tile.touched.connect(partial(self._on_chosen, service.service_id))
        return tile

    def _on_chosen(self, service_id: str) -> None:
        self.send(ServiceChosen(self.now(), self.kit.new_session_id(), service_id))
