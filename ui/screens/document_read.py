"""The travel document lies on the reader for some seconds; or it can't be read, and what then."""

from __future__ import annotations

from kiosk.flow.document_events import WithoutChipChosen
from kiosk.flow.events import Continued, HelpAsked
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.documents import DocumentReadView
from ui.widgets.banner import Banner
from ui.widgets.card_drawing import CardDrawing
from ui.widgets.label import Label
from ui.widgets.progress import Progress
from ui.widgets.tile import Tile


class DocumentReadScreen(Screen):
    """See the module. Laying it down is enough; Next is there only to put right what was typed."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts()
        self._leads_on = False
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        self._problem = Banner(kit, "warning", "problem")
        self._progress = Progress(kit)
        self._drawing = CardDrawing(kit)
        small = TextRole.SIDE if kit.metrics.is_low else TextRole.BODY
        self._other = Tile(kit, "person_check", "", line_role=small)
        self._other.touched.connect(self._on_other)
        read.add(self._title, give_way=1)
        read.add(self._problem)
        read.add(self._line, give_way=2)
        read.add(self._progress)
        do.add(self._drawing, give_way=3, stretch=1)
        do.add(self._other)

    def show_view(self, view: DocumentReadView) -> None:
        """Say what to do now."""
        self._title.say(view.title)
        self._line.say(view.line)
        self._problem.say(view.problem)
        self._progress.say(view.progress)
        is_lying = view.progress != ""
        self._drawing.show_card(is_lying=is_lying, is_reader_gone=view.is_reader_gone)
        self._leads_on = view.leads_on
        self._other.say(view.other_title, view.other_line)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """Go and put right what was typed or seen."""
        if self.bar.next:
            self.send(Continued(self.now()))

    def _on_other(self) -> None:
        at = self.now()
        self.send(WithoutChipChosen(at) if self._leads_on else HelpAsked(at))
