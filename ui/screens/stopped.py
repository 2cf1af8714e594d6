"""Stopped midway, with a slip that says what to bring."""

from __future__ import annotations

from kiosk.flow.events import SlipAsked
from kiosk.flow.paper_state import Slip
from ui.screens.notice import NoticeScreen


class StoppedScreen(NoticeScreen):
    """See the module. The frame's Back prints again, where that can be."""

    def go_back(self) -> None:
        """Print the slip once more."""
        self.send(SlipAsked(self.now(), Slip.DRAFT))
