"""Received: the number in huge groups, the code for the telephone, and what happens next."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.flow.events import Continued, PaperConfirmed, ReprintAsked
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import GAP_MM, TextRole
from ui.views.received import ReceivedView
from ui.widgets.banner import Banner
from ui.widgets.buttons import BigButton
from ui.widgets.label import Label, Sheet
from ui.widgets.marks import Disc, QrView, StepRow
from ui.widgets.pages import Pages


class ReceivedScreen(Screen):
    """See the module. The frame's Back prints again, where that can be."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        is_low = kit.metrics.is_low
        read, do = self.two_parts(6, 7) if is_low else self.two_parts()
        self._title = Label(TextRole.TITLE)
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.px(7))
        row.addWidget(Disc(kit, 16 if is_low else 24), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._title, 1)
        read.add(head)
        read.add(self._make_number_sheet())
        self._steps = Pages(kit)
        do.add(self._steps, stretch=1)
        self._card = Banner(kit, "id_card", role=TextRole.HEADING)
        do.add(self._card)

    def show_view(self, view: ReceivedView) -> None:
        """Tell everything that is worth taking along."""
        self._title.say(view.title)
        self._number_name.say(view.number_name)
        self._number.say(view.number)
        self._code.say(view.code)
        self._received_at.say(view.received_at)
        self._not_yet.say(view.not_yet)
        self._qr.show_text(view.qr, view.qr_name)
        self._steps.say(view.pager.earlier, view.pager.later, view.pager.where)
        rows: list[QWidget] = [
            StepRow(self.kit, number, text) for number, text in enumerate(view.steps, 1)
        ]
        if view.came_out:
            rows.insert(1, self._question(view))
        self._steps.set_items(rows)
        self._card.say(view.card)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """All is read: go on to the rating."""
        self.send(Continued(self.now()))

    def go_back(self) -> None:
        """Print the receipt once more."""
        self.send(ReprintAsked(self.now()))

    def _make_number_sheet(self) -> Sheet:
        kit = self.kit
        is_low = kit.metrics.is_low
        sheet = Sheet()
        row = QHBoxLayout(sheet)
        row.setContentsMargins(kit.px(6), kit.px(3), kit.px(6), kit.px(3))
        row.setSpacing(kit.px(3))
        words = QVBoxLayout()
        words.setSpacing(0)
        self._number_name = Label(TextRole.SIDE, tone="muted")
        self._number = Label(TextRole.TITLE if is_low else TextRole.HUGE)
        self._number.setWordWrap(False)
        self._code = Label(TextRole.STRONG)
        self._received_at = Label(TextRole.SIDE, tone="muted")
        self._not_yet = Label(TextRole.SIDE, tone="warm")
        for label in (
            self._number_name,
            self._number,
            self._code,
            self._received_at,
            self._not_yet,
        ):
            words.addWidget(label)
        row.addLayout(words, 1)
        self._qr = QrView(kit, 36 if is_low else 50 if kit.metrics.is_landscape else 58)
        row.addWidget(self._qr, 0, Qt.AlignmentFlag.AlignVCenter)
        return sheet

    def _question(self, view: ReceivedView) -> QWidget:
        """Return the answers to "did the paper come out?", to stand below that question."""
        kit = self.kit
        question = QWidget()
        row = QHBoxLayout(question)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.px(GAP_MM))
        came_out = BigButton(kit, view.came_out)
        came_not = BigButton(kit, view.came_not)
        row.addWidget(came_out, 2)
        row.addWidget(came_not, 3)
        came_out.touched.connect(self._on_came_out)
        came_not.touched.connect(self.go_back)
        return question

    def _on_came_out(self) -> None:
        self.send(PaperConfirmed(self.now()))
