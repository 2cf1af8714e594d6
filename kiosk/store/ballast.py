"""Room that is kept for getting out of a full disk.

On a full disk not even a proof can be recorded or a row deleted: the write-ahead log has to grow
for it. A file of known size is given up then; it is larger than the log may become together with
the largest step. It is made again once there is room.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from kiosk.errors import DiskFull

FILE_NAME = "ballast"
BYTES = 16 * 2**20
"""The log is kept to 1 MiB, and the largest step is the adoption of a whole folder."""

ROOM_TO_SPARE = 4
"""It is made again when so many times its size is free."""

_log = logging.getLogger(__name__)
_Done = TypeVar("_Done")


def ensure(state_folder: Path, size: int = BYTES) -> bool:
    """Make the ballast if it is not there and there is room to spare; say whether it is there."""
    path = state_folder / FILE_NAME
    try:
        if path.exists() and path.stat().st_size == size:
            return True
        if shutil.disk_usage(state_folder).free < size * ROOM_TO_SPARE:
            return False
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, size)
            os.ftruncate(descriptor, size)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        with suppress(OSError):  # a disk that went read-only gives up nothing either
            path.unlink(missing_ok=True)
        return False
    return True


def release(state_folder: Path) -> bool:
    """Give the ballast up; say whether there was any."""
    try:
        (state_folder / FILE_NAME).unlink()
    except OSError:
        return False
    return True


def missing_bytes(state_folder: Path, size: int = BYTES) -> int:
    """Return how much of the ballast has still to be made: room that is nobody else's."""
    try:
        return max(size - (state_folder / FILE_NAME).stat().st_size, 0)
    except OSError:
        return size


def as_last_resort(state_folder: Path, act: Callable[[], _Done]) -> _Done:
    """Do something; refused for want of room, give the ballast up and do it once more.

    For what must not fail now: the application of somebody who has just signed, and a start.

    Raises:
        DiskFull: There was no ballast, or it did not help.
    """
    try:
        return act()
    except DiskFull:
        if not release(state_folder):
            raise
        _log.warning("BALLAST_GIVEN_UP")
    return act()
