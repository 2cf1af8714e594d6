"""The review: every answer with its way back, names and numbers hidden until the button is held."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout

from kiosk.flow.events import Continued, Corrected
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import SMALLEST_TARGET_MM, TextRole
from ui.views.review import ReviewRow, ReviewView
from ui.widgets.buttons import BigButton, HoldButton
from ui.widgets.label import Label, Sheet
from ui.widgets.pages import Pages

_PHOTO_MM = 26.0


class ReviewScreen(Screen):
    """See the module."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(2, 5)
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        self._rows = Pages(kit, gap_mm=2.5)
        self._values: list[tuple[Label, ReviewRow]] = []
        self._hold = HoldButton(kit, height_mm=SMALLEST_TARGET_MM)
        self._hold.held.connect(self._on_held)
        self._hold.let_go.connect(self._on_let_go)
        read.add(self._title)
        read.add(self._line, give_way=1)
        if kit.metrics.is_landscape:
            read.add_space()
            read.add(self._hold)
        do.add(self._rows, stretch=1)
        if not kit.metrics.is_landscape:
            do.add(self._hold)

    def show_view(self, view: ReviewView) -> None:
        """Show everything that will be sent."""
        self._title.say(view.title)
        self._line.say(view.line)
        self._hold.say(view.hold)
        self._rows.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._values = []
        self._rows.set_items([self._row(row, view) for row in view.rows])
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Everything is right."""
        self.send(Continued(self.now()))

    def _row(self, row: ReviewRow, view: ReviewView) -> Sheet:
        kit = self.kit
        sheet = Sheet()
        line = QHBoxLayout(sheet)
        line.setContentsMargins(kit.px(5), kit.px(1.5), kit.px(2), kit.px(1.5))
        line.setSpacing(kit.px(4))
        value = Label(TextRole.STRONG, row.shown)
        is_wide = kit.metrics.is_landscape
        words: QBoxLayout = QHBoxLayout() if is_wide else QVBoxLayout()
        words.setSpacing(kit.px(3) if is_wide else 0)
        words.addWidget(Label(TextRole.SIDE, row.label, tone="muted"), 2)
        words.addWidget(value, 3)
        self._values.append((value, row))
        line.addLayout(words, 1)
        if row.corrects == "photo" and view.photo is not None:
            line.addWidget(self._thumbnail(view.photo.jpeg))
        if row.corrects:
            change = BigButton(kit, view.change, height_mm=SMALLEST_TARGET_MM, wraps=False)
            change.setAccessibleName(f"{view.change}: {row.label}")
            change.touched.connect(partial(self._on_change, row.corrects))
            line.addWidget(change, 0, Qt.AlignmentFlag.AlignVCenter)
        return sheet

    def _thumbnail(self, jpeg: bytes) -> QLabel:
        picture = QPixmap()
        label = QLabel()
        if picture.loadFromData(jpeg):
            height = self.kit.px(_PHOTO_MM)
            mode = Qt.TransformationMode.SmoothTransformation
            label.setPixmap(picture.scaledToHeight(height, mode))
        return label

    def _on_change(self, name: str) -> None:
        self.send(Corrected(self.now(), name))

    def _on_held(self) -> None:
        for label, row in self._values:
            label.setText(row.whole)

    def _on_let_go(self) -> None:
        for label, row in self._values:
            label.setText(row.shown)
