"""Taking envelopes away that the platform has proven to hold for long enough.

Header and proof stay in the database; nobody here could have opened the envelope anyway.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.errors import StorageError
from kiosk.files import sync_folder
from kiosk.store import entries
from kiosk.store.engine import ENVELOPES, Database, storage_errors

MOST_AT_ONCE = 200

_log = logging.getLogger(__name__)


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


def forget_passed(db: Database, state_folder: Path, passed: datetime | None, keep_h: float) -> None:
    """Erase envelopes that were delivered long enough ago, by a time that has surely passed.

    What can't be erased now is erased later; it stops nothing else.

    Args:
        db: The queue.
        state_folder: Where the envelopes lie.
        passed: None as long as the platform never told a time: then nothing is erased.
        keep_h: How long they stay after their delivery, in hours.
    """
    if passed is None:
        return
    try:
        forget(db, state_folder, passed - timedelta(hours=keep_h))
    except StorageError as error:
        _log.error("ENVELOPES_NOT_ERASED code=%s", error.code)
