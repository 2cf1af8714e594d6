"""What this machine knows of somebody's applications, and how old that is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from kiosk.flow.aloud_events import AloudAsked
from kiosk.flow.events import Continued, PapersChosen
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.status import StatusRow, StatusShownView
from ui.widgets.buttons import BigButton
from ui.widgets.icon import Icon
from ui.widgets.label import Label, Sheet, show_if
from ui.widgets.pages import Pages
from ui.widgets.prose import Prose
from ui.widgets.read_aloud import ReadAloudRow

LONG = 120
"""Characters of the office's words up to which an application has room on a sheet of its own, at
the largest type too. Longer ones are read page by page.
"""


class StatusShownScreen(Screen):
    """See the module."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(1, 2)
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        self._age = Label(TextRole.BODY)
        self._rows = Pages(kit)
        self._told = Prose(kit)
        read.add(self._title)
        read.add(self._line, give_way=1)
        read.add(self._age)
        self._papers = BigButton(kit)
        self._papers.touched.connect(self._on_papers)
        do.add(self._rows, stretch=1)
        do.add(self._told, stretch=1)
        if kit.metrics.is_landscape:
            read.add_space()
        self._aloud = ReadAloudRow(kit, self._papers)
        self._aloud.touched.connect(self._on_aloud)
        read.add(self._aloud)

    def show_view(self, view: StatusShownView) -> None:
        """Show what is known."""
        self._title.say(view.title)
        for pages in (self._rows, self._told):
            pages.say(view.pager.earlier, view.pager.later, view.pager.where)
        if not view.rows:
            told: list[str] = [view.line]
        elif self.kit.metrics.is_landscape or any(len(row.office) > LONG for row in view.rows):
            told = [view.age, *(part for row in view.rows for part in _sentences(row))]
        else:
            told = []
        self._aloud.say(view.aloud, view.papers)
        self._line.say(view.line if view.rows else "")
        self._age.say("" if told else view.age)
        self._rows.set_items([] if told else [self._row(row) for row in view.rows])
        self._told.set_sentences(told)
        show_if(self._rows, wanted=not told)
        show_if(self._told, wanted=bool(told))
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """All is read."""
        self.send(Continued(self.now()))

    def _on_aloud(self) -> None:
        self.send(AloudAsked(self.now()))

    def _on_papers(self) -> None:
        self.send(PapersChosen(self.now()))

    def _row(self, row: StatusRow) -> Sheet:
        kit = self.kit
        sheet = Sheet()
        box = QVBoxLayout(sheet)
        box.setContentsMargins(kit.px(6), kit.px(3), kit.px(6), kit.px(3))
        box.setSpacing(kit.px(1))
        box.addWidget(Label(TextRole.HEADING, row.service))
        box.addWidget(Label(TextRole.STRONG, row.number))
        box.addWidget(Label(TextRole.SIDE, row.received_at, tone="muted"))
        news = QHBoxLayout()
        news.setSpacing(kit.px(3))
        news.addWidget(Icon(kit, row.icon, 10), 0, Qt.AlignmentFlag.AlignTop)
        told = QVBoxLayout()
        told.setSpacing(0)
        if row.unseen:
            told.addWidget(Label(TextRole.BODY, row.unseen, tone="warm"))
        told.addWidget(Label(TextRole.BODY, row.delivered))
        if row.office:
            told.addWidget(Label(TextRole.STRONG if row.as_of else TextRole.BODY, row.office))
        if row.as_of:
            told.addWidget(Label(TextRole.SIDE, row.as_of, tone="muted"))
        news.addLayout(told, 1)
        box.addLayout(news)
        return sheet


def _sentences(row: StatusRow) -> list[str]:
    """Return the same as sentences, where a sheet has no room for them."""
    said = (
        f"{row.service} · {row.number}",
        row.received_at,
        row.unseen,
        row.delivered,
        row.office,
        row.as_of,
    )
    return [part for part in said if part]
