"""The small C library that records or fails what a program does to the files below one folder.

It is built with the compiler that `./run setup` brings, and loaded before the C library.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
_HEAD = struct.Struct("=cIqIQ")


class Kind(StrEnum):
    """What was done."""

    OPEN = "o"
    READ = "r"
    WRITE = "w"
    SYNC = "s"
    TRUNCATE = "t"
    RENAME = "m"
    LINK = "l"
    UNLINK = "u"
    MKDIR = "d"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing done to a file, as recorded."""

    kind: Kind
    serial: int
    """Which open file; paths change, this does not."""
    number: int
    """Flags of an open, offset of a write, new size of a truncation."""
    path: str
    data: bytes
    """What was written; the new path of a renaming or a link."""


def has_compiler() -> bool:
    """Say whether the library can be built here."""
    return shutil.which("gcc") is not None


def preloaded(folder: Path) -> dict[str, str]:
    """Build the library into a folder; return the variables that load it into a program."""
    library = folder / "shim.so"
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O2", "-o", str(library), str(SOURCE), "-ldl"], check=True
    )
    return {"LD_PRELOAD": str(library)}


class Shim:
    """The library as loaded into this very program."""

    def __init__(self, folder: Path) -> None:
        """Watch everything below a folder."""
        self._library = ctypes.CDLL(None)
        self._library.shim_failed.restype = ctypes.c_char_p
        self._library.shim_calls.restype = ctypes.c_long
        self.watch(folder)

    def watch(self, folder: Path) -> None:
        """Watch another folder from now on."""
        self._library.shim_watch(os.fsencode(folder))

    def record(self, path: Path) -> None:
        """Write down everything from now on; the record lies outside the folder."""
        assert self._library.shim_record(os.fsencode(path)) >= 0

    def fail(self, at: int, code: int, *, is_lasting: bool, by_half: bool) -> None:
        """Fail the `at`-th call from now, counted from 1.

        Args:
            at: Which one.
            code: The error; 0: nothing fails, but a write is done by half only.
            is_lasting: All later calls fail, too.
            by_half: If a write is the first to fail, half of it is done instead.
        """
        self._library.shim_fail(ctypes.c_long(at), code, int(is_lasting), int(by_half))

    def mend(self) -> None:
        """Fail no more."""
        self.fail(0, 0, is_lasting=False, by_half=False)

    @property
    def failed(self) -> tuple[Kind, str] | None:
        """What was the first to fail, and on which path; None when nothing did."""
        told = os.fsdecode(self._library.shim_failed())
        return (Kind(told[0]), told[2:]) if told else None


def read_record(path: Path) -> Iterator[Event]:
    """Yield what was recorded, in order."""
    data, at = path.read_bytes(), 0
    while at < len(data):
        kind, serial, number, path_size, data_size = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        name = os.fsdecode(data[at : at + path_size])
        at += path_size
        yield Event(Kind(kind.decode()), serial, number, name, data[at : at + data_size])
        at += data_size
