"""The rising number that every request carries, so that none can be played again."""

from __future__ import annotations

from kiosk.store import facts
from kiosk.store.engine import Database, writing, writing_lightly

BLOCK = 1000
"""Numbers are reserved so many at a time: one durable write per block, not one per request."""

FARTHEST = 10**9
"""No kiosk has sent so many requests since its last backup."""

_RESERVED, _LAST = "request_counter", "request_counter_last"


class Counter:
    """The rising number in every request (RFC 9421 nonce), never used twice, whatever happens.

    All programs of a kiosk draw from the same numbers, in the order in which they send. The last
    one drawn counts as long as the machine runs; after a restart it may be one from before the
    power cut, and what was reserved durably counts.
    """

    def __init__(self, db: Database, boot: str = "") -> None:
        """Go on behind every number that may have been used.

        Args:
            db: The database that all programs of the kiosk share.
            boot: Names this running of the machine; empty where it has no name.
        """
        self._db = db
        self._boot = boot
        self._has_drawn = False

    def next(self) -> int:
        """Return a number greater than all before; its block is durable before it is used.

        Raises:
            StorageError: It can't be stored, and is not used.
        """
        with writing_lightly(self._db):
            number, reserved = self._following()
            if number <= reserved:
                self._draw(number)
        if number > reserved:
            with writing(self._db):
                number, _ = self._following()  # another program may have been faster
                facts.set_inside(self._db, _RESERVED, str(number + BLOCK))
                self._draw(number)
        self._has_drawn = True
        return number

    def skip_to(self, used: int) -> None:
        """Go on behind a number that the platform has seen already, unless it is absurdly high.

        Numbers have an end: whoever could push this kiosk there would silence it for ever.

        Raises:
            StorageError: It can't be stored.
        """
        with writing(self._db):
            number, reserved = self._following()
            if number <= used <= number + FARTHEST:
                facts.set_inside(self._db, _RESERVED, str(max(reserved, used)))
                self._draw(used)
                self._has_drawn = True

    def _following(self) -> tuple[int, int]:
        """Return the number to be drawn next, and up to which numbers are reserved."""
        reserved = int(facts.get(self._db, _RESERVED) or "0")
        boot, _, last = (facts.get(self._db, _LAST) or " 0").partition(" ")
        is_known = boot == self._boot and (bool(boot) or self._has_drawn)
        return (min(int(last), reserved) if is_known else reserved) + 1, reserved

    def _draw(self, number: int) -> None:
        facts.set_inside(self._db, _LAST, f"{self._boot} {number}")
