"""Taking envelopes away that the platform has proven to hold for long enough.

Header and proof stay in the database; nobody here could have opened the envelope anyway.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from kiosk.files import sync_folder
from kiosk.store import entries
from kiosk.store.engine import ENVELOPES, Database, storage_errors

MOST_AT_ONCE = 200


def forget(db: Database, state_folder: Path, delivered_before: datetime) -> int:
    """Erase envelopes delivered before a time; return how many.

    The file goes first: a power cut in between leaves a row that says "delivered", and is right.

    Raises:
        StorageError: The folder or the database can't be written.
    """
    folder = state_folder / ENVELOPES
    found = entries.forgettable(db, delivered_before, MOST_AT_ONCE)
    for entry in found:
        with storage_errors():
            (folder / entry.file).unlink(missing_ok=True)
    if found:
        with storage_errors():
            sync_folder(folder)
    for entry in found:
        entries.mark_erased(db, entry.app_id)
    return len(found)
