"""Received: the number in huge groups, the code for the telephone, and what happens next."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.domain import AppId
from kiosk.flow.aloud_events import AloudAsked
from kiosk.flow.events import Continued, PaperConfirmed, ReprintAsked, SlipAsked
from kiosk.flow.paper_state import Slip
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.received import ReceivedView
from ui.widgets.banner import Banner
from ui.widgets.buttons import BigButton
from ui.widgets.came_out import CameOut
from ui.widgets.label import Label, Sheet
from ui.widgets.marks import Disc, QrView, StepRow
from ui.widgets.pages import Pages


class ReceivedScreen(Screen):
    """See the module. The frame's Back prints again, where that can be."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        is_low = kit.metrics.is_low
        read, do = self.two_parts(7, 6) if is_low else self.two_parts()
        self._title = Label(TextRole.TITLE)
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.px(7))
        row.addWidget(Disc(kit, 16 if is_low else 24), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._title, 1)
        self._number_name = Label(TextRole.SIDE, tone="muted")
        self._number = Label(TextRole.TITLE if is_low else TextRole.HUGE)
        self._number.setWordWrap(False)
        self._code_name = Label(TextRole.FRAME, tone="muted")
        self._code = Label(TextRole.STRONG)
        self._code.setWordWrap(False)
        self._received_at = Label(TextRole.SIDE, tone="muted")
        self._not_yet = Label(TextRole.SIDE, tone="warm")
        self._qr = QrView(kit, 30 if is_low else 50 if kit.metrics.is_landscape else 58)
        self._steps = Pages(kit)
        read.add(head)
        read.add(self._make_low_sheet() if is_low else self._make_sheet())
        if kit.metrics.is_landscape:
            read.add(self._received_at, give_way=1)
        if is_low:
            do.add(self._not_yet)
        do.add(self._steps, stretch=1)

    def show_view(self, view: ReceivedView) -> None:
        """Tell everything that is worth taking along."""
        self._title.say(view.title)
        is_same = self._number.text() == view.number
        self._number_name.setText(view.number_name)
        self._number.setText(view.number)
        self._number.setAccessibleName(f"{view.number_name} {view.number}")
        self._code_name.setText(view.code_name)
        self._code.setText(view.code)
        self._received_at.say(view.received_at)
        self._not_yet.say(view.not_yet)
        self._qr.show_text(view.qr, view.qr_name)
        self._steps.say(view.pager.earlier, view.pager.later, view.pager.where)
        rows: list[QWidget] = [
            StepRow(self.kit, number, text) for number, text in enumerate(view.steps, 1)
        ]
        if view.came_out:
            rows.insert(1, self._question(view))
        if view.aloud:
            aloud = BigButton(self.kit, view.aloud, icon="speaker")
            aloud.touched.connect(self._on_aloud)
            rows.insert(2 if view.came_out else 1, aloud)
        for slip, words in ((Slip.MISSING, view.missing), (Slip.ACKNOWLEDGEMENT, view.sheet)):
            if words:
                button = BigButton(self.kit, words)
                button.touched.connect(partial(self._on_slip, slip, view.app_id))
                rows.append(button)
        if view.card:
            card = Banner(self.kit, "id_card", role=TextRole.HEADING)
            card.say(view.card)
            rows.append(card)
        self._steps.renew(rows) if is_same else self._steps.set_items(rows)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """All is read: go on to the rating."""
        self.send(Continued(self.now()))

    def go_back(self) -> None:
        """Print the receipt once more."""
        self.send(ReprintAsked(self.now()))

    def _make_sheet(self) -> Sheet:
        kit = self.kit
        sheet = Sheet()
        row = QHBoxLayout(sheet)
        row.setContentsMargins(kit.px(6), kit.px(3), kit.px(6), kit.px(3))
        row.setSpacing(kit.px(3))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._number_name)
        words.addWidget(self._number)
        code = QHBoxLayout()
        code.setSpacing(kit.px(3))
        self._code_name.setWordWrap(False)
        policy = self._code_name.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Minimum)
        self._code_name.setSizePolicy(policy)
        code.addWidget(self._code_name)
        code.addWidget(self._code, 1)
        words.addLayout(code)
        if not kit.metrics.is_landscape:
            words.addWidget(self._received_at)
        words.addWidget(self._not_yet)
        row.addLayout(words, 1)
        row.addWidget(self._qr, 0, Qt.AlignmentFlag.AlignVCenter)
        return sheet

    def _make_low_sheet(self) -> Sheet:
        """Return the same where there is little height; the title above says what the number is."""
        kit = self.kit
        sheet = Sheet()
        box = QVBoxLayout(sheet)
        box.setContentsMargins(kit.px(4), kit.px(2), kit.px(4), kit.px(2))
        box.setSpacing(kit.px(1))
        box.addWidget(self._number)
        row = QHBoxLayout()
        row.setSpacing(kit.px(3))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._code_name)
        words.addWidget(self._code)
        words.addStretch(1)
        row.addLayout(words, 1)
        row.addWidget(self._qr)
        box.addLayout(row)
        return sheet

    def _question(self, view: ReceivedView) -> QWidget:
        question = CameOut(self.kit, view.came_out, view.came_not)
        question.came_out.connect(self._on_came_out)
        question.came_not.connect(self.go_back)
        return question

    def _on_aloud(self) -> None:
        self.send(AloudAsked(self.now()))

    def _on_slip(self, slip: Slip, app_id: AppId | None) -> None:
        self.send(SlipAsked(self.now(), slip, app_id))

    def _on_came_out(self) -> None:
        self.send(PaperConfirmed(self.now()))
