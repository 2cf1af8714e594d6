"""Near the end of the room on a disk: nobody begins who could not be brought to the end.

A part of the harness `disk-full`: has visits begin with less and less room.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.errors import StorageError
from kiosk.flow.world import Room
from kiosk.store import ballast
from kiosk.store.doorkeeper import use_of
from kiosk.store.engine import Database
from kiosk.store.room import Found, Levels, measure
from tests.support.sealing_places import SealingPlace

LEVELS = Levels(warn_bytes=3 << 20, refuse_bytes=1600 << 10)
"""In proportion to the disk. The largest visit here takes 400 kB, and up to 900 kB of the log."""

BALLAST_BYTES = 2 << 20
APPROACH = (6 << 20, 4 << 20, 3 << 20, 5 << 19, 2 << 20, 7 << 18, 1600 << 10, 3 << 19, 1 << 20)
"""How much is left, step by step, while visits begin."""

VISITS_PER_STEP = 2
MOST_VISITS = 3000


@dataclass
class Door:
    """Lets visits begin on a disk as the kiosk does, each of them stored at once."""

    place: SealingPlace
    db: Database
    visit: Callable[[], None]
    """Stores one."""
    problem: Callable[[str], None]
    let_in: int = 0
    closed: int = 0
    """Times that a visit was refused before it began."""
    least_left: int = 1 << 40
    """The least room with which one was let in, in bytes."""

    def begin(self) -> None:
        """Have a ballast, as a kiosk has that serves residents."""
        if not ballast.ensure(self.place.folder, BALLAST_BYTES):
            self.problem("there is no room for a ballast to begin with")

    def approach(self, leave: Callable[[int], None]) -> None:
        """Have visits begin with less and less room, until none does."""
        for left in APPROACH:
            leave(left)
            if self.admit(VISITS_PER_STEP):
                return
        self.problem("visits were let in with hardly any room left")

    def must_close(self) -> None:
        """Have visits begin until none does any more."""
        if not self.admit(MOST_VISITS):
            self.problem("nobody was ever refused before a visit")

    def must_be_open(self) -> None:
        """See that the next visit may begin: there is room again."""
        if self._look(Room.FULL).level is Room.FULL:
            self.problem("with room again no visit begins")

    def finish(self) -> None:
        """Have a visit that is under way come to its number, though the disk is full."""
        try:
            ballast.as_last_resort(self.place.folder, self.visit)
        except StorageError as error:
            self.problem(f"what was under way could not be stored: {error}")

    def admit(self, visits: int) -> bool:
        """Let so many visits begin while there is room; say whether none begins any more."""
        for _ in range(visits):
            found = self._look(Room.PLENTY)
            if found.level is Room.FULL:
                self.closed += 1
                return True
            try:
                self.visit()
            except StorageError:
                self.problem(f"let in with {found.supply.spare_bytes} bytes, and not stored")
                return True
            self.let_in += 1
            self.least_left = min(self.least_left, found.supply.spare_bytes)
        return False

    def _look(self, was: Room) -> Found:
        use = use_of(self.db)
        return measure(self.place.folder, LEVELS, use, was, ballast_bytes=BALLAST_BYTES)
