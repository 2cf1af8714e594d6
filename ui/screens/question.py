"""One question of the form, answered by choosing or on a pad of keys."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.flow.events import Answered
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.question import AnswerKind, QuestionView
from ui.widgets.banner import Banner
from ui.widgets.choice_row import ChoiceRow
from ui.widgets.entries import DateEntry, TypedEntry
from ui.widgets.label import Label, set_property, show_if
from ui.widgets.pages import Pages

Answerer = Pages | TypedEntry | DateEntry


class QuestionScreen(Screen):
    """See the module. What was typed lives here until Next sends it, and dies with the screen."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without a question."""
        super().__init__(kit)
        read, do = self.two_parts(2, 3)
        self._title = Label(TextRole.TITLE)
        self._hint = Label(TextRole.BODY, tone="muted")
        small = TextRole.SIDE if kit.metrics.is_low else TextRole.BODY
        self._problem = Banner(kit, "warning", "problem", role=small)
        self._place = QWidget()
        place = QVBoxLayout(self._place)
        place.setContentsMargins(0, 0, 0, 0)
        self._place_layout = place
        read.add(self._title, give_way=1 if kit.metrics.is_landscape else 0)
        read.add(self._problem)
        read.add(self._hint, give_way=2)
        do.add(self._place, stretch=1)
        self._name = ""
        self._asked = ("", AnswerKind.NOTHING, 0.0)
        self._rows: list[ChoiceRow] = []
        self._answerer: Answerer | None = None

    def show_view(self, view: QuestionView) -> None:
        """Show a question; what was typed stays while it is the same one."""
        if self.kit.metrics.is_low:
            # What is wrong stands beside what was asked, not in its place.
            role = TextRole.HEADING if view.problem else TextRole.TITLE
            set_property(self._title, "role", role.value)
        self._title.say(view.title)
        self._hint.say(view.hint)
        self._problem.say(view.problem)
        asked = view.name, view.kind, view.since_s
        is_other = asked != self._asked
        value = view.draft if is_other else self._value()
        self._name, self._asked = view.name, asked
        if is_other:
            self._replace(_make_answerer(self.kit, view.kind))
        self._say(view, value)
        if is_other and not isinstance(self._answerer, Pages) and self._answerer is not None:
            self._answerer.set_value(value)
            self._answerer.changed.connect(self._on_changed)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Answer."""
        self.send(Answered(self.now(), self._name, self._value()))

    def type_text(self, text: str) -> bool:
        """Choose by its place, or type."""
        if isinstance(self._answerer, TypedEntry | DateEntry):
            return self._answerer.type_text(text)
        if text.isdecimal() and 1 <= int(text) <= len(self._rows):
            row = self._rows[int(text) - 1]
            row.setChecked(True)
            row.setFocus()
            if isinstance(self._answerer, Pages):
                self._answerer.turn_to(row)
            return True
        return False

    @property
    def is_typed_into(self) -> bool:
        """Say that there is a field."""
        return isinstance(self._answerer, TypedEntry | DateEntry)

    def erase(self) -> bool:
        """Take the last sign away."""
        return isinstance(self._answerer, TypedEntry | DateEntry) and self._answerer.erase()

    def first_focus(self) -> QWidget | None:
        """Begin at the chosen option, else at the first."""
        chosen = [row for row in self._rows if row.isChecked()]
        return next(iter([*chosen, *self._rows]), None)

    def _value(self) -> str:
        if isinstance(self._answerer, TypedEntry | DateEntry):
            return self._answerer.value
        return next((row.name for row in self._rows if row.isChecked()), "")

    def _say(self, view: QuestionView, value: str) -> None:
        match self._answerer:
            case TypedEntry():
                self._answerer.say(view.title, view.erase)
            case DateEntry():
                dates = view.dates
                self._answerer.say(dates.order, dates.names, dates.units, view.erase)
            case Pages():
                self._answerer.say(view.pager.earlier, view.pager.later, view.pager.where)
                self._rows = [ChoiceRow(self.kit, c.name, c.text) for c in view.choices]
                for row in self._rows:
                    row.setChecked(row.name == value)
                    row.toggled.connect(self._on_changed)
                self._answerer.set_items(self._rows)
            case None:
                pass

    def _replace(self, answerer: Answerer | None) -> None:
        if self._answerer is not None:
            self._place_layout.removeWidget(self._answerer)
            self._answerer.hide()
            self._answerer.deleteLater()
        self._rows = []
        self._answerer = answerer
        if answerer is not None:
            self._place_layout.addWidget(answerer)
        show_if(self._place, wanted=answerer is not None)

    def _on_changed(self) -> None:
        self._problem.say("")
        self.settle()


def _make_answerer(kit: Kit, kind: AnswerKind) -> Answerer | None:
    match kind:
        case AnswerKind.CHOICES:
            return Pages(kit)
        case AnswerKind.DIGITS:
            return TypedEntry(kit)
        case AnswerKind.LETTERS:
            return TypedEntry(kit, letters=True)
        case AnswerKind.DATE:
            return DateEntry(kit)
        case AnswerKind.NOTHING:
            return None
