"""The technician's screen: parts with their tests, the queue, versions and settings; dense, and
paged like everything else.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.flow.events import DeviceTestAsked, DeviceTestEnded, ReportAsked, SendNowAsked
from kiosk.flow.staff_events import RefillAsked, RefillConfirmed, RefillDropped
from kiosk.ports.camera import Look, NoPicture
from kiosk.ports.document_camera import PaperLook
from kiosk.readiness import PortName
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import GAP_MM, SMALLEST_TARGET_MM, TextRole
from ui.views.maintenance import MaintenanceView, PartRow, QueueRow
from ui.widgets.buttons import BigButton
from ui.widgets.icon import Icon
from ui.widgets.label import Label, Sheet, show_if
from ui.widgets.page_view import PageView
from ui.widgets.pages import Pages

_TABS = 3
_TEST_MM = 40.0


class MaintenanceScreen(Screen):
    """See the module. The frame's Next sends the queue now, its Back closes."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        self._tab = 0
        self._view: MaintenanceView | None = None
        column = self.one_part()
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.px(GAP_MM))
        self._tabs: list[BigButton] = []
        for number in range(_TABS):
            tab = self._button("outline")
            tab.touched.connect(partial(self._on_tab, number))
            row.addWidget(tab, 3)
            self._tabs.append(tab)
        self._again = self._button("outline")
        self._again.touched.connect(self._on_again)
        row.addWidget(self._again, 3)
        self._as_of = Label(TextRole.SMALL, tone="muted")
        self._live = PageView(kit)
        self._end = BigButton(kit, look="primary")
        self._end.touched.connect(self._on_end)
        self._pages = [
            Pages(kit, columns=self._columns_of(number), gap_mm=2) for number in range(3)
        ]
        column.add(head)
        column.add(self._as_of)
        column.add(self._live, stretch=1)
        column.add(self._end)
        for pages in self._pages:
            column.add(pages, stretch=1)

    def show_view(self, view: MaintenanceView) -> None:
        """Show what is known; the page that is being read stays."""
        self._view = view
        self._as_of.say(view.as_of)
        self._again.say(view.again)
        self._live.say(view.live, view.live_result)
        self._end.say(view.end)
        if not view.live:
            self._live.show_look(None)
        for pages in self._pages:
            pages.say(view.pager.earlier, view.pager.later, view.pager.where)
        parts: list[QWidget] = [self._part(part) for part in view.parts]
        queue: list[QWidget] = [self._queue_row(line) for line in view.queue]
        if not queue:
            queue = [Label(TextRole.FRAME, view.queue_empty)]
        for pages, rows in zip(self._pages, (parts, queue, self._facts(view)), strict=True):
            pages.renew(rows)
        self._show_tab()
        self.set_bar(view.bar)

    def show_look(self, look: Look | PaperLook | NoPicture) -> None:
        """Show what the camera sees while it is being tested."""
        if self._view is not None and self._view.live:
            if isinstance(look, Look):
                self._live.show_frame(look.frame)
            else:
                self._live.show_look(look if isinstance(look, PaperLook) else None)

    def go_on(self) -> None:
        """Send the queue now."""
        self.send(SendNowAsked(self.now()))

    def type_text(self, text: str) -> bool:
        """Turn to a tab by its place."""
        if text not in {"1", "2", "3"}:
            return False
        self._on_tab(int(text) - 1)
        return True

    def first_focus(self) -> QWidget | None:
        """Begin at the first tab."""
        return self._tabs[self._tab]

    def _columns_of(self, number: int) -> int:
        """Return how many columns a tab has; sentences want the width of a portrait panel."""
        is_wide = self.kit.metrics.is_landscape and not self.kit.metrics.is_low
        return 2 if is_wide else 1

    def _button(self, look: str) -> BigButton:
        return BigButton(self.kit, look=look, height_mm=SMALLEST_TARGET_MM, role=TextRole.FRAME)

    def _part(self, part: PartRow) -> Sheet:
        kit = self.kit
        sheet = Sheet()
        row = QHBoxLayout(sheet)
        row.setContentsMargins(kit.px(4), kit.px(2), kit.px(2), kit.px(2))
        row.setSpacing(kit.px(4))
        colour = {"muted": "muted", "ok": "ok", "warm": "warm"}[part.tone]
        row.addWidget(Icon(kit, part.icon, 11, colour), 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(Label(TextRole.FRAME_STRONG, part.title, tone=part.tone))
        for text, tone in ((part.sentence, ""), (part.advice, "warm"), (part.tested, "primary")):
            if text:
                words.addWidget(Label(TextRole.SMALL, text, tone=tone))
        words.addStretch(1)
        row.addLayout(words, 1)
        buttons = self._buttons(part)
        if buttons:
            below = QVBoxLayout()
            below.setSpacing(kit.px(2))
            below.addStretch(1)
            for button in buttons:
                below.addWidget(button)
            below.addStretch(1)
            row.addLayout(below)
        return sheet

    def _buttons(self, part: PartRow) -> list[BigButton]:
        """Return what can be done about a part, from top to bottom."""
        wanted = (
            (part.refill, part.is_refilling, self._on_refill),
            (part.keep, False, self._on_keep),
            (part.test, part.is_testing, self._on_test),
        )
        made: list[BigButton] = []
        for words, is_chosen, do in wanted:
            if not words:
                continue
            button = self._button("primary" if is_chosen else "outline")
            button.say(words)
            button.setAccessibleName(f"{words}: {part.title}")
            button.setFixedWidth(self.kit.px(_TEST_MM))
            button.touched.connect(partial(do, part.port, is_chosen))
            made.append(button)
        return made

    def _queue_row(self, line: QueueRow) -> Sheet:
        kit = self.kit
        sheet = Sheet()
        row = QHBoxLayout(sheet)
        row.setContentsMargins(kit.px(5), kit.px(2), kit.px(5), kit.px(2))
        row.setSpacing(kit.px(4))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(TextRole.FRAME_STRONG, line.title))
        for text, tone in ((line.age, "muted"), (line.reason, "warm")):
            if text:
                words.addWidget(Label(TextRole.SMALL, text, tone=tone))
        row.addLayout(words, 1)
        count = Label(TextRole.FRAME_STRONG, line.count)
        count.setWordWrap(False)
        policy = count.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Minimum)
        count.setSizePolicy(policy)
        row.addWidget(count)
        return sheet

    def _facts(self, view: MaintenanceView) -> list[QWidget]:
        rows: list[QWidget] = []
        for title, facts in zip(view.facts_titles, (view.versions, view.settings), strict=True):
            if facts:
                rows.append(Label(TextRole.FRAME_STRONG, title))
            rows += [_fact(self.kit, name, value) for name, value in facts]
        return rows

    def _show_tab(self) -> None:
        view = self._view
        if view is None:
            return
        for number, (tab, words) in enumerate(zip(self._tabs, view.tabs, strict=True)):
            tab.say(words)
            tab.set_look("primary" if number == self._tab else "outline")
        is_live = view.live != "" and self._tab == 0
        for number, pages in enumerate(self._pages):
            show_if(pages, wanted=number == self._tab and not is_live)
        show_if(self._as_of, wanted=self._tab == 0 or not self.kit.metrics.is_low)
        show_if(self._live, wanted=is_live)
        show_if(self._end, wanted=is_live)
        self.settle()

    def _on_tab(self, number: int) -> None:
        self._tab = number
        self._show_tab()

    def _on_again(self) -> None:
        self.send(ReportAsked(self.now()))

    def _on_end(self) -> None:
        self.send(DeviceTestEnded(self.now()))

    def _on_refill(self, port: PortName, is_sure: bool) -> None:  # noqa: FBT001 - bound by partial
        self.send(RefillConfirmed(self.now()) if is_sure else RefillAsked(self.now(), port))

    def _on_keep(self, _port: PortName, _is_sure: bool) -> None:  # noqa: FBT001 - as the others
        self.send(RefillDropped(self.now()))

    def _on_test(self, port: PortName, is_testing: bool) -> None:  # noqa: FBT001 - bound by partial
        if is_testing:
            self._on_end()
        else:
            self.send(DeviceTestAsked(self.now(), port))


def _fact(kit: Kit, name: str, value: str) -> QWidget:
    """Return one setting on one line, the value below its name where it is long."""
    row = QWidget()
    box = QHBoxLayout(row)
    box.setContentsMargins(kit.px(2), 0, kit.px(2), 0)
    box.setSpacing(kit.px(4))
    box.addWidget(Label(TextRole.SMALL, name, tone="muted"), 5)
    box.addWidget(Label(TextRole.SMALL, value), 6)
    policy = row.sizePolicy()
    policy.setHeightForWidth(True)
    row.setSizePolicy(policy)
    return row
