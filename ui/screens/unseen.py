"""Something was handed in before and its number never shown: it counts, here it is."""

from __future__ import annotations

from ui.screens.topics import TopicsScreen


class UnseenScreen(TopicsScreen):
    """See the module. Back is "that is all", and ends the visit; Next goes on."""

    print_look = "primary"
