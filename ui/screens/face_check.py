"""Comparing card and face: one moment, and then what else can be done; and what a witness sees."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from kiosk.flow.events import Continued, OtherWayChosen, PhotoRetaken
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import GAP_MM, TextRole
from ui.views.face_check import FaceCheckView, WitnessLookView
from ui.widgets.camera_view import CameraView
from ui.widgets.label import Label, Sheet, show_if
from ui.widgets.prose import Prose
from ui.widgets.tile import Tile


class FaceCheckScreen(Screen):
    """See the module. Next goes on without a match, where the service takes that."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts()
        role = TextRole.BODY if kit.metrics.is_low else TextRole.CHOICE
        self._title = Label(TextRole.TITLE)
        self._lines = Prose(kit, role)
        self._again = Tile(kit, "camera", "")
        self._ask = Tile(kit, "person_check", "")
        self._again.touched.connect(self._on_again)
        self._ask.touched.connect(self._on_ask)
        read.add(self._title)
        read.add(self._lines, stretch=1)
        if kit.metrics.is_landscape:
            do.add_space()
        do.add(self._again)
        do.add(self._ask)
        if kit.metrics.is_landscape:
            do.add_space()

    def show_view(self, view: FaceCheckView) -> None:
        """Tell it."""
        self._title.say(view.title)
        self._lines.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._lines.set_sentences(view.lines)
        self._again.say(view.again, view.again_line)
        show_if(self._again, wanted=view.again != "")
        self._ask.say(view.ask, view.ask_line)
        show_if(self._ask, wanted=view.ask != "")
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Go on without a match."""
        self.send(Continued(self.now()))

    def _on_again(self) -> None:
        self.send(PhotoRetaken(self.now()))

    def _on_ask(self) -> None:
        self.send(OtherWayChosen(self.now()))


class WitnessLookScreen(Screen):
    """Portrait and photo side by side; Next is the witness's word, Back is none."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(2, 3)
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        self._portrait = CameraView(kit, has_oval=False)
        self._photo = CameraView(kit, has_oval=False)
        pair = Sheet()
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
        self._portrait.say(view.portrait, view.portrait)
        self._portrait.show_taken(view.portrait_jpeg)
        self._photo.say(view.photo, view.photo)
        self._photo.show_taken(view.photo_jpeg)
        show_if(self._photo, wanted=view.photo_jpeg is not None)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Say that it is the same person."""
        self.send(Continued(self.now()))
