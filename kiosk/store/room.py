"""Whether there is room for a whole visit, known before it begins.

A visit needs its envelope, the growth of the database and its log, and a few names in folders. The
levels of the settings are many times that, so that what other programs write between two looks does
not matter. Nothing here opens the database: Home asks before anything else is loaded.
"""

from __future__ import annotations

import mmap
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.flow.world import Room
from kiosk.store import ballast

LEAST_FILES = 64
"""With fewer files left on the disk than this none is sure to be left for an envelope."""
FEW_FILES = 1024
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Levels:
    """How much room there has to be, in bytes."""

    warn_bytes: int = 200 * _MB
    """With less the technician is told."""
    refuse_bytes: int = 64 * _MB
    """With less no visit begins."""


@dataclass(frozen=True, slots=True)
class Use:
    """How much the database has of what it may have, in bytes."""

    used_bytes: int
    quota_bytes: int


class Shortage(StrEnum):
    """What there is least of."""

    BYTES = "bytes"
    FILES = "files"
    """A disk may have room and yet no more places for names (inodes)."""
    DATABASE = "database"
    """The database has nearly used up its part of the disk."""
    READ_ONLY = "read_only"
    """The system lets nothing be written, as it does after an error on the disk."""


@dataclass(frozen=True, slots=True)
class Supply:
    """What there is."""

    spare_bytes: int
    """Free bytes, without those that the ballast is still to be made of."""
    spare_files: int | None
    """None: the file system makes as many as it needs."""
    use: Use | None = None
    is_read_only: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at the disk found."""

    level: Room
    of: Shortage
    supply: Supply

    def detail(self) -> str:
        """Return it in figures, for a technician."""
        supply = self.supply
        match self.of:
            case Shortage.READ_ONLY:
                return ""
            case Shortage.FILES:
                return f"inodes: {supply.spare_files}"
            case Shortage.DATABASE if supply.use is not None:
                return f"{supply.use.used_bytes // _MB} / {supply.use.quota_bytes // _MB} MB"
            case _:
                return f"{max(supply.spare_bytes, 0) // _MB} MB"


def measure(
    folder: Path,
    levels: Levels,
    use: Use | None = None,
    was: Room = Room.PLENTY,
    *,
    ballast_bytes: int = ballast.BYTES,
) -> Found:
    """Look at the disk of the state folder.

    Args:
        folder: The state folder.
        levels: How much there has to be.
        use: Of the database; None where it is not open.
        was: The level of the look before.
        ballast_bytes: Size of the ballast.

    Raises:
        OSError: The disk does not tell.
    """
    told = os.statvfs(folder)
    missing = ballast.missing_bytes(folder, ballast_bytes)
    supply = Supply(
        spare_bytes=told.f_bavail * told.f_frsize - missing,
        spare_files=told.f_favail if told.f_files else None,
        use=use,
        is_read_only=bool(told.f_flag & os.ST_RDONLY),
    )
    return judge(supply, levels, was)


def is_read_only(folder: Path) -> bool:
    """Say whether the system lets nothing be written here; a disk that does not tell may."""
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def judge(supply: Supply, levels: Levels, was: Room) -> Found:
    """Return what a supply is enough for.

    A level that was reached is left only with an eighth more than it took: what moves by a little
    all the time, as a disk does, would else close and open the kiosk with it.
    """
    if supply.is_read_only:
        return Found(Room.FULL, Shortage.READ_ONLY, supply)
    kinds = [(Shortage.BYTES, supply.spare_bytes, levels.refuse_bytes, levels.warn_bytes)]
    if supply.spare_files is not None:
        kinds.append((Shortage.FILES, supply.spare_files, LEAST_FILES, FEW_FILES))
    if supply.use is not None:
        quota = supply.use.quota_bytes
        # What is left then holds the proofs of all that waits.
        left = quota - supply.use.used_bytes
        kinds.append((Shortage.DATABASE, left, quota // 8, quota // 4))
    # What is short by itself is named before what only was so a moment ago.
    rooms = [
        (_level(left, refuse, warn, was), _level(left, refuse, warn, Room.PLENTY), of)
        for of, left, refuse, warn in kinds
    ]
    level, _, of = max(rooms, key=lambda room: (_GRAVITY[room[0]], _GRAVITY[room[1]]))
    return Found(level, of, supply)


def glance(folder: Path, levels: Levels) -> Room:
    """Return the level before the database is open; a disk that does not tell may have room."""
    try:
        return measure(folder, levels).level
    except OSError:
        return Room.PLENTY


def has_small_blocks(folder: Path) -> bool:
    """Say whether the disk gives room in smaller pieces than memory has pages.

    A page of a mapped file may then find no room when it is written: the system ends the program.

    Raises:
        OSError: The disk does not tell.
    """
    told = os.statvfs(folder)
    return min(told.f_bsize, told.f_frsize) < mmap.PAGESIZE


_GRAVITY = {Room.PLENTY: 0, Room.LOW: 1, Room.FULL: 2}


def _level(there: int, refuse: int, warn: int, was: Room) -> Room:
    if there < _with_more(refuse, is_left=was is Room.FULL):
        return Room.FULL
    if there < _with_more(warn, is_left=was is not Room.PLENTY):
        return Room.LOW
    return Room.PLENTY


def _with_more(limit: int, *, is_left: bool) -> int:
    return limit + limit // 8 if is_left else limit
