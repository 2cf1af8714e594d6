"""Comparing card and face: one moment, and then what else can be done; and what a witness sees."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.flow.events import Continued, OtherWayChosen, PhotoRetaken
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.screens.ways import WaysScreen
from ui.theme import GAP_MM, TextRole
from ui.views.face_check import FaceCheckView, WitnessLookView
from ui.widgets.camera_view import CameraView
from ui.widgets.label import Label, Sheet, show_if

_LEAST_MM = 28.0
"""Of a picture, either way: as large as on a card, on the lowest panel."""


class FaceCheckScreen(WaysScreen):
    """See the module. Next goes on without a match, where the service takes that."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit, (("camera", PhotoRetaken), ("person_check", OtherWayChosen)))

    def show_view(self, view: FaceCheckView) -> None:
        """Tell it."""
        words = ((view.again, view.again_line), (view.ask, view.ask_line))
        self.show_ways(view.title, view.lines, view.pager, words)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Go on without a match."""
        self.send(Continued(self.now()))


class _Pair(QWidget):
    """Two pictures side by side, as high as there is room: pictures need no height of their own."""

    def hasHeightForWidth(self) -> bool:
        """Say that it takes what it gets."""
        return False


class _Named(Sheet):
    """A picture with its name above it: on it, the name would cover a chin."""

    def __init__(self, kit: Kit) -> None:
        """Show nothing."""
        super().__init__()
        self._name = Label(TextRole.BODY, is_centred=True)
        self._picture = CameraView(kit, has_oval=False)
        self._picture.setMinimumSize(kit.px(_LEAST_MM), kit.px(_LEAST_MM))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._name)
        column.addWidget(self._picture, 1)

    def show_picture(self, name: str, jpeg: bytes | None) -> None:
        """Show a picture whole."""
        self._name.say(name)
        self._picture.say(name, "")
        self._picture.show_taken(jpeg)


class WitnessLookScreen(Screen):
    """Portrait and photo side by side; Next is the witness's word, Back is none."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(2, 3)
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        self._portrait, self._photo = _Named(kit), _Named(kit)
        pair = _Pair()
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.px(GAP_MM))
        row.addWidget(self._portrait, 1)
        row.addWidget(self._photo, 1)
        read.add(self._title)
        read.add(self._line, give_way=1)
        do.add(pair, stretch=1)

    def show_view(self, view: WitnessLookView) -> None:
        """Show both."""
        self._title.say(view.title)
        self._line.say(view.line)
        self._portrait.show_picture(view.portrait, view.portrait_jpeg)
        self._photo.show_picture(view.photo, view.photo_jpeg)
        show_if(self._photo, wanted=view.photo_jpeg is not None)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Say that it is the same person."""
        self.send(Continued(self.now()))
