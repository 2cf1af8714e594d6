"""Files on a stick: written so that they are there, and read back from the stick itself.

Sticks lie more than disks do: about their size, and about when a write is done. So everything is
flushed, the kernel's own copy is given up, and what the stick returns is looked at before anybody
is told to pull it out.
"""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kiosk.errors import StickError

BLOCK_BYTES = 1 << 20
DRAFT = ".tmp"


@contextmanager
def stick_errors() -> Iterator[None]:
    """Turn what the file system of a stick raises into a sentence."""
    try:
        yield
    except OSError as error:
        match error.errno:
            case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
                what = "The stick is full."
            case errno.EROFS | errno.EACCES | errno.EPERM:
                what = f"Nothing can be written to the stick ({error.strerror})."
            case _:
                what = f"The stick does not answer any more ({error.strerror})."
        raise StickError(what) from error


def write_file(path: Path, blocks: Iterable[bytes]) -> None:
    """Write a file whole or not at all, and flush it; its name is durable after `sync_names`.

    Raises:
        OSError: It can't be written, or whatever gives the blocks raised it; no draft is left if
            the stick still answers.
    """
    draft = path.with_name(path.name + DRAFT)
    try:
        draft.unlink(missing_ok=True)
        with draft.open("xb", buffering=0) as file:
            for block in blocks:
                view = memoryview(block)
                while view:
                    view = view[file.write(view) :]
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):  # the stick is gone, and the draft with it
            draft.unlink(missing_ok=True)
        raise


def sync_names(folder: Path) -> None:
    """Make the names in a folder durable, also where a file system knows no such call."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
        os.sync()
    finally:
        os.close(descriptor)


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading that is one: whoever made the stick may have laid a link or a pipe.

    Raises:
        OSError: It is something else, is not there, or can't be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no file", str(path))
    return os.fdopen(descriptor, "rb", buffering=0)


def must_be_folder(path: Path) -> None:
    """Refuse a link in place of a folder: what is written and taken away here stays on the stick.

    Raises:
        OSError: It is one, or no folder.
    """
    if path.is_symlink() or not path.is_dir():
        raise OSError(errno.ENOTDIR, f"{path.name} is no folder")


def blocks_of(path: Path) -> Iterator[bytes]:
    """Give a file block by block."""
    with open_regular(path) as file:
        while block := file.read(BLOCK_BYTES):
            yield block


def blocks_from_medium(path: Path) -> Iterator[bytes]:
    """Give a file block by block as the stick returns it, not as the kernel remembers it.

    Read past the page cache where the file system can (`O_DIRECT`); elsewhere the cache is asked
    to forget the file first. A file system in memory has nothing else than its cache.
    """
    descriptor = _open_direct(path)
    if descriptor is None:
        forget_cached(path)
        yield from blocks_of(path)
        return
    try:
        with mmap.mmap(-1, BLOCK_BYTES) as buffer:  # page-aligned, as direct reading needs it
            size, offset = os.fstat(descriptor).st_size, 0
            while offset < size:
                count = os.preadv(descriptor, [buffer], offset)
                if count == 0:
                    return
                yield buffer[:count]
                offset += count
    finally:
        os.close(descriptor)


def forget_cached(path: Path) -> None:
    """Ask the kernel to give up its copy of a file."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def _open_direct(path: Path) -> int | None:
    """Open a file for reading past the cache; None where that does not work."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECT)
    except OSError as error:
        if error.errno in {errno.EINVAL, errno.ENOTSUP}:
            return None
        raise
    try:
        with mmap.mmap(-1, mmap.PAGESIZE) as buffer:
            os.preadv(descriptor, [buffer], 0)
    except OSError as error:
        os.close(descriptor)
        if error.errno in {errno.EINVAL, errno.ENOTSUP}:
            return None
        raise
    return descriptor
