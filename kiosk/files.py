"""Files that survive a power cut: written whole or not at all, private, and durable when the call
returns.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

NOTE = "user.doorstep.note"
"""The attribute of a file that holds its note; attributes are not copied with the bytes."""


def make_private_folder(folder: Path) -> None:
    """Make a folder that only this user can look into, durable with its name; there already, it
    stays.

    Raises:
        OSError: It can't be made.
    """
    if folder.is_dir():
        return
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def write_durably(path: Path, data: bytes | memoryview, note: bytes = b"") -> None:
    """Write a file: draft, fsync, rename, fsync of the folder; mode 0600.

    Args:
        path: Where to.
        data: What stands in it.
        note: Kept as its attribute `NOTE`, durable with it; where the file system keeps no
            attributes it is left away.

    Raises:
        OSError: It can't be written; what was there before stands, and no draft is left behind.
    """
    draft = path.with_name(path.name + ".tmp")
    try:
        descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            if note:
                with suppress(OSError):
                    os.setxattr(descriptor, NOTE, note)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        draft.rename(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable.

    Raises:
        OSError: They can't be.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
