"""The memory that a camera worker shares with its parent: one live picture, not sent over the line.

An anonymous memory file (`memfd_create(2)`) rather than `multiprocessing.shared_memory`: it has no
name that could be left behind in /dev/shm by a killed process, and no resource tracker that (up to
Python 3.12) removes the parent's segment when the worker ends. It is sealed against shrinking,
since a parent that reads beyond a file cut short by its worker would be killed by SIGBUS.

One slot is enough: the worker reads and writes only between a call and its answer, the parent only
between an answer and its next call.
"""

from __future__ import annotations

import fcntl
import mmap
import os


class PictureMemory:
    """Memory of a fixed size; the parent makes it, a worker joins it by its file descriptor."""

    __slots__ = ("_map", "fd", "size_bytes")

    def __init__(self, fd: int, size_bytes: int) -> None:
        """Map the memory file `fd`, and own it from now on."""
        self.fd = fd
        self.size_bytes = size_bytes
        self._map = mmap.mmap(fd, size_bytes)

    @classmethod
    def make(cls, size_bytes: int) -> PictureMemory:
        """Make new memory, zeroed; pages cost nothing until they are written."""
        fd = os.memfd_create("doorstep-picture", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(fd, size_bytes)
        fcntl.fcntl(
            fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
        )
        return cls(fd, size_bytes)

    def write(self, picture: bytes | memoryview) -> None:
        """Put a picture at the start of the memory; one that is too large raises ValueError."""
        if len(picture) > self.size_bytes:  # the map itself would raise IndexError
            raise ValueError("no picture is that large")
        self._map[: len(picture)] = picture

    def read(self, length: int) -> bytes:
        """Return a copy of the first `length` bytes; more than there are raises ValueError."""
        if not 0 <= length <= self.size_bytes:
            raise ValueError("no picture is that large")
        return self._map[:length]

    def close(self) -> None:
        """Wipe the last picture and let go of the memory; the second time does nothing.

        The kernel clears pages before it gives them to somebody else, and not before that.
        """
        if not self._map.closed:
            # Whoever wrote it, a worker that was killed before it said so, too. No more than that:
            # pages that were never used stay unused.
            used = min(os.fstat(self.fd).st_blocks * 512, self.size_bytes)
            self._map[:used] = bytes(used)
            self._map.close()
            os.close(self.fd)
