"""Taking in envelopes that have no row: what a power cut left, or what a lost database knew of.

An envelope says by itself whose it is, where it stands in the chain, and whether it is whole.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kiosk.envelope import EnvelopeFront, Torn, parse, verify
from kiosk.errors import storage_error
from kiosk.files import sync_folder
from kiosk.journal import KioskId
from kiosk.store import applications, entries, facts, prints
from kiosk.store.engine import ENVELOPES, Database, writing
from kiosk.store.file_names import known_files
from kiosk.store.notes import read_note

SUFFIX = ".env"
DRAFT_SUFFIX = ".tmp"
QUARANTINE = "quarantine"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Adopted:
    """What was found without a row, in counts."""

    taken_in: int = 0
    put_aside: int = 0
    """Torn, not this kiosk's, or in a place of the chain that is taken; kept in `quarantine/`."""
    unreadable: int = 0
    """The disk does not give them; left where they lie."""


@dataclass(slots=True)
class Adoption:
    """Takes envelopes in; belongs to the thread of its database."""

    db: Database
    folder: Path
    """The state folder."""
    kiosk_id: KioskId
    public_key: bytes = field(repr=False)
    """Of this kiosk's own signatures."""
    note_key: bytes = field(repr=False)
    """Opens the notes that say whose an envelope is."""
    listing: frozenset[str] = field(default=frozenset(), init=False, repr=False)
    """Every name that the last run saw in the folder."""

    def run(self, at: datetime) -> Adopted:
        """Take in every envelope without a row, under its own seq and marked unacknowledged.

        An envelope of an earlier epoch, whose database was lost, is taken in too: announced again,
        it is delivered or its proof comes back. Nothing is deleted but drafts that were never
        whole.

        Raises:
            StorageError: The folder or the database can't be used.
        """
        folder = self.folder / ENVELOPES
        counts = {True: 0, False: 0, None: 0}
        # Under the write lock: what another program is sealing this moment has its row, or not even
        # a draft, by the time this looks.
        with writing(self.db):
            known = known_files(self.db)
            self.listing = frozenset(os.listdir(folder))  # noqa: PTH208 - 50,000 names, no paths
            strangers = sorted(self.listing - known)
            for name in strangers:
                if name.endswith(DRAFT_SUFFIX):
                    (folder / name).unlink()
            for name in strangers:
                if not name.endswith(SUFFIX):
                    continue
                counts[self._take_in(folder / name, at)] += 1
        return Adopted(counts[True], counts[False], counts[None])

    def _take_in(self, path: Path, at: datetime) -> bool | None:
        """Say whether it was taken in (else it was put aside); None: the disk does not give it."""
        try:
            data = path.read_bytes()
        except OSError as error:
            _log.error("ENVELOPE_UNREADABLE why=%s", error.strerror)
            return None
        front = self._ours(data)
        if front is None:
            _put_aside(path)
            return False
        entries.add(self.db, front, path.name, at, is_acknowledged=False)
        row = read_note(path, self.note_key, front)
        if row is not None and not applications.is_known(self.db, row):
            applications.add(self.db, row)
            if front.header.epoch != facts.get(self.db, "epoch"):
                prints.doubt(self.db, row.app_id)
        _log.warning("ENTRY_ADOPTED seq=%d", front.header.seq)
        return True

    def _ours(self, data: bytes) -> EnvelopeFront | None:
        """Return the front of an envelope that is whole, ours, and in a place that is free."""
        parts = parse(data)
        if isinstance(parts, Torn) or not verify(parts, self.public_key):
            return None
        header = parts.header
        is_ours = header.kiosk == self.kiosk_id
        return parts.front if is_ours and not entries.is_taken(self.db, header) else None


def move_aside(path: Path, folder: Path, name: Callable[[str], str] = str) -> Path:
    """Move a file into a private folder beside others that are kept for somebody to look at.

    Raises:
        OSError: It can't be moved.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / name(path.name)
    path.rename(target)
    sync_folder(folder)
    sync_folder(path.parent)
    return target


def _put_aside(path: Path) -> None:
    try:
        move_aside(path, path.parent / QUARANTINE)
    except OSError as error:
        raise storage_error("An envelope can't be put aside", error) from error
    _log.error("ENVELOPE_PUT_ASIDE")


__all__ = ["QUARANTINE", "SUFFIX", "Adopted", "Adoption", "move_aside"]
