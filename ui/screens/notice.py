"""A screen that only tells something; it serves every step that has nothing to choose."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.flow.events import Continued
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.notice import NoticeView
from ui.widgets.icon import Icon
from ui.widgets.label import Label, Sheet
from ui.widgets.prose import Prose


class NoticeScreen(Screen):
    """See the module. Next goes on, where it has words."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(2, 3)
        size_mm = 26 if kit.metrics.is_low else 40
        badge = Sheet("badge")
        badge.setFixedSize(kit.px(size_mm), kit.px(size_mm))
        inside = QHBoxLayout(badge)
        inside.setContentsMargins(0, 0, 0, 0)
        self._icon = Icon(kit, "info", size_mm * 0.62)
        inside.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignCenter)
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, kit.px(2), 0, kit.px(2))
        row.addWidget(badge, 0, Qt.AlignmentFlag.AlignLeft)
        self._title = Label(TextRole.TITLE)
        self._lines = Prose(kit, TextRole.BODY if kit.metrics.is_low else TextRole.CHOICE)
        self._small = Label(TextRole.SIDE, tone="muted")
        read.add(place, give_way=1)
        read.add(self._title)
        do.add(self._lines, stretch=1)
        do.add(self._small)

    def show_view(self, view: NoticeView) -> None:
        """Tell it."""
        self._icon.draw(view.icon)
        self._title.say(view.title)
        self._lines.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._lines.set_sentences(view.lines)
        self._small.say(view.small)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Go on."""
        self.send(Continued(self.now()))
