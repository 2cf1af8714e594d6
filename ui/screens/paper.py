"""A paper under the camera: the live picture with its outline, or the page that was taken."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent

from kiosk.flow.events import (
    Continued,
    OtherWayChosen,
    PhotoDeclined,
    PhotoRetaken,
    ShutterPressed,
    Touch,
)
from kiosk.flow.page_events import CornersAsked, PagesEnded, PageTurned
from kiosk.flow.session import TextScale
from kiosk.ports.camera import Look, NoPicture
from kiosk.ports.document_camera import PaperLook
from ui.kit import Kit
from ui.screens.photo import LOOK_AT_CLOCK_MS
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.paper import PaperAct, PaperView
from ui.widgets.aside import Aside
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
        # The shutter opens by the passing of time, also when no picture arrives meanwhile.
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_AT_CLOCK_MS)
        self._timer.timeout.connect(self._renew_bar)
        self._aside = Aside(kit, "document")
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
            do.add(self._aside, stretch=1)
        else:
            do.add(self._line, give_way=1)
            do.add(self._picture, stretch=1)
            do.add(self._aside, stretch=1)
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
                # With one line each, tiles leave room for the page on low panels and in large text.
                tile.say(words.title, "" if self._is_tight else words.line)
            show_if(tile, wanted=words is not None)
        self._picture.show_taken(view.jpeg)
        if not view.is_looking:
            self._forget_look()
        has_picture = view.is_looking or view.jpeg is not None
        show_if(self._picture, wanted=has_picture)
        show_if(self._aside, wanted=not has_picture)
        self._say_caption()
        self._renew_bar()

    def show_look(self, look: Look | PaperLook | NoPicture) -> None:
        """Show a live picture; one that comes after the shutter has no place here any more."""
        if self._view is None or not self._view.is_looking:
            return
        self._has_look = isinstance(look, PaperLook)
        self._picture.show_look(look if isinstance(look, PaperLook) else None)
        self._say_caption()
        self._renew_bar()

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the clock from now on."""
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget the live picture and the page."""
        self._timer.stop()
        self._forget_look()
        self._renew_bar()
        super().hideEvent(event)

    def go_on(self) -> None:
        """Take the picture, or keep the page."""
        view = self._view
        if view is None or not self.bar.next or not self.bar.is_next_open:
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

    @property
    def _is_tight(self) -> bool:
        return self.kit.metrics.is_low or (
            self._view is not None and self._view.scale is TextScale.LARGEST
        )

    def _renew_bar(self) -> None:
        """Open the shutter once there is something to be seen: a blind picture helps nobody."""
        view = self._view
        if view is not None:
            is_late = self.now().monotonic_s >= view.opens_at_s
            may = self._has_look or is_late or not view.is_looking
            self.set_bar(replace(view.bar, is_next_open=view.bar.is_next_open and may))

    def _say_caption(self) -> None:
        view = self._view
        if view is None:
            return
        is_starting = view.starting != "" and not self._has_look
        self._picture.say(view.picture, view.starting if is_starting else view.caption)

    def _on_tile(self, act: PaperAct) -> None:
        self.send(_ACTS[act](self.now()))
