"""What lanes post arrives on the GUI thread, in order, and nothing after the end."""

from __future__ import annotations

import threading

from pytestqt.qtbot import QtBot

from kiosk.flow.events import CardSeen, ReaderGone, Ticked
from kiosk.ports.camera import Look, NoPicture
from kiosk.ports.card_reader import Presence
from kiosk.ports.document_camera import PaperLook
from tests.screens.places import moment
from tests.screens.windows import settle
from ui.bridge import Bridge

SEEN = CardSeen(moment(), Presence.PRESENT)
GONE = ReaderGone(moment())


class Ear:
    """Keeps what arrives, and on which thread."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        self.events: list[object] = []
        self.looks: list[Look | PaperLook | NoPicture] = []
        self.threads: set[threading.Thread] = set()

    def hear(self, event: object) -> None:
        """Keep an event."""
        self.events.append(event)
        self.threads.add(threading.current_thread())

    def look(self, look: Look | PaperLook | NoPicture) -> None:
        """Keep a picture."""
        self.looks.append(look)
        self.threads.add(threading.current_thread())


def test_events_of_a_lane_arrive_here_in_order(qtbot: QtBot) -> None:
    """Whatever thread posts, the GUI thread hears, in the order of posting."""
    ear = Ear()
    bridge = Bridge(ear.hear, ear.look, moment)
    wanted = [SEEN, GONE] * 50

    def post_all() -> None:
        for event in wanted:
            bridge.post(event)

    lane = threading.Thread(target=post_all)
    lane.start()
    lane.join()
    assert ear.events == []
    qtbot.waitUntil(lambda: len(ear.events) == len(wanted), timeout=20_000)
    assert ear.events == wanted
    assert ear.threads == {threading.current_thread()}


def test_only_the_newest_picture_is_looked_at(qtbot: QtBot) -> None:
    """A slow window drops pictures and never queues them."""
    ear = Ear()
    bridge = Bridge(ear.hear, ear.look, moment)
    bridge.post_look(NoPicture.MISSING)
    bridge.post_look(NoPicture.STARTING)
    bridge.post_look(NoPicture.LOST)
    qtbot.waitUntil(lambda: ear.looks != [], timeout=20_000)
    settle()
    assert ear.looks == [NoPicture.LOST]


def test_time_ticks_until_stopped(qtbot: QtBot) -> None:
    """A tick comes by itself; after the end nothing comes, not even what was posted before."""
    ear = Ear()
    bridge = Bridge(ear.hear, ear.look, moment)
    bridge.start_ticking()
    qtbot.waitUntil(lambda: ear.events != [], timeout=20_000)
    assert ear.events[0] == Ticked(moment())
    ear.events.clear()
    bridge.post(SEEN)
    bridge.post_look(NoPicture.LOST)
    bridge.stop()
    settle()
    assert (ear.events, ear.looks) == ([], [])
