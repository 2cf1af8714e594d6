"""What is told topic by topic, to be read or printed: what is known, what was never shown."""

from __future__ import annotations

from kiosk.flow.events import Continued, ReprintAsked
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.known import KnownView, UnseenView
from ui.widgets.banner import Banner
from ui.widgets.buttons import BigButton
from ui.widgets.label import Label, show_if
from ui.widgets.topics import Topics


class TopicsScreen(Screen):
    """See the module. Subclasses say how the page is shared out, and what weighs most on it."""

    shares = (1, 1)
    """Of a wide page: for what is read, and for the topics."""
    line_tone = ""
    print_look = "outline"

    def __init__(self, kit: Kit) -> None:
        """Make the page without words."""
        super().__init__(kit)
        read, do = self.two_parts(*self.shares)
        is_low = kit.metrics.is_low
        self._title = Label(TextRole.HEADING if is_low else TextRole.TITLE)
        self._line = Label(TextRole.BODY, tone=self.line_tone)
        self._topics = Topics(kit)
        self._paper = Banner(
            kit, "printer", "tint", role=TextRole.SIDE if is_low else TextRole.BODY
        )
        self._print = BigButton(kit, look=self.print_look)
        self._print.touched.connect(self._on_print)
        read.add(self._title, give_way=1 if is_low else 0)
        read.add(self._line, give_way=2)
        if kit.metrics.is_landscape:
            read.add_space()
            read.add(self._paper)
            read.add(self._print)
            do.add(self._topics, stretch=1)
        else:
            do.add(self._topics, stretch=1)
            do.add(self._paper)
            do.add(self._print)

    def show_view(self, view: KnownView | UnseenView) -> None:
        """Tell it."""
        self._title.say(view.title)
        self._line.say(view.line)
        self._topics.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._topics.set_topics(view.topics)
        self._paper.say(view.paper)
        self._print.say(view.print_it)
        show_if(self._print, wanted=view.print_it != "")
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """All is read."""
        self.send(Continued(self.now()))

    def _on_print(self) -> None:
        self.send(ReprintAsked(self.now()))
