"""What is told topic by topic, to be read or printed: what is known, what was never shown."""

from __future__ import annotations

from kiosk.flow.aloud_events import AloudAsked
from kiosk.flow.events import Continued, ReprintAsked
from ui.kit import Kit
from ui.screens.screen import Screen
from ui.theme import TextRole
from ui.views.known import KnownView, UnseenView
from ui.widgets.banner import Banner
from ui.widgets.buttons import BigButton
from ui.widgets.label import Label
from ui.widgets.read_aloud import ReadAloudRow
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
        self._aloud = ReadAloudRow(kit, self._print)
        self._aloud.touched.connect(self._on_aloud)
        read.add(self._title, give_way=1 if is_low else 0)
        read.add(self._line, give_way=2)
        if kit.metrics.is_landscape:
            read.add_space()
            read.add(self._paper)
            read.add(self._aloud)
            do.add(self._topics, stretch=1)
        else:
            do.add(self._topics, stretch=1)
            do.add(self._paper)
            do.add(self._aloud)

    def show_view(self, view: KnownView | UnseenView) -> None:
        """Tell it."""
        self._title.say(view.title)
        self._line.say(view.line)
        self._topics.say(view.pager.earlier, view.pager.later, view.pager.where)
        self._topics.set_topics(view.topics)
        self._paper.say(view.paper)
        self._aloud.say(view.aloud, view.print_it)
        self.set_bar(view.bar)

    def go_on(self) -> None:
        """All is read."""
        self.send(Continued(self.now()))

    def _on_aloud(self) -> None:
        self.send(AloudAsked(self.now()))

    def _on_print(self) -> None:
        self.send(ReprintAsked(self.now()))
