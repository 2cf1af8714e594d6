"""Read aloud: that others hear it, then number and code, a touch each."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.flow.aloud_events import AloudClosed, SilenceAsked, SpellAsked
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import GAP_MM, TextRole
from ui.views.aloud import AloudView
from ui.widgets.badge import Badge
from ui.widgets.buttons import BigButton
from ui.widgets.label import Label, show_if
from ui.widgets.pages import Pages
from ui.widgets.tile import Tile


class AloudScreen(Screen):
    """See the module. Lies over a step; Enter and Escape close it and say nothing."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        height_mm = kit.metrics.bar_mm
        read, do = self.two_parts()
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.CHOICE)
        self._sayable = Pages(kit)
        self._stop = BigButton(kit, look="warm", height_mm=height_mm)
        self._close = BigButton(kit, height_mm=height_mm)
        self._stop.touched.connect(self._on_stop)
        self._close.touched.connect(self.go_back)
        read.add(Badge(kit, "speaker"), give_way=1)
        read.add(self._title)
        read.add(self._line)
        do.add(self._sayable, stretch=1)
        below = QWidget()
        row = QHBoxLayout(below)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.px(GAP_MM))
        row.addWidget(self._stop, 1)
        row.addWidget(self._close, 1)
        do.add(below)

    def show_view(self, view: AloudView) -> None:
        """Warn, and offer."""
        self._title.say(view.title)
        self._line.say(view.line)
        self._sayable.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._sayable.set_items(
            [
                self._tile(place, it.words, it.signs, can_say=view.can_say)
                for place, it in enumerate(view.sayable)
            ]
        )
        self._stop.say(view.stop)
        show_if(self._stop, wanted=view.stop != "")
        self._close.say(view.close)

    def go_on(self) -> None:
        """Close it: Enter must not speak."""
        self.go_back()

    def go_back(self) -> None:
        """Close it."""
        self.send(AloudClosed(self.now()))

    def first_focus(self) -> QWidget | None:
        """Begin at closing: nothing is said by it."""
        return self._close

    def _tile(self, place: int, words: str, signs: str, *, can_say: bool) -> QWidget:
        if not can_say:
            return Label(TextRole.TITLE if self.kit.metrics.is_low else TextRole.HUGE, signs)
        tile = Tile(self.kit, "speaker", "", line_role=TextRole.STRONG)
        tile.say(words, signs)
        tile.touched.connect(partial(self._on_say, place))
        return tile

    def _on_say(self, place: int) -> None:
        self.send(SpellAsked(self.now(), place))

    def _on_stop(self) -> None:
        self.send(SilenceAsked(self.now()))
