"""The rising number that every request carries, so that none can be played again."""

from __future__ import annotations

from kiosk.store import facts
from kiosk.store.engine import Database

BLOCK = 1000
"""Numbers are reserved so many at a time: one durable write per block, not one per request."""

FARTHEST = 10**9
"""No kiosk has sent so many requests since its last backup."""

_FACT = "request_counter"


class Counter:
    """The rising number in every request (RFC 9421 nonce), never used twice, whatever happens."""

    def __init__(self, db: Database) -> None:
        """Go on behind every number that may have been used."""
        self._db = db
        self._next = int(facts.get(db, _FACT) or "0") + 1
        self._reserved = self._next - 1

    def next(self) -> int:
        """Return a number greater than all before; its block is durable before it is used."""
        number = self._next
        if number > self._reserved:
            self._reserved = number + BLOCK
            facts.put(self._db, _FACT, str(self._reserved))
        self._next += 1
        return number

    def skip_to(self, used: int) -> None:
        """Go on behind a number that the platform has seen already, unless it is absurdly high.

        Numbers have an end: whoever could push this kiosk there would silence it for ever.
        """
        if self._next <= used <= self._next + FARTHEST:
            self._next = used + 1
            self._reserved = used
