"""What the last sweep found, and when: so that nobody has to read every page again to say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.store import facts
from kiosk.store.engine import Database

_SWEPT, _BROKEN_LINKS = "swept_at", "swept_broken_links"


@dataclass(frozen=True, slots=True)
class LastSweep:
    """A sweep that came to its end: every page read well then."""

    at: datetime
    broken_links: int
    """Entries that did not fit the chain."""


def keep_inside(db: Database, at: datetime, broken_links: int) -> None:
    """Remember a sweep as part of a `writing` block."""
    facts.set_inside(db, _SWEPT, at.isoformat())
    facts.set_inside(db, _BROKEN_LINKS, str(broken_links))


def last_sweep(db: Database) -> LastSweep | None:
    """Return what is remembered; None: nobody swept yet.

    Raises:
        StorageError: The store can't be read.
    """
    swept = facts.get(db, _SWEPT)
    if swept is None:
        return None
    return LastSweep(datetime.fromisoformat(swept), int(facts.get(db, _BROKEN_LINKS) or 0))
