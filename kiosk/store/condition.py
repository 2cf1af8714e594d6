"""How the store is, in one word: the gravest of what is to be said."""

from __future__ import annotations

from datetime import datetime

from kiosk.errors import DatabaseDamaged
from kiosk.flow.world import Room
from kiosk.readiness import Health
from kiosk.store.boot import Findings, was_rebuilt
from kiosk.store.doorkeeper import Doorkeeper
from kiosk.store.engine import Database, quick_check
from kiosk.store.keys import Keys
from kiosk.store.room import Shortage, has_small_blocks


def condition(
    door: Doorkeeper, found: Findings, keys: Keys, at: datetime
) -> tuple[str, Health, str]:
    """Return the state, its health, and how many it concerns or how much is left.

    Args:
        door: Of the store; it looks once more.
        found: By the look at the store before it was opened.
        keys: The machine's.
        at: Now.

    Raises:
        StorageError: The store can't be asked.
    """
    if not _reads_well(door.db):
        return "broken", Health.BROKEN, ""
    room, short = door.look(), door.found
    left = "" if short is None else short.detail()
    is_crowded = short is not None and short.of is Shortage.DATABASE
    if room is Room.FULL:
        return "crowded" if is_crowded else "full", Health.BROKEN, left
    if found.missing:
        return "missing", Health.WARNING, str(found.missing)
    if found.broken_links:
        return "chain", Health.WARNING, str(found.broken_links)
    if was_rebuilt(door.db, at):
        return "rebuilt", Health.WARNING, ""
    if room is Room.LOW:
        return "crowded" if is_crowded else "low", Health.WARNING, left
    if has_small_blocks(door.folder):
        return "blocks", Health.WARNING, ""
    if found.adopted:
        return "adopted", Health.READY, str(found.adopted)
    # A key beside the database is stolen with it: said openly, whether or not it can be helped.
    kept = "ready" if keys.from_files else "credentials"
    return kept, Health.READY, ", ".join(keys.from_files)


def _reads_well(db: Database) -> bool:
    try:
        return quick_check(db)
    except DatabaseDamaged:
        return False
