"""What this machine still knows about me, topic by topic, to be read or printed."""

from __future__ import annotations

from ui.screens.topics import TopicsScreen


class KnownScreen(TopicsScreen):
    """See the module."""

    shares = (1, 2)
    line_tone = "muted"
