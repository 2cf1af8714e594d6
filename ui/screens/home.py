"""Home: one large way to begin, the services, and the doors to progress and staff."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from kiosk.flow.events import ServiceChosen, StaffDoorOpened, Started, StatusAsked
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.home import HomeView, ServiceTile
from ui.widgets.banner import Banner
from ui.widgets.label import Label, is_wanted, show_if
from ui.widgets.pages import Pages
from ui.widgets.tile import HeroTile, Tile


class HomeScreen(Screen):
    """See the module. Its Back and Next are the doors to progress and to the staff's screens."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        is_landscape = kit.metrics.is_landscape
        read, do = self.two_parts(1, 1)
        self._title = Label(TextRole.TITLE)
        self._hero = HeroTile(kit, "id_card")
        self._hero.touched.connect(self._on_started)
        self._closed = Banner(kit, "warning", role=TextRole.HEADING)
        roles = (TextRole.BODY, *[TextRole.SIDE] * 3)
        self._closed_lines = [Label(role) for role in roles]
        self._tiles = Pages(kit)
        self._services: list[Tile] = []
        # Below the tiles: where these have room enough, nothing moves when it comes or goes.
        role = TextRole.SIDE if kit.metrics.is_low else TextRole.BODY
        self._notice = Banner(kit, "info", "tint", role=role)
        self._free = Label(TextRole.BODY, tone="muted")
        self._duty = Label(TextRole.BODY, tone="muted")
        read.add(self._title)
        read.add(self._hero)
        read.add(self._closed)
        read.add(self._closed_lines[0])
        if is_landscape:
            read.add_space()
        for number, line in enumerate(self._closed_lines[1:], 1):
            do.add(line, give_way=number)
        do.add(self._tiles, stretch=1)
        do.add(self._notice)
        read.add(self._free, give_way=2)
        read.add(self._duty, give_way=1)

    def show_view(self, view: HomeView) -> None:
        """Show Home."""
        self._title.say(view.title)
        self._free.say(view.free)
        self._duty.say(view.duty)
        self._hero.say(view.hero_title, view.hero_line)
        show_if(self._hero, wanted=view.hero_title != "")
        self._tiles.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._services = [self._tile(service) for service in view.services]
        self._tiles.set_items(self._services)
        if view.notice != self._notice.text:
            # Where there are many services, fewer of them stand beside a notice: no finger that is
            # on its way may hit another one.
            self.kit.gate.screen_changed(self.now().monotonic_s)
        self._notice.say(view.notice)
        self._closed.say(view.closed_title)
        lines = (*view.closed_lines, "", "", "", "")
        for label, line in zip(self._closed_lines, lines, strict=False):
            label.say(line)
        self.set_bar(view.bar)

    def first_focus(self) -> QWidget | None:
        """Begin at the large tile, else at the first service."""
        return self._hero if is_wanted(self._hero) else next(iter(self._services), None)

    def type_text(self, text: str) -> bool:
        """Choose a service by its place: 1 is the first."""
        if not text.isdecimal() or not 1 <= int(text) <= len(self._services):
            return False
        self._services[int(text) - 1].click()
        return True

    def go_back(self) -> None:
        """Ask how an application went."""
        self.send(StatusAsked(self.now(), self.kit.new_session_id()))

    def go_on(self) -> None:
        """Open the staff's door."""
        self.send(StaffDoorOpened(self.now()))

    def _tile(self, service: ServiceTile) -> Tile:
        tile = Tile(self.kit, service.icon, service.title, service.line)
        tile.touched.connect(partial(self._on_chosen, service.service_id))
        return tile

    def _on_started(self) -> None:
        self.send(Started(self.now(), self.kit.new_session_id()))

    def _on_chosen(self, service_id: str) -> None:
        self.send(ServiceChosen(self.now(), self.kit.new_session_id(), service_id))
