"""How much paper has gone through the printer: since the roll was changed, and ever."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from kiosk.store import facts
from kiosk.store.engine import Database

_NAME = "paper_stock"
RESERVE_MM = 2000
"""With less than this left of a roll whose length is known, it is called nearly used up."""

USUAL_MM = 250
"""About so long is a receipt, until it is known how long they are here."""


@dataclass(frozen=True, slots=True)
class PaperStock:
    """What was counted; lengths in mm."""

    roll_mm: int = 0
    """Since the roll was changed."""
    papers: int = 0
    """On this roll."""
    changed_at: datetime | None = None
    """When the roll was changed; None: never since this machine counts."""
    total_mm: int = 0
    total_papers: int = 0

    def receipts_left(self, roll_m: int) -> int | None:
        """Return for about how many papers a roll of so many metres will do, as long as they were
        so far; None: its length is not known.
        """
        if not roll_m:
            return None
        usual_mm = self.total_mm / self.total_papers if self.total_papers else USUAL_MM
        return max(int((roll_m * 1000 - self.roll_mm) / max(usual_mm, 1)), 0)

    def is_low(self, roll_m: int) -> bool:
        """Say whether a roll of so many metres is nearly used up; 0: its length is not known."""
        return roll_m > 0 and self.roll_mm > roll_m * 1000 - RESERVE_MM


def load(db: Database) -> PaperStock:
    """Return what was counted so far.

    Raises:
        StorageError: It can't be read.
    """
    told = facts.get(db, _NAME)
    if told is None:
        return PaperStock()
    known = json.loads(told)
    at = known["changed_at"]
    return PaperStock(
        int(known["roll_mm"]),
        int(known["papers"]),
        None if at is None else datetime.fromisoformat(at),
        int(known["total_mm"]),
        int(known.get("total_papers", round(int(known["total_mm"]) / USUAL_MM))),
    )


def count(db: Database, used_mm: int) -> None:
    """Add one paper of this length.

    Raises:
        StorageError: It can't be written.
    """
    before = load(db)
    _store(
        db,
        replace(
            before,
            roll_mm=before.roll_mm + used_mm,
            papers=before.papers + 1,
            total_mm=before.total_mm + used_mm,
            total_papers=before.total_papers + 1,
        ),
    )


def new_roll(db: Database, at: datetime) -> None:
    """Begin a new roll.

    Raises:
        StorageError: It can't be written.
    """
    _store(db, replace(load(db), roll_mm=0, papers=0, changed_at=at.astimezone(UTC)))


def _store(db: Database, stock: PaperStock) -> None:
    at = stock.changed_at
    told = {
        "roll_mm": stock.roll_mm,
        "papers": stock.papers,
        "changed_at": None if at is None else at.isoformat(timespec="seconds"),
        "total_mm": stock.total_mm,
        "total_papers": stock.total_papers,
    }
    facts.put(db, _NAME, json.dumps(told))
