"""One consent: what is asked, and two answers of the same weight."""

from __future__ import annotations

from kiosk.domain import Purpose
from kiosk.flow.events import Consented, Refused
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.consent import ConsentView
from ui.widgets.banner import Banner
from ui.widgets.label import Label
from ui.widgets.prose import Prose
from ui.widgets.tile import Tile


class ConsentScreen(Screen):
    """See the module. The frame's Next has no words here: neither answer is the likely one."""

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts()
        self._purpose = Purpose.DATA
        self._version = ""
        self._title = Label(TextRole.TITLE)
        self._sentences = Prose(kit)
        small = TextRole.SIDE if kit.metrics.is_low else TextRole.BODY
        self._helped = Banner(kit, "person_helped", "tint", role=small)
        self._yes = Tile(kit, "check", "")
        self._no = Tile(kit, "close", "")
        self._yes.touched.connect(self._on_yes)
        self._no.touched.connect(self._on_no)
        read.add(self._title)
        read.add(self._sentences, stretch=1)
        do.add(self._helped)
        do.add(self._yes)
        do.add(self._no)

    def show_view(self, view: ConsentView) -> None:
        """Ask."""
        self._purpose, self._version = view.purpose, view.text_version
        self._title.say(view.title)
        self._sentences.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._sentences.set_sentences(view.sentences)
        self._helped.say(view.helped)
        self._yes.say(view.yes, view.yes_line)
        self._no.say(view.no, view.no_line)
        self.set_bar(view.bar)

    def type_text(self, text: str) -> bool:
        """Answer by place: 1 is yes, 2 is no."""
        if text not in {"1", "2"}:
            return False
        (self._yes if text == "1" else self._no).click()
        return True

    def _on_yes(self) -> None:
        self.send(Consented(self.now(), self._purpose, self._version))

    def _on_no(self) -> None:
        self.send(Refused(self.now(), self._purpose, self._version))
