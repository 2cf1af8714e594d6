"""How the store is, in one word for the doctor: the gravest of what there is to say."""

from __future__ import annotations

from datetime import datetime

from kiosk.errors import DatabaseDamaged
from kiosk.flow.world import Room
from kiosk.readiness import Health
from kiosk.sealing import Sealer
from kiosk.store import boot
from kiosk.store.boot import Findings
from kiosk.store.doorkeeper import Doorkeeper
from kiosk.store.engine import Database, quick_check
from kiosk.store.room import Shortage, has_small_blocks


def store_state(
    db: Database, sealer: Sealer, door: Doorkeeper, found: Findings, now: datetime
) -> tuple[str, Health, str]:
    """Return how the store is: the gravest of what is to be said, and how many it concerns.

    Args:
        db: The desk's.
        sealer: Knows folder and keys.
        door: Knows whether there is room.
        found: What the look at the store found when the program started.
        now: By this machine's clock.

    Raises:
        StorageError: The store can't be read.
    """
    if not _reads_well(db):
        return "broken", Health.BROKEN, ""
    room = door.look()
    short = door.found
    left = "" if short is None else short.detail()
    is_crowded = short is not None and short.of is Shortage.DATABASE
    if room is Room.FULL:
        return "crowded" if is_crowded else "full", Health.BROKEN, left
    if found.missing:
        return "missing", Health.WARNING, str(found.missing)
    if found.broken_links:
        return "chain", Health.WARNING, str(found.broken_links)
    if boot.was_rebuilt(db, now):
        return "rebuilt", Health.WARNING, ""
    if room is Room.LOW:
        return "crowded" if is_crowded else "low", Health.WARNING, left
    if has_small_blocks(sealer.folder):
        return "blocks", Health.WARNING, ""
    if found.adopted:
        return "adopted", Health.READY, str(found.adopted)
    # A key beside the database is stolen with it: said openly, whether or not it can be helped.
    kept = "ready" if sealer.keys.from_files else "credentials"
    return kept, Health.READY, ", ".join(sealer.keys.from_files)


def _reads_well(db: Database) -> bool:
    try:
        return quick_check(db)
    except DatabaseDamaged:
        return False
