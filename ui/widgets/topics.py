"""Topics to be read: a heading and its sentences on a sheet, cut into as many sheets as the text
size makes of them, each with its heading.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout

from kiosk.telling import Topic
from ui.kit import Kit
from ui.theme import TextRole
from ui.widgets.column import height_of
from ui.widgets.label import Label, Sheet
from ui.widgets.prose import Prose

_SIDE_MM, _ABOVE_MM, _BETWEEN_MM = 6.0, 3.0, 2.0
_LOW_SIDE_MM, _LOW_ABOVE_MM = 4.0, 2.0


class Topics(Prose):
    """Pages of sheets; what is shown again unchanged stays on the page that is read."""

    def __init__(self, kit: Kit) -> None:
        """Make empty pages."""
        super().__init__(kit, TextRole.BODY)
        is_low = kit.metrics.is_low
        self._side = kit.px(_LOW_SIDE_MM if is_low else _SIDE_MM)
        self._above = kit.px(_LOW_ABOVE_MM if is_low else _ABOVE_MM)
        self._between = kit.px(_BETWEEN_MM)
        self._topics: tuple[Topic, ...] = ()

    def set_topics(self, topics: Sequence[Topic]) -> None:
        """Show these, from the first page on."""
        if self._topics != tuple(topics):
            self._topics = tuple(topics)
            self.set_sentences([sentence for topic in topics for sentence in topic.sentences])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew for the new room, and stay about where one was reading."""
        page, pages = self._page, self.page_count
        super().resizeEvent(event)
        self.turn(round(page * (self.page_count - 1) / (pages - 1)) if pages > 1 else 0)

    def _make(self) -> None:
        if self.width() <= 0:
            return
        self._made_for = self._room()
        width = self.width() - 2 * self._side
        room = self.height() - self.pager_height() - self._gap - 2 * self._above
        probe, heading = Label(TextRole.BODY), Label(TextRole.HEADING)
        for label in (probe, heading):
            label.setParent(self)
        sheets = []
        for topic in self._topics:
            heading.setText(topic.title)
            left = max(room - height_of(heading, width) - self._between, 1)
            sheets += [
                self._sheet(topic.title, parts)
                for parts in self._groups(topic.sentences, probe, width, left)
            ]
        for label in (probe, heading):
            label.hide()
            label.deleteLater()
        self.set_items(sheets)

    def _groups(
        self, sentences: Sequence[str], probe: Label, width: int, room: int
    ) -> list[list[str]]:
        """Return the sentences of each sheet: as many as fit below the heading."""
        groups: list[list[str]] = []
        used = 0
        for sentence in sentences:
            for part in self._cut(sentence, probe, room, width):
                probe.setText(part)
                height = height_of(probe, width)
                if not groups or used + self._between + height > room:
                    groups.append([part])
                    used = height
                else:
                    groups[-1].append(part)
                    used += self._between + height
        return groups

    def _sheet(self, title: str, parts: Sequence[str]) -> Sheet:
        sheet = Sheet()
        box = QVBoxLayout(sheet)
        box.setContentsMargins(self._side, self._above, self._side, self._above)
        box.setSpacing(self._between)
        box.addWidget(Label(TextRole.HEADING, title))
        for part in parts:
            box.addWidget(Label(TextRole.BODY, part))
        return sheet
