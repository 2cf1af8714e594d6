"""How the store is, in one word: the gravest of what is to be said."""

from __future__ import annotations

from datetime import UTC, datetime

from kiosk.errors import DatabaseDamaged
from kiosk.flow.world import Room
from kiosk.readiness import Health
from kiosk.store.boot import Findings, demand_sweep, is_damage_seen, was_rebuilt
from kiosk.store.doorkeeper import Doorkeeper
from kiosk.store.engine import Database, quick_check
from kiosk.store.keys import Keys
from kiosk.store.last_sweep import last_sweep
from kiosk.store.room import Shortage, has_small_blocks

_FULL = {
    Shortage.BYTES: "full",
    Shortage.FILES: "full",
    Shortage.DATABASE: "crowded",
    Shortage.READ_ONLY: "read_only",
}


def condition(
    door: Doorkeeper, found: Findings, keys: Keys, at: datetime, *, reads_all: bool = False
) -> tuple[str, Health, str]:
    """Return the state, its health, and how many it concerns or how much is left.

    What every page and link of the chain is like is told as the last sweep found it: to read them
    all keeps residents waiting.

    Args:
        door: Of the store; it looks once more.
        found: By the look at the store before it was opened.
        keys: The machine's.
        at: Now.
        reads_all: Read every page now; half a second with 50,000 entries.

    Raises:
        StorageError: The store can't be asked.
    """
    is_read = not reads_all or _reads_well(door.db)
    if not is_read:
        demand_sweep(door.folder)
    if not is_read or is_damage_seen(door.folder):
        return "broken", Health.BROKEN, ""
    room, short = door.look(), door.found
    left = "" if short is None else short.detail()
    of = Shortage.BYTES if short is None else short.of
    if room is Room.FULL:
        return _FULL[of], Health.BROKEN, left
    swept = last_sweep(door.db)
    broken_links = max(found.broken_links, 0 if swept is None else swept.broken_links)
    if found.missing:
        return "missing", Health.WARNING, str(found.missing)
    if broken_links:
        return "chain", Health.WARNING, str(broken_links)
    if was_rebuilt(door.db, at):
        return "rebuilt", Health.WARNING, ""
    if room is Room.LOW:
        return "crowded" if of is Shortage.DATABASE else "low", Health.WARNING, left
    if has_small_blocks(door.folder):
        return "blocks", Health.WARNING, ""
    if found.adopted:
        return "adopted", Health.READY, str(found.adopted)
    # A key beside the database is stolen with it: said openly, whether or not it can be helped.
    kept = "ready" if keys.from_files else "credentials"
    looked_at = at if reads_all or swept is None else swept.at
    looked = f"{looked_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return kept, Health.READY, "; ".join(filter(None, (", ".join(keys.from_files), looked)))


def _reads_well(db: Database) -> bool:
    try:
        return quick_check(db, puts_log_away=False)
    except DatabaseDamaged:
        return False
