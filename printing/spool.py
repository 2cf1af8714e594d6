"""Where CUPS keeps what waits to be printed: on a disk it would outlive the visit.

A document lies in the spool (`RequestRoot`, cups-files.conf(5)) from the moment the queue took it
until it is printed. In memory (tmpfs) a stolen machine holds none; with `PreserveJobFiles` on
(cupsd.conf(5), a day by default) it stays there after printing.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

CUPS_FILES = Path("/etc/cups/cups-files.conf")
CUPSD = Path("/etc/cups/cupsd.conf")
MOUNTS = Path("/proc/mounts")
_SPOOL = "/var/spool/cups"
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_ESCAPED = re.compile(r"\\([0-7]{3})")
"""How a blank is written in a list of mounts (fstab(5))."""
_OFF = frozenset({"no", "off", "false"})


class SpoolState(StrEnum):
    """How the spool is."""

    FINE = "fine"
    ON_DISK = "spool_on_disk"
    KEEPS_FILES = "spool_keeps_files"


def spool_state(
    cups_files: Path = CUPS_FILES, cupsd: Path = CUPSD, mounts: Path = MOUNTS
) -> SpoolState:
    """Look how CUPS on this machine keeps documents; what can't be read is as it is by default."""
    folder = _value(cups_files, "RequestRoot") or _SPOOL
    if _kind_of(Path(folder).resolve(), mounts) not in _IN_MEMORY:
        return SpoolState.ON_DISK
    if _value(cupsd, "PreserveJobFiles").lower() not in _OFF:
        return SpoolState.KEEPS_FILES
    return SpoolState.FINE


def _value(path: Path, name: str) -> str:
    """Return what a directive is set to; "" if it is not there."""
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return ""
    found = ""
    for line in text.splitlines():
        word, *value = line.split(None, 1) or [""]  # blanks or tabs
        if word.lower() == name.lower():
            found = "".join(value).strip()
    return found


def _kind_of(folder: Path, mounts: Path) -> str:
    """Return the file system that a folder is on, by its kind; "" if that can't be told."""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        _, _, rest = line.partition(" ")
        place, _, rest = rest.partition(" ")
        place = _ESCAPED.sub(lambda it: chr(int(it[1], 8)), place)
        is_above = folder == Path(place) or Path(place) in folder.parents
        if is_above and len(place) >= len(best):
            best, kind = place, rest.partition(" ")[0]
    return kind
