"""What a SAM module doesn't tell: whether a card that was read still lies there. Pure.

After a read the module does not find the same card again until it was lifted, and "no card found"
then means either "it still lies there" or "it is gone". This remembers enough to claim only what is
known (docs/decisions/0016).
"""

from __future__ import annotations

from enum import Enum

from kiosk.ports.card_reader import Presence

STILL_THERE_S = 20.0
"""For this long after a read a second one is answered with "lift it first".

Longer than taking a card needs, shorter than the time to the next resident's card step.
"""


class _Knows(Enum):
    """What the last replies prove."""

    NOTHING_READ = "nothing_read"
    READ = "read"
    FOUND_SINCE = "found_since"


class LiftMemory:
    """Follows what the module finds; takes and returns facts, never talks to the reader."""

    __slots__ = ("_knows", "_read_at_s")

    def __init__(self) -> None:
        """Start knowing of no card."""
        self._knows = _Knows.NOTHING_READ
        self._read_at_s = 0.0

    @property
    def was_read(self) -> bool:
        """Say whether a card was read that is not known to have been lifted."""
        return self._knows is not _Knows.NOTHING_READ

    def card_read(self, now_s: float) -> None:
        """Note that the module gave a card's data away: from here on it hides this card."""
        self._knows = _Knows.READ
        self._read_at_s = now_s

    def card_found(self) -> Presence:
        """Note that the module found a card."""
        if self._knows is _Knows.READ:
            self._knows = _Knows.FOUND_SINCE
        return Presence.PRESENT

    def nothing_found(self) -> Presence:
        """Note that the module found none, and return what that means."""
        match self._knows:
            case _Knows.READ:
                return Presence.CANT_TELL
            case _Knows.FOUND_SINCE:
                # It was found after the read and is not found now: nothing hides it, so it is gone.
                self._knows = _Knows.NOTHING_READ
                return Presence.ABSENT
            case _Knows.NOTHING_READ:
                return Presence.ABSENT

    def asks_to_lift(self, now_s: float) -> bool:
        """Say whether "no card found" most likely means "not lifted yet": soon after a read."""
        return self._knows is _Knows.READ and now_s - self._read_at_s < STILL_THERE_S
