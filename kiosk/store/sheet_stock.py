"""How many sheets have gone through the office printer: since its tray was filled, and ever."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from kiosk.store import facts
from kiosk.store.engine import Database

_NAME = "sheet_stock"
RESERVE_SHEETS = 20
"""With fewer than these left in a tray whose size is known, it is called nearly empty."""


@dataclass(frozen=True, slots=True)
class SheetStock:
    """What was counted, in sheets."""

    used: int = 0
    """Since the tray was filled."""
    total: int = 0
    filled_at: datetime | None = None
    """When somebody said that it is full; None: never since this machine counts."""

    def left(self, tray_sheets: int) -> int | None:
        """Return how many are left in a tray of so many; None: its size is not known."""
        return max(tray_sheets - self.used, 0) if tray_sheets else None

    def is_low(self, tray_sheets: int) -> bool:
        """Say whether a tray of so many is nearly empty; 0: its size is not known."""
        left = self.left(tray_sheets)
        return left is not None and left < RESERVE_SHEETS


def load(db: Database) -> SheetStock:
    """Return what was counted so far.

    Raises:
        StorageError: It can't be read.
    """
    told = facts.get(db, _NAME)
    if told is None:
        return SheetStock()
    known = json.loads(told)
    at = known["filled_at"]
    filled_at = None if at is None else datetime.fromisoformat(at)
    return SheetStock(int(known["used"]), int(known["total"]), filled_at)


def count(db: Database, sheets: int) -> None:
    """Add so many sheets.

    Raises:
        StorageError: It can't be written.
    """
    before = load(db)
    _store(db, replace(before, used=before.used + sheets, total=before.total + sheets))


def refill(db: Database, at: datetime) -> None:
    """Begin with a full tray.

    Raises:
        StorageError: It can't be written.
    """
    _store(db, replace(load(db), used=0, filled_at=at.astimezone(UTC)))


def _store(db: Database, stock: SheetStock) -> None:
    at = stock.filled_at
    told = {
        "used": stock.used,
        "total": stock.total,
        "filled_at": None if at is None else at.isoformat(timespec="seconds"),
    }
    facts.put(db, _NAME, json.dumps(told))
