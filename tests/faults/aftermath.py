"""What a kiosk finds when it starts after a fault, and whether every promise was kept.

Used by all harnesses that hurt the disk: `boot_and_look` starts on a state folder as the desk does,
compares what is there with what was shown, and seals once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from kiosk.envelope import EnvelopeFront, Torn, genesis, parse, verify
from kiosk.errors import DatabaseDamaged, StorageError
from kiosk.journal import EntryKind, Epoch
from kiosk.sealing import QUARANTINE, Sealer
from kiosk.store import applications, entries
from kiosk.store.engine import FILE_NAME, quick_check
from kiosk.store.entries import Entry
from tests.support.sealing_places import SealingPlace, now

MOST_ROWS = 1_000_000

Shown = Mapping[str, str]
"""app_id to the number that was shown; a rating, which has none, to the empty text."""

_read: dict[bytes, EnvelopeFront | None] = {}
"""Envelopes that were read before, by their hash: crash states share most of theirs."""


@dataclass
class Aftermath:
    """What was found; without problems every promise was kept."""

    problems: list[str] = field(default_factory=list)
    entries: int = 0
    adopted: int = 0
    """Envelopes without a row, which nobody had been shown."""
    drafts: int = 0
    """Half-written files that were cleared away."""
    unshown: int = 0
    """Entries with all rows that nobody was shown: the fault hit between commit and screen."""
    unacknowledged: int = 0
    """Entries that were adopted, at this start or before."""
    untold: int = 0
    """Adopted applications whose resident can't be found any more."""
    was_rebuilt: bool = False

    @property
    def is_clean(self) -> bool:
        """Say whether nothing was lost, doubled or unreadable."""
        return not self.problems


def boot_and_look(
    place: SealingPlace,
    shown: Shown,
    *,
    opens_contents: bool = False,
    goes_on: bool = True,
    is_rebuilt: bool = False,
) -> Aftermath:
    """Start on the state folder as the kiosk does, and look at everything.

    Args:
        place: The state folder, and the key that opens what is sealed in it.
        shown: What residents were shown before the fault.
        opens_contents: Also decrypts every envelope as the platform does.
        goes_on: Also seals once more.
        is_rebuilt: The database was built anew from the envelopes, which is no problem here.
    """
    told = Aftermath(was_rebuilt=is_rebuilt)
    try:
        told.drafts = len(list(place.envelopes.glob("*.tmp"))) if place.envelopes.exists() else 0
        sealer = _start(place, told)
        _look(place, sealer, shown, told, opens_contents=opens_contents)
        if goes_on:
            row = place.seal(sealer)
            if row.number in shown.values():
                told.problems.append(f"the number {row.number} was given out twice")
    except (StorageError, OSError, AssertionError) as error:
        told.problems.append(f"the kiosk does not start: {type(error).__name__}: {error}")
    finally:
        place.close()
    return told


def _start(place: SealingPlace, told: Aftermath) -> Sealer:
    try:
        sealer = _open_checked(place)
    except DatabaseDamaged as error:
        told.problems.append(f"the database is lost: {error}")
        told.was_rebuilt = True
        place.close()
        for path in place.folder.glob(f"{FILE_NAME}*"):
            path.rename(path.with_name(f"lost-{path.name}"))
        sealer = place.open()
    told.adopted = sealer.adopt(now())
    return sealer


def _open_checked(place: SealingPlace) -> Sealer:
    sealer = place.open()
    if not quick_check(sealer.db):
        raise DatabaseDamaged("The quick check found damage.")
    return sealer


def _look(
    place: SealingPlace, sealer: Sealer, shown: Shown, told: Aftermath, *, opens_contents: bool
) -> None:
    rows = entries.unregistered(sealer.db, MOST_ROWS)
    told.entries = len(rows)
    told.untold = sum(
        not row.is_acknowledged
        and row.header.kind is EntryKind.APPLICATION
        and applications.find(sealer.db, row.app_id) is None
        for row in rows
    )
    _check_chains(place, rows, told)
    files = sorted(row.file for row in rows)
    if files != place.files():
        apart = sorted(set(files) ^ set(place.files()))
        told.problems.append(f"files and rows differ: {apart[:3]}")
    if (place.envelopes / QUARANTINE).exists():
        names = sorted(path.name for path in (place.envelopes / QUARANTINE).iterdir())
        told.problems.append(f"envelopes had to be put aside: {names[:3]}")
    for row in rows:
        front = _front(place, row)
        if front is None:
            told.problems.append(f"the envelope of seq {row.seq} can't be read")
        elif front != row.front:
            told.problems.append(f"row and envelope of seq {row.seq} differ")
        elif opens_contents and place.contents(row.file) is None:
            told.problems.append(f"the platform can't open seq {row.seq}")
    _check_shown(sealer, rows, shown, told)


def _check_chains(place: SealingPlace, rows: tuple[Entry, ...], told: Aftermath) -> None:
    chains: dict[Epoch, list[Entry]] = {}
    for row in rows:
        chains.setdefault(row.header.epoch, []).append(row)
    for epoch, chain in chains.items():
        chain.sort(key=lambda row: row.seq)
        previous = genesis(place.enrolment.kiosk_id, epoch)
        for seq, row in enumerate(chain, 1):
            if (row.seq, row.prev_hash) != (seq, previous):
                told.problems.append(f"the chain has a gap before seq {row.seq}")
            previous = row.entry_hash


def _check_shown(sealer: Sealer, rows: tuple[Entry, ...], shown: Shown, told: Aftermath) -> None:
    by_id = {str(row.app_id): row for row in rows}
    told.unacknowledged = sum(not row.is_acknowledged for row in rows)
    told.unshown = sum(row.is_acknowledged and str(row.app_id) not in shown for row in rows)
    for app_id, number in shown.items():
        row = by_id.get(app_id)
        if row is None:
            told.problems.append(f"LOST: {number or 'a rating'} was shown and is not there")
        elif number and str(row.header.receipt_number) != number:
            told.problems.append(f"{number} was shown for {row.header.receipt_number}")
        elif told.was_rebuilt:
            continue
        elif not row.is_acknowledged:
            told.problems.append(f"LOST: the row of {number or 'a rating'}, which was shown")
        elif number and applications.find(sealer.db, row.app_id) is None:
            told.problems.append(f"LOST: what the receipt {number} is printed from")


def _front(place: SealingPlace, row: Entry) -> EnvelopeFront | None:
    path = place.envelopes / row.file
    data = path.read_bytes() if path.exists() else b""
    digest = sha256(data).digest()
    if digest not in _read:
        parts = parse(data)
        is_good = not isinstance(parts, Torn) and verify(parts, place.keys.public_key)
        _read[digest] = None if isinstance(parts, Torn) or not is_good else parts.front
    return _read[digest]


def a_fresh_place(folder: Path, place: SealingPlace | None = None) -> SealingPlace:
    """Return a place with numbers enough for many first starts; keys of `place` if given."""
    numbers = tuple(range(3702, 3802))
    if place is None:
        return SealingPlace(folder, numbers=numbers)
    return SealingPlace(folder, place.recipient, numbers)


__all__ = ["Aftermath", "Shown", "a_fresh_place", "boot_and_look"]
