"""What the platform is told of the machine's parts with every greeting: a word or two each."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from kiosk.store.engine import Database
from kiosk.store.left_cards import last_left
from kiosk.store.room import Levels, glance


def parts_told(
    db: Database, state_folder: Path, levels: Levels, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Return (part, how it is): the room on the disk, and a card that was left lately.

    Raises:
        StorageError: The store can't be asked.
    """
    room = ("store", glance(state_folder, levels).value)
    left = last_left(db, now)
    if left is None:
        return (room,)
    state = "left on the reader" if left.is_there else "was left, taken since"
    return (room, ("card", f"{state} ({left.at:%Y-%m-%d %H:%M} UTC)"))
