"""The edges of a page, put right by hand."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent

from kiosk.flow.page_events import CornersSet
from kiosk.ports.document_camera import WHOLE_PICTURE
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.paper import CornersView
from ui.widgets.corner_picker import CornerPicker
from ui.widgets.label import Label


class PaperCornersScreen(Screen):
    """See the module. Next cuts the page by the corners as they are."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(1, 3)
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        self.picker = CornerPicker(kit)
        self.picker.reached_by_keys.connect(self._on_keys)
        self._keys = ""
        read.add(self._title)
        read.add(self._line, give_way=1)
        do.add(self.picker, stretch=1)

    def show_view(self, view: CornersView) -> None:
        """Show the picture and its corners."""
        self._title.say(view.title)
        self._keys = view.keys
        self._line.say(view.line)
        self.picker.say_keys(view.keys)
        self.picker.show_picture(view.jpeg, view.corners, view.names)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Cut the page so."""
        self.send(CornersSet(self.now(), self.picker.corners))

    def _on_keys(self) -> None:
        """Say how keys do it to whoever came to a corner with them."""
        self._line.say(self._keys)

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget the picture."""
        self.picker.show_picture(None, WHOLE_PICTURE, ("", "", "", ""))
        super().hideEvent(event)
