"""A paper under the camera: the live picture with its outline, or the page that was taken."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QHideEvent

from kiosk.flow.events import (
    Continued,
    OtherWayChosen,
    PhotoDeclined,
    PhotoRetaken,
    ShutterPressed,
    Touch,
)
from kiosk.flow.page_events import CornersAsked, PagesEnded, PageTurned
from kiosk.ports.camera import Look, NoPicture
from kiosk.ports.document_camera import PaperLook
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.paper import PaperAct, PaperView
from ui.widgets.banner import Banner
from ui.widgets.label import Label, show_if
from ui.widgets.page_view import PageView
from ui.widgets.tile import Tile

_ACTS: dict[PaperAct, type[Touch]] = {
    PaperAct.WITHOUT: PhotoDeclined,
    PaperAct.ATTENDANT: OtherWayChosen,
    PaperAct.DONE: PagesEnded,
    PaperAct.CORNERS: CornersAsked,
    PaperAct.TURN: PageTurned,
    PaperAct.ANEW: PhotoRetaken,
}


class PaperScreen(Screen):
    """See the module. The frame's Next is the shutter; with a page taken, it keeps it."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(1, 1) if kit.metrics.is_low else self.two_parts(2, 3)
        self._view: PaperView | None = None
        self._has_look = False
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        self._problem = Banner(kit, "warning", "problem")
        self._picture = PageView(kit)
        self._tiles = {
            act: Tile(kit, icon, "")
            for act, icon in (
                (PaperAct.WITHOUT, "next"),
                (PaperAct.DONE, "check"),
                (PaperAct.CORNERS, "edit"),
                (PaperAct.TURN, "refresh"),
                (PaperAct.ANEW, "camera"),
                (PaperAct.ATTENDANT, "person_check"),
            )
        }
        for act, tile in self._tiles.items():
            tile.touched.connect(partial(self._on_tile, act))
        read.add(self._title)
        do.add(self._problem)
        if kit.metrics.is_landscape:
            read.add(self._line, give_way=1)
            read.add_space()
            for tile in self._tiles.values():
                read.add(tile)
            do.add(self._picture, stretch=1)
        else:
            do.add(self._line, give_way=1)
            do.add(self._picture, stretch=1)
            for tile in self._tiles.values():
                do.add(tile)

    def show_view(self, view: PaperView) -> None:
        """Say what to do now."""
        self._view = view
        self._title.say(view.title)
        self._line.say(view.line)
        self._problem.say(view.problem)
        told = {tile.act: tile for tile in view.tiles}
        for act, tile in self._tiles.items():
            words = told.get(act)
            if words is not None:
                # On a low panel two tiles of one line each are what there is room for.
                tile.say(words.title, "" if self.kit.metrics.is_low else words.line)
            show_if(tile, wanted=words is not None)
        self._picture.show_taken(view.jpeg)
        if not view.is_looking:
            self._forget_look()
        self._say_caption()
        self.set_bar(view.bar)

    def show_look(self, look: Look | PaperLook | NoPicture) -> None:
        """Show a live picture; one that comes after the shutter has no place here any more."""
        if self._view is None or not self._view.is_looking:
            return
        self._has_look = isinstance(look, PaperLook)
        self._picture.show_look(look if isinstance(look, PaperLook) else None)
        self._say_caption()

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget the live picture and the page."""
        self._forget_look()
        super().hideEvent(event)

    def go_on(self) -> None:
        """Take the picture, or keep the page."""
        view = self._view
        if view is None or not view.bar.next or not view.bar.is_next_open:
            return
        kind = ShutterPressed if view.is_looking else Continued
        self.send(kind(self.now()))

    def go_back(self) -> None:
        """Go back, or take another picture."""
        if self._view is not None and self._view.is_taken:
            self.send(PhotoRetaken(self.now()))
        else:
            super().go_back()

    def _forget_look(self) -> None:
        self._has_look = False
        self._picture.show_look(None)

    def _say_caption(self) -> None:
        view = self._view
        if view is None:
            return
        is_starting = view.starting != "" and not self._has_look
        self._picture.say(view.picture, view.starting if is_starting else view.caption)

    def _on_tile(self, act: PaperAct) -> None:
        self.send(_ACTS[act](self.now()))
