"""Looking into the camera: the live picture, advice that never blocks, and the way without."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent

from kiosk.flow.events import (
    Continued,
    PhotoDeclined,
    PhotoRetaken,
    ShutterPressed,
)
from kiosk.flow.photo import MOST_SHOTS
from kiosk.flow.photo_events import CameraSwapped, PhotoChosen
from kiosk.ports.camera import Look, NoPicture
from kiosk.ports.document_camera import PaperLook
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.photo import PhotoView
from ui.widgets.aside import Aside
from ui.widgets.banner import Banner
from ui.widgets.buttons import BigButton
from ui.widgets.camera_view import CameraView
from ui.widgets.label import Label, show_if
from ui.widgets.shots import ShotRow
from ui.widgets.tile import Tile

LOOK_AT_CLOCK_MS = 500


class PhotoScreen(Screen):
    """See the module. The frame's Next is the shutter; with a picture taken, it keeps it."""

    def __init__(self, kit: Kit, *, has_oval: bool = True) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(2, 3)
        self._view: PhotoView | None = None
        self._has_look = False
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        self._problem = Banner(kit, "warning", "problem")
        self._shots = ShotRow(kit, MOST_SHOTS)
        self._shots.chosen.connect(self._on_chosen)
        self._picture = CameraView(kit, has_oval=has_oval, below=self._shots)
        self._aside = Aside(kit, "person_check")
        self._decline = Tile(kit, "person_check", "")
        self._decline.touched.connect(self._on_decline)
        self._swap = BigButton(kit, "", "outline")
        self._swap.touched.connect(self._on_swap)
        read.add(self._title)
        do.add(self._problem)
        if kit.metrics.is_landscape:
            read.add(self._line, give_way=1)
            read.add_space()
            read.add(self._swap)
            read.add(self._decline)
            do.add(self._picture, stretch=1)
            do.add(self._aside, stretch=1)
        else:
            do.add(self._picture, stretch=1)
            do.add(self._aside, stretch=1)
            read.add(self._line, give_way=1)
            do.add(self._swap)
            do.add(self._decline)
        # The shutter opens by the passing of time, also when no picture arrives meanwhile.
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_AT_CLOCK_MS)
        self._timer.timeout.connect(self._renew_bar)

    def show_view(self, view: PhotoView) -> None:
        """Say what to do now."""
        self._view = view
        self._title.say(view.title)
        self._problem.say(view.problem)
        self._decline.say(view.decline, view.decline_line)
        show_if(self._decline, wanted=view.decline != "")
        self._swap.say(view.swap)
        show_if(self._swap, wanted=view.swap != "")
        self._shots.show_shots([it.jpeg for it in view.shots], view.shot_names, view.chosen)
        self._picture.show_light(view.camera_on)
        self._picture.show_taken(None if view.photo is None else view.photo.jpeg)
        is_gone = view.photo is None and view.starting == ""
        show_if(self._picture, wanted=not is_gone)
        show_if(self._aside, wanted=is_gone)
        if view.photo is not None or is_gone:
            self._has_look = False
            self._picture.show_frame(None)
        self._say_caption()
        self._renew_bar()

    def show_look(self, look: Look | PaperLook | NoPicture) -> None:
        """Show a live picture; one that comes after the shutter has no place here any more."""
        if self._view is None or self._view.photo is not None:
            return
        self._has_look = isinstance(look, Look)
        self._picture.show_frame(look.frame if isinstance(look, Look) else None)
        self._say_caption()
        self._renew_bar()

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the clock from now on."""
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget the live picture: who comes back is not looked at by the face of a minute ago."""
        self._timer.stop()
        self._has_look = False
        self._picture.show_frame(None)
        self._say_caption()
        self._renew_bar()
        super().hideEvent(event)

    def go_on(self) -> None:
        """Take the picture, or keep the one that was taken."""
        view = self._view
        if view is None:
            return
        if view.photo is not None:
            self.send(Continued(self.now()))
        elif self._is_open(view):
            self.send(ShutterPressed(self.now()))

    def go_back(self) -> None:
        """Go back, or take another picture."""
        if self._view is not None and self._view.photo is not None:
            self.send(PhotoRetaken(self.now()))
        else:
            super().go_back()

    def _is_open(self, view: PhotoView) -> bool:
        """Say whether the shutter works: at once on a good picture, after a while on any."""
        if not view.bar.next or not view.bar.is_next_open:
            return False
        is_good = view.is_good and self._has_look
        return is_good or self.now().monotonic_s >= view.opens_at_s

    def _renew_bar(self) -> None:
        view = self._view
        if view is not None:
            is_open = view.photo is not None or self._is_open(view)
            is_late = self.now().monotonic_s >= view.opens_at_s
            self._line.say(view.line_open if is_late and view.line_open else view.line)
            self.set_bar(replace(view.bar, is_next_open=is_open))

    def _say_caption(self) -> None:
        view = self._view
        if view is None:
            return
        is_starting = view.starting != "" and not self._has_look
        self._picture.say(view.picture, view.starting if is_starting else view.caption)

    def _on_chosen(self, number: int) -> None:
        self.send(PhotoChosen(self.now(), number))

    def _on_swap(self) -> None:
        self.send(CameraSwapped(self.now()))

    def _on_decline(self) -> None:
        self.send(PhotoDeclined(self.now()))


class CardPictureScreen(PhotoScreen):
    """A side of the card is held up instead of a face: the same, without the oval."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit, has_oval=False)
