"""How often the portrait of a card was compared without a match of late, in whichever visit.

A new visit would else give whoever found a card tries without end: with every one a stranger's
face is likelier to match. In memory only, and nothing of a portrait: digests under a key that is
made anew at every start and never leaves this object, so that they tell nothing to anybody.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field

FORGET_S = 3600.0
"""So long after the last miss a card has its tries again: its owner comes back another day."""


@dataclass(slots=True)
class FaceTries:
    """Misses by portrait; used on one lane."""

    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), init=False, repr=False)
    _missed: dict[bytes, tuple[int, float]] = field(default_factory=dict, init=False, repr=False)
    """How often, and monotonic seconds of the last time."""

    def misses(self, portrait: bytes, now_s: float) -> int:
        """Return how often this portrait was missed of late."""
        self._forget(now_s)
        return self._missed.get(self._name(portrait), (0, 0.0))[0]

    def note(self, portrait: bytes, now_s: float, *, is_match: bool) -> None:
        """Remember how a comparison went; a match clears what was before."""
        name = self._name(portrait)
        if is_match:
            self._missed.pop(name, None)
        else:
            self._missed[name] = (self._missed.get(name, (0, 0.0))[0] + 1, now_s)

    def _forget(self, now_s: float) -> None:
        gone = [name for name, (_, at_s) in self._missed.items() if now_s - at_s >= FORGET_S]
        for name in gone:
            del self._missed[name]

    def _name(self, portrait: bytes) -> bytes:
        return hashlib.blake2b(portrait, key=self._key, digest_size=16).digest()
