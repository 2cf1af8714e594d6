"""Which installation this is: its random epoch, and the kiosk number that the epoch uses up."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.enrolment import Enrolment
from kiosk.errors import EnrolmentError, StorageError
from kiosk.files import write_durably
from kiosk.journal import Epoch
from kiosk.store import facts
from kiosk.store.engine import Database, writing

NUMBERS_USED = "numbers-used"
"""How many of the reserved kiosk numbers this state folder has used up; a file of its own."""


EPOCH_UNTOLD = "epoch_untold"
"""Fact: why the epoch in force began; "" or none once an entry of the chain tells it."""


class EpochReason(StrEnum):
    """Why an epoch begins that is not the first."""

    REBUILT = "rebuilt"
    """The database was lost or damaged."""
    UNPROVEN = "unproven"
    """The last entry is not what this kiosk signed."""
    COPIED = "copied"
    """Another machine goes on with a copy of this one's chain."""


@dataclass(frozen=True, slots=True)
class Installation:
    """This installation's place in the numbering: its random epoch and the kiosk number it uses
    up.
    """

    epoch: Epoch
    number: int


def open_installation(db: Database, enrolment: Enrolment, folder: Path) -> Installation:
    """Return this installation's epoch and number, starting a new epoch where the database has
    none.

    Every epoch uses up one of the numbers reserved at enrolment, so that a machine set up anew
    never prints an old number again. How many are used up is kept beside the database, which may
    be the very thing that was lost.

    Args:
        db: The database of this kiosk.
        enrolment: With the numbers reserved for it.
        folder: The state folder.

    Raises:
        EnrolmentError: All reserved numbers are used up.
        StorageError: The new epoch can't be stored.
    """
    known = known_installation(db)
    if known is not None:
        return known
    with writing(db):
        # Another program may just have been faster.
        return known_installation(db) or _start(
            db, enrolment, folder, frozenset(), EpochReason.REBUILT
        )


def known_installation(db: Database) -> Installation | None:
    """Return epoch and number in force; None where the database has none."""
    epoch, number = facts.get(db, "epoch"), facts.get(db, "kiosk_number")
    if epoch is None or number is None:
        return None
    return Installation(Epoch(epoch), int(number))


def start_epoch(
    db: Database,
    enrolment: Enrolment,
    folder: Path,
    taken: frozenset[int] = frozenset(),
    *,
    why: EpochReason,
) -> Installation:
    """Start a new epoch under the next reserved number; running sealers take it over.

    Args:
        db: The database of this kiosk.
        enrolment: With the numbers reserved for it.
        folder: The state folder.
        taken: Numbers that the platform has seen in use, whatever is known here: another machine
            may go on with a copy of this one.
        why: Told to the platform by an entry of the new epoch.

    Raises:
        EnrolmentError: All reserved numbers are used up; the old epoch stays in force.
        StorageError: The new epoch can't be stored.
    """
    with writing(db):
        return _start(db, enrolment, folder, taken, why)


def _start(
    db: Database, enrolment: Enrolment, folder: Path, taken: frozenset[int], why: EpochReason
) -> Installation:
    used = _numbers_used(folder)
    is_first = used == 0
    while used < len(enrolment.numbers) and enrolment.numbers[used] in taken:
        used += 1
    if used >= len(enrolment.numbers):
        raise EnrolmentError(
            "No kiosk number is left for this machine.",
            "Ask the office for a new one-time code and enrol with a new state folder.",
        )
    installation = Installation(Epoch(secrets.token_hex(16)), enrolment.numbers[used])
    write_durably(folder / NUMBERS_USED, f"{used + 1}\n".encode())
    facts.set_inside(db, "kiosk_number", str(installation.number))
    facts.set_inside(db, "epoch", installation.epoch)
    if not is_first:
        facts.set_inside(db, EPOCH_UNTOLD, why.value)
    return installation


def _numbers_used(folder: Path) -> int:
    try:
        return int((folder / NUMBERS_USED).read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0
    except (OSError, ValueError) as error:
        raise StorageError(
            f"The file {NUMBERS_USED} can't be read.", "Restore the state folder, or enrol anew."
        ) from error
