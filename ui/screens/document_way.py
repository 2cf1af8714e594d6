"""A passport or travel permit: by the camera, or typed."""

from __future__ import annotations

from functools import partial

from kiosk.flow.document_events import WayChosen
from kiosk.flow.document_try import DocumentWay
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.documents import DocumentWayView
from ui.widgets.document_drawing import DocumentDrawing
from ui.widgets.label import Label, show_if
from ui.widgets.tile import Tile

_ICONS = {DocumentWay.CAMERA: "camera", DocumentWay.TYPED: "edit", DocumentWay.ACCESS: "lock"}


class DocumentWayScreen(Screen):
    """See the module. Touching a tile leads on; there is no Next."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts()
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        self._drawing = DocumentDrawing(kit)
        small = TextRole.SIDE if kit.metrics.is_low else TextRole.BODY
        self._tiles = {way: Tile(kit, icon, line_role=small) for way, icon in _ICONS.items()}
        read.add(self._title)
        read.add(self._line, give_way=1)
        read.add(self._drawing, give_way=2, stretch=1)
        if kit.metrics.is_landscape:
            do.add_space()
        for way, tile in self._tiles.items():
            tile.touched.connect(partial(self._on_way, way))
            # The rarest stands beside the others in landscape: three are too high for a low panel.
            (read if way is DocumentWay.ACCESS else do).add(tile)
        if kit.metrics.is_landscape:
            do.add_space()

    def show_view(self, view: DocumentWayView) -> None:
        """Offer the ways that there are."""
        self._title.say(view.title)
        self._line.say(view.line)
        offered = {it.way: it for it in view.ways}
        for way, tile in self._tiles.items():
            if way in offered:
                tile.say(offered[way].title, offered[way].line)
            show_if(tile, wanted=way in offered)
        self.set_bar(view.bar)

    def _on_way(self, way: DocumentWay) -> None:
        self.send(WayChosen(self.now(), way))
