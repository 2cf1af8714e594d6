"""What is known of each receipt's paper: how many may exist, and how the last one went.

It is written before a paper is printed and after it, so that a power cut in between leaves "nobody
knows", which is asked about, and never "not printed", which would be printed once more.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain import AppId
from kiosk.flow.session import ReceiptState
from kiosk.store.engine import Database, storage_errors, writing


@dataclass(frozen=True, slots=True)
class PrintRecord:
    """What is known of the papers of one application."""

    state: ReceiptState = ReceiptState.NOT_PRINTED
    """Of the last one; never PRINTING."""
    copies: int = 0
    """How many came out, or may have come out."""


def known_state(stored: str) -> ReceiptState:
    """Return what a stored state means to who reads it: of one that was being printed when nobody
    was there any more to say how it ended, it is not known whether it came out.
    """
    state = ReceiptState(stored)
    return ReceiptState.UNCONFIRMED if state is ReceiptState.PRINTING else state


def load(db: Database, app_id: AppId) -> PrintRecord:
    """Return what is known of the papers of an application.

    Raises:
        StorageError: It can't be read.
    """
    with storage_errors():
        found = db.conn.execute(
            "SELECT paper, times_printed FROM applications WHERE app_id = ?", (app_id,)
        ).fetchone()
    return PrintRecord() if found is None else PrintRecord(known_state(found[0]), int(found[1]))


def begin(db: Database, app_id: AppId) -> None:
    """Remember that a paper is about to be printed, and count it.

    Raises:
        StorageError: It can't be remembered.
    """
    _set(db, app_id, ReceiptState.PRINTING, 1)


def end(db: Database, app_id: AppId, state: ReceiptState, more: int) -> None:
    """Remember how a paper went.

    Args:
        db: The database.
        app_id: The application.
        state: What is known of the paper.
        more: To be added to what is counted: -1 for one that `begin` counted and that can't exist.

    Raises:
        StorageError: It can't be remembered; it stays unknown how the paper went.
    """
    _set(db, app_id, state, more)


def say(db: Database, app_id: AppId, *, came_out: bool) -> None:
    """Remember what the resident says of a paper that the printer did not know of.

    It stays counted: what did not come out may still lie in the machine.

    Raises:
        StorageError: It can't be remembered.
    """
    _set(db, app_id, ReceiptState.PRINTED if came_out else ReceiptState.FAILED, 0)


def doubt(db: Database, app_id: AppId) -> None:
    """Remember that nobody knows: the record of an earlier database is lost. Belongs inside the
    `writing` block that adds the application.
    """
    _store(db, app_id, ReceiptState.UNCONFIRMED, 0)


def _set(db: Database, app_id: AppId, state: ReceiptState, more: int) -> None:
    with writing(db):
        _store(db, app_id, state, more)


def _store(db: Database, app_id: AppId, state: ReceiptState, more: int) -> None:
    db.conn.execute(
        "UPDATE applications SET paper = ?, times_printed = max(times_printed + ?, 0)"
        " WHERE app_id = ?",
        (state.value, more, app_id),
    )
