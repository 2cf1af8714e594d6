"""Which of several readers counts: the one whose card was laid down last. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from devices.card_reader.pcsc_service import ReaderState


class LaidCards:
    """Follows the readers' event counters from look to look."""

    __slots__ = ("_seen", "_turn")

    def __init__(self) -> None:
        """Start having seen none."""
        self._seen: dict[str, tuple[int, int]] = {}
        self._turn = 0

    def latest(self, states: Mapping[str, ReaderState]) -> tuple[str, ReaderState]:
        """Return the reader with the newest card, else one that is there, else any.

        Of cards that came between the same two looks, the first reader's counts. A reader that was
        gone in between starts anew.
        """
        self._turn += 1
        laid: dict[str, tuple[int, int]] = {}
        for name, state in states.items():
            if state.is_there and state.has_card:
                seen = self._seen.get(name)
                is_same = seen is not None and seen[0] == state.events
                laid[name] = seen if seen is not None and is_same else (state.events, self._turn)
        self._seen = laid
        if laid:
            newest = max(laid, key=lambda name: laid[name][1])
            return newest, states[newest]
        return next(
            ((name, state) for name, state in states.items() if state.is_there),
            next(iter(states.items())),
        )
