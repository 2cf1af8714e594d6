"""Sentences to be read, a paragraph each, on as many pages as the text size makes of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent

from ui.kit import Kit
from ui.theme import TextRole
from ui.widgets.column import height_of
from ui.widgets.label import Label
from ui.widgets.pages import Pages


class Prose(Pages):
    """Pages of text; a sentence that alone is higher than a page is cut between two words."""

    def __init__(self, kit: Kit, role: TextRole = TextRole.BODY, *, tone: str = "") -> None:
        """Make empty pages."""
        super().__init__(kit)
        self._role = role
        self._tone = tone
        self._sentences: tuple[str, ...] = ()
        self._made_for = (0, 0, 0)

    def set_sentences(self, sentences: Sequence[str]) -> None:
        """Show these, from the first page on."""
        self._sentences = tuple(sentences)
        self._make()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew for the new room."""
        self._make()

    def arrange(self) -> None:
        """Cut anew when the text has another size now, and lay the pages out."""
        if self._sentences and self._made_for != self._room():
            self._make()
        else:
            super().arrange()

    def _room(self) -> tuple[int, int, int]:
        return self.width(), self.height(), self._kit.style.em_px(self._role)

    def _make(self) -> None:
        if self.width() <= 0:
            return
        self._made_for = self._room()
        probe = Label(self._role)
        probe.setParent(self)
        room = self.height() - self.pager_height() - self._gap
        parts = [
            part
            for sentence in self._sentences
            for part in self._cut(sentence, probe, room, self.width())
        ]
        probe.hide()
        probe.deleteLater()
        self.set_items([Label(self._role, part, tone=self._tone) for part in parts])

    def _cut(self, sentence: str, probe: Label, room: int, width: int) -> list[str]:
        parts: list[str] = []
        rest = sentence
        while rest:
            length = self._fitting(rest, probe, room, width)
            parts.append(rest[:length].strip())
            rest = rest[length:].strip()
        return parts

    def _fitting(self, text: str, probe: Label, room: int, width: int) -> int:
        """Return how much of a text fits into a page, cut where a line may be broken."""
        low, high = 1, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            probe.setText(text[:middle])
            if height_of(probe, width) <= room:
                low = middle
            else:
                high = middle - 1
        if low == len(text):
            return low
        space = text.rfind(" ", 0, low)
        stop = max(text.rfind(sign, 0, low) for sign in "，；：、")
        return next((cut + 1 for cut in (stop, space) if cut > low // 2), low)
