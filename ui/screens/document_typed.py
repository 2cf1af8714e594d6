"""One part of what is printed in a travel document, typed; a drawing shows where it stands."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.flow.document_events import DocumentTyped
from kiosk.flow.document_try import DocumentPart
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.documents import DocumentTypedView
from ui.views.question import AnswerKind
from ui.widgets.banner import Banner
from ui.widgets.document_drawing import DocumentDrawing
from ui.widgets.document_pad import DocumentPad
from ui.widgets.entries import DateEntry, TypedEntry
from ui.widgets.label import Label


class DocumentTypedScreen(Screen):
    """See the module. What was typed lives here until Next sends it, and dies with the screen."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without a question."""
        super().__init__(kit)
        read, do = self.two_parts(2, 3)
        self._title = Label(TextRole.TITLE)
        self._hint = Label(TextRole.BODY, tone="muted")
        small = TextRole.SIDE if kit.metrics.is_low else TextRole.BODY
        self._problem = Banner(kit, "warning", "problem", role=small)
        self._drawing = DocumentDrawing(kit)
        self._place = QWidget()
        self._inside = QVBoxLayout(self._place)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._part: DocumentPart | None = None
        self._entry: TypedEntry | DateEntry | None = None
        read.add(self._title)
        read.add(self._problem)
        read.add(self._hint, give_way=2)
        read.add(self._drawing, give_way=3, stretch=1)
        do.add(self._place, stretch=2)

    def show_view(self, view: DocumentTypedView) -> None:
        """Ask for a part; what was typed stays while it is the same one."""
        self._title.say(view.title)
        self._hint.say(view.hint)
        self._problem.say(view.problem)
        self._drawing.show_part(view.part)
        if view.part is not self._part:
            self._replace(view)
        match self._entry:
            case DateEntry() as entry:
                entry.say(view.dates.order, view.dates.names, view.dates.units, view.erase)
            case TypedEntry() as entry:
                entry.say(view.title, view.erase)
            case None:
                pass
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Hand it in."""
        if self._entry is not None and self._entry.value:
            self.send(DocumentTyped(self.now(), self._entry.value))

    def type_text(self, text: str) -> bool:
        """Type a sign."""
        return self._entry is not None and self._entry.type_text(text)

    @property
    def is_typed_into(self) -> bool:
        """Say that there is a field."""
        return True

    def erase(self) -> bool:
        """Take the last sign away."""
        return self._entry is not None and self._entry.erase()

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget what was typed: the next view brings its own."""
        if not event.spontaneous() and self._entry is not None:
            self._entry.set_value("")
            self._part = None
        super().hideEvent(event)

    def _replace(self, view: DocumentTypedView) -> None:
        if self._entry is not None:
            self._inside.removeWidget(self._entry)
            self._entry.hide()
            self._entry.deleteLater()
        entry: TypedEntry | DateEntry
        if view.kind is AnswerKind.DATE:
            entry = DateEntry(self.kit)
        else:
            is_letters = view.kind is AnswerKind.LETTERS
            pad = DocumentPad(self.kit) if is_letters else None
            entry = TypedEntry(self.kit, letters=is_letters, pad=pad, max_length=view.longest)
        entry.set_value(view.draft)
        self._entry, self._part = entry, view.part
        self._inside.addWidget(entry)
