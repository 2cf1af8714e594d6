"""Windows to look at: three panels, and the events that a window sends."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.flow.events import Event
from tests.screens.places import ASSETS, TEXTS, moment
from ui.shell import Shell
from ui.theme import Metrics

PANELS = {
    "portrait": Metrics(21.5, 1080, 1920),
    "landscape": Metrics(21.5, 1920, 1080),
    "low": Metrics(15.6, 1366, 768),
}


def a_shell(qtbot: QtBot, panel: str = "portrait", sent: list[Event] | None = None) -> Shell:
    """Return a shown window on a panel; what it sends goes into `sent`."""
    events: list[Event] = [] if sent is None else sent
    shell = Shell(events.append, moment, lambda: "s1", TEXTS, PANELS[panel], ASSETS, tap_pause_s=0)
    qtbot.addWidget(shell)
    shell.show()
    return shell


def settle() -> None:
    """Let layouts finish: what a change posts is done after a few turns of the event loop."""
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
