"""Lets visits begin while there is room to bring them to their end, and keeps the ballast.

Belongs to the desk's lane. Looks again and again, so that the kiosk opens by itself when there is
room again: delivered envelopes are erased, somebody cleared the disk.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.clock import Clock
from kiosk.errors import StorageError
from kiosk.flow.world import Room
from kiosk.store import audit, ballast
from kiosk.store.audit import StoreEvent
from kiosk.store.engine import PAGE_BYTES, Database, storage_errors
from kiosk.store.room import Found, Levels, Use, measure

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Doorkeeper:
    """See the module."""

    db: Database
    folder: Path
    """The state folder."""
    levels: Levels
    clock: Clock
    is_on_duty: bool = field(default=False, init=False)
    """Residents are served: what changes is worth a line. Else somebody only looks."""
    found: Found | None = field(default=None, init=False)
    """What the last look found; None before the first."""
    _has_ballast: bool = field(default=True, init=False)

    def look(self) -> Room:
        """Return what there is room for now; a disk that does not tell is as it was."""
        was = Room.PLENTY if self.found is None else self.found.level
        try:
            with storage_errors():
                found = measure(self.folder, self.levels, use_of(self.db), was)
        except StorageError as error:
            _log.error("ROOM_NOT_MEASURED code=%s", error.code)
            return was
        self.found = found
        if self.is_on_duty:
            if found.level is not was:
                self._tell(found)
            self._keep_ballast()
        return found.level

    def begin(self) -> None:
        """Residents are served from now on."""
        self.is_on_duty = True
        self.look()

    def _keep_ballast(self) -> None:
        """Make the ballast, as soon as there is room for it."""
        had, self._has_ballast = self._has_ballast, ballast.ensure(self.folder)
        if had and not self._has_ballast:
            _log.warning("NO_BALLAST")

    def _tell(self, found: Found) -> None:
        fields = (("level", found.level.value), ("of", found.of.value), ("left", found.detail()))
        _log.warning("ROOM_CHANGED level=%s of=%s left=%s", *(value for _, value in fields))
        try:
            audit.write(self.db, self.clock.now().at, StoreEvent.ROOM_CHANGED, fields)
        except StorageError as error:
            _log.error("JOURNAL_NOT_STORED event=%s code=%s", StoreEvent.ROOM_CHANGED, error.code)


def use_of(db: Database) -> Use:
    """Return how much the database uses of what it may; freed pages are used again.

    Raises:
        StorageError: The database does not tell.
    """
    with storage_errors():
        pages, freed, most = (
            int(db.conn.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "max_page_count")
        )
    return Use((pages - freed) * PAGE_BYTES, most * PAGE_BYTES)
