"""Which papers there are of what was found, and what is known of each receipt."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain import AppId
from kiosk.flow.events import Continued, PaperConfirmed, PaperMissed, SlipAsked
from kiosk.flow.paper_state import Slip
from kiosk.flow.session import TextScale
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import GAP_MM, TextRole
from ui.views.slips import ApplicationPapers, SlipButton, StatusPapersView
from ui.widgets.buttons import BigButton
from ui.widgets.came_out import CameOut
from ui.widgets.label import Label, Sheet
from ui.widgets.pages import Pages

_BESIDE = 2
"""How many answers stand beside what they are about on a low panel."""


class StatusPapersScreen(Screen):
    """See the module."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        page = self.one_part()
        self._title = Label(TextRole.TITLE)
        self._rows = Pages(kit)
        page.add(self._title)
        page.add(self._rows, stretch=1)

    def show_view(self, view: StatusPapersView) -> None:
        """Show what can be printed."""
        kit = self.kit
        self._title.say(view.title)
        self._rows.say(view.pager.earlier, view.pager.later, view.pager.where)
        rows: list[QWidget] = []
        shown: QWidget | None = None
        for application in view.applications:
            sheet = self._sheet(application)
            answers: list[QWidget] = []
            if application.came_out:
                answers.append(self._question(application))
            answers += [self._button(button) for button in application.buttons]
            if kit.metrics.is_low and view.scale is not TextScale.LARGEST:
                parts = [self._beside(sheet, answers[:_BESIDE]), *answers[_BESIDE:]]
            else:
                parts = [sheet, *answers]
            rows += parts
            shown = parts[0] if application.app_id == view.shown else shown
        self._rows.set_items(rows)
        if shown is not None:
            self._rows.turn_to(shown)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """All is printed."""
        self.send(Continued(self.now()))

    def _beside(self, sheet: Sheet, answers: list[QWidget]) -> QWidget:
        """Put what can be touched beside what it is about: below it, it would be on a page that
        nobody knows of.
        """
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self.kit.px(GAP_MM))
        row.addWidget(sheet, 1)
        column = QVBoxLayout()
        column.setSpacing(self.kit.px(GAP_MM))
        for answer in answers:
            column.addWidget(answer)
        column.addStretch(1)
        row.addLayout(column, 1)
        return both

    def _sheet(self, application: ApplicationPapers) -> Sheet:
        kit = self.kit
        sheet = Sheet()
        box = QVBoxLayout(sheet)
        box.setContentsMargins(kit.px(6), kit.px(3), kit.px(6), kit.px(3))
        box.setSpacing(kit.px(1))
        box.addWidget(Label(TextRole.HEADING, application.name))
        box.addWidget(Label(TextRole.STRONG, application.number))
        box.addWidget(Label(TextRole.BODY, application.receipt))
        return sheet

    def _question(self, application: ApplicationPapers) -> QWidget:
        question = CameOut(self.kit, application.came_out, application.came_not)
        question.came_out.connect(partial(self._on_came_out, application.app_id))
        question.came_not.connect(partial(self._on_came_not, application.app_id))
        return question

    def _button(self, button: SlipButton) -> BigButton:
        look = "primary" if button.slip is Slip.RECEIPT else "outline"
        made = BigButton(self.kit, button.words, look=look)
        made.touched.connect(partial(self._on_print, button))
        return made

    def _on_print(self, button: SlipButton) -> None:
        self.send(SlipAsked(self.now(), button.slip, button.app_id))

    def _on_came_out(self, app_id: AppId) -> None:
        self.send(PaperConfirmed(self.now(), app_id))

    def _on_came_not(self, app_id: AppId) -> None:
        self.send(PaperMissed(self.now(), app_id))
