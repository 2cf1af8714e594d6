"""The reader waits: where the card goes, what went wrong, and the other way, all on one screen."""

from __future__ import annotations

from kiosk.flow.document_events import DocumentChosen
from kiosk.flow.events import HelpAsked, OtherWayChosen
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.card import CardView
from ui.widgets.banner import Banner
from ui.widgets.card_drawing import CardDrawing
from ui.widgets.label import Label, show_if
from ui.widgets.tile import Tile


class CardScreen(Screen):
    """See the module. There is nothing to press for the card itself: laying it down is enough."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts()
        self._leads_on = False
        self._title = Label(TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone="muted")
        self._problem = Banner(kit, "warning", "problem")
        self._drawing = CardDrawing(kit)
        small = TextRole.SIDE if kit.metrics.is_low else TextRole.BODY
        self._other = Tile(kit, "hand", "", line_role=small)
        self._other.touched.connect(self._on_other)
        self._document = Tile(kit, "document", "", line_role=small)
        self._document.touched.connect(self._on_document)
        read.add(self._title, give_way=1)
        read.add(self._problem)
        read.add(self._line, give_way=2)
        has_room_beside = kit.metrics.is_landscape and not kit.metrics.is_low
        if has_room_beside:  # beside the drawing, which two tiles would push out
            read.add_space()
            read.add(self._document)
        do.add(self._drawing, give_way=3, stretch=1)
        if not has_room_beside:
            do.add(self._document)
        do.add(self._other)

    def show_view(self, view: CardView) -> None:
        """Say what to do now."""
        self._title.say(view.title)
        self._line.say("" if view.problem else view.line)
        self._problem.say(view.problem)
        self._drawing.show_card(is_lying=view.is_reading, is_reader_gone=view.is_reader_gone)
        self._leads_on = view.leads_on
        self._document.say(view.document_title, view.document_line)
        show_if(self._document, wanted=view.document_title != "")
        self._other.say(view.other_title, view.other_line)
        self.set_bar(view.bar)

    def _on_other(self) -> None:
        at = self.now()
        self.send(OtherWayChosen(at) if self._leads_on else HelpAsked(at))

    def _on_document(self) -> None:
        self.send(DocumentChosen(self.now()))
