"""What a disk may hold after a power cut, worked out from everything that was done to it.

A file's bytes are sure once it was synced, a name once its folder was. Of what is not sure any part
may be there: nothing, all, a beginning, any selection in any order, writes torn at 512 bytes, and
sectors of rubbish where a write was going on. Names of one folder change in order, as every
journaling file system has it; nothing is assumed between folders, nor between names and bytes.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath

from tests.faults.shim import Event, Kind

SECTOR = 512
EDGE_SHARE = 0.2


@dataclass
class Inode:
    """One file, whatever its names are."""

    sure: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Offset and bytes of a write; new size and None of a truncation."""


@dataclass
class Folder:
    """One folder: its names, and what may have become of them."""

    sure: dict[str, Inode | None] = field(default_factory=dict)
    """None stands for a folder."""
    pending: list[tuple[Kind, str, Inode | str | None]] = field(default_factory=list)


class Fate(StrEnum):
    """What becomes of the writes that are not sure."""

    NOTHING = "nothing"
    ALL = "all"
    BEGINNING = "beginning"
    SELECTION = "selection"
    TORN = "torn"
    RUBBISH = "rubbish"


@dataclass
class Disk:
    """Everything below one folder, as the events so far left it."""

    root: str
    folders: dict[str, Folder] = field(default_factory=dict)
    _names: dict[str, Inode] = field(default_factory=dict)
    _open: dict[int, Inode | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin empty."""
        self.folders[self.root] = Folder()

    def apply(self, event: Event) -> None:
        """Let something be done."""
        match event.kind:
            case Kind.OPEN:
                self._apply_open(event)
            case Kind.WRITE:
                self._file(event).pending.append((event.number, event.data))
            case Kind.TRUNCATE:
                self._file(event).pending.append((event.number, None))
            case Kind.SYNC:
                self._apply_sync(self._open[event.serial])
            case Kind.RENAME:
                new = os.fsdecode(event.data)
                self._names[new] = self._names.pop(event.path)
                self._folder(event.path).pending.append(
                    (Kind.RENAME, PurePath(event.path).name, PurePath(new).name)
                )
            case Kind.LINK:
                new = os.fsdecode(event.data)
                inode = self._names[new] = self._names[event.path]
                self._folder(new).pending.append((Kind.LINK, PurePath(new).name, inode))
            case Kind.UNLINK:
                self._names.pop(event.path, None)
                self._folder(event.path).pending.append(
                    (Kind.UNLINK, PurePath(event.path).name, None)
                )
            case Kind.MKDIR:
                if event.path != self.root:
                    self.folders[event.path] = Folder()
                    self._folder(event.path).pending.append(
                        (Kind.MKDIR, PurePath(event.path).name, None)
                    )
            case Kind.READ:
                pass

    def files_with_pending(self) -> list[str]:
        """Return the paths of files that have writes which are not sure."""
        return [path for path, inode in self._names.items() if inode.pending]

    def after_power_cut(self, dice: random.Random) -> dict[str, bytes | None]:
        """Return one state that the disk may be in: path to content, None for a folder."""
        fates = list(Fate)
        everywhere = dice.choice(fates) if dice.random() < 0.3 else None
        contents: dict[int, bytes] = {}
        found: dict[str, bytes | None] = {}
        for path in sorted(self.folders):
            if path != self.root and path not in found:
                continue
            folder = self.folders[path]
            for name, inode in _some_names(folder, dice, everywhere).items():
                if inode is not None and id(inode) not in contents:
                    fate = everywhere or dice.choice(fates)
                    contents[id(inode)] = _some_bytes(inode, fate, dice)
                found[f"{path}/{name}"] = None if inode is None else contents[id(inode)]
        return found

    def _apply_open(self, event: Event) -> None:
        if event.path in self.folders:
            self._open[event.serial] = event.path
            return
        inode = self._names.get(event.path)
        if inode is None:
            assert event.number & os.O_CREAT, f"{event.path} came to be unseen"
            inode = self._names[event.path] = Inode()
            self._folder(event.path).pending.append((Kind.OPEN, PurePath(event.path).name, inode))
        elif event.number & os.O_TRUNC:
            inode.pending.append((0, None))
        self._open[event.serial] = inode

    def _apply_sync(self, synced: Inode | str) -> None:
        if isinstance(synced, Inode):
            synced.sure = _carried_out(synced.sure, synced.pending)
            synced.pending.clear()
        else:
            folder = self.folders[synced]
            folder.sure = _renamed(folder.sure, folder.pending)
            folder.pending.clear()

    def _file(self, event: Event) -> Inode:
        inode = self._open[event.serial]
        assert isinstance(inode, Inode)
        return inode

    def _folder(self, path: str) -> Folder:
        return self.folders[str(PurePath(path).parent)]


def _some_names(
    folder: Folder, dice: random.Random, everywhere: Fate | None
) -> dict[str, Inode | None]:
    match everywhere:
        case Fate.NOTHING:
            count = 0
        case Fate.ALL:
            count = len(folder.pending)
        case _:
            count = dice.randint(0, len(folder.pending))
    return _renamed(folder.sure, folder.pending[:count])


def _renamed(
    names: dict[str, Inode | None], changes: Iterable[tuple[Kind, str, Inode | str | None]]
) -> dict[str, Inode | None]:
    names = dict(names)
    for kind, name, what in changes:
        match kind, what:
            case Kind.RENAME, str():
                names[what] = names.pop(name)
            case Kind.UNLINK, _:
                names.pop(name, None)
            case _:
                names[name] = what if isinstance(what, Inode) else None
    return names


def _some_bytes(inode: Inode, fate: Fate, dice: random.Random) -> bytes:
    pending = inode.pending
    if not pending:
        return inode.sure
    match fate:
        case Fate.NOTHING:
            return inode.sure
        case Fate.ALL:
            return _carried_out(inode.sure, pending)
        case Fate.BEGINNING:
            return _carried_out(inode.sure, pending[: dice.randint(0, len(pending))])
        case Fate.SELECTION:
            return _carried_out(inode.sure, _selection(pending, dice))
        case Fate.TORN | Fate.RUBBISH:
            # The first write of many is the one that a header hangs on.
            count = 0 if dice.random() < EDGE_SHARE else dice.randrange(len(pending))
            before = pending[:count] if dice.random() < 0.5 else _selection(pending[:count], dice)
            offset, data = pending[count]
            data = _torn(offset, data, dice) if fate is Fate.TORN else _spoilt(offset, data, dice)
            return _carried_out(inode.sure, [*before, (offset, data)])


def _selection(
    pending: list[tuple[int, bytes | None]], dice: random.Random
) -> list[tuple[int, bytes | None]]:
    share = dice.random()
    return [change for change in pending if dice.random() < share]


def _torn(offset: int, data: bytes | None, dice: random.Random) -> bytes | None:
    if data is None:
        return None
    first = SECTOR - offset % SECTOR
    return data[: dice.choice([0, *range(first, len(data), SECTOR)])]


def _spoilt(offset: int, data: bytes | None, dice: random.Random) -> bytes | None:
    if data is None:
        return None
    first = SECTOR - offset % SECTOR
    starts = [0] if dice.random() < EDGE_SHARE else [0, *range(first, len(data), SECTOR)]
    begin = dice.choice(starts)
    end = min(len(data), begin + (SECTOR - (offset + begin) % SECTOR))
    return data[:begin] + dice.randbytes(end - begin) + data[end:]


def _carried_out(content: bytes, changes: Iterable[tuple[int, bytes | None]]) -> bytes:
    changes = list(changes)
    if not changes:
        return content
    done = bytearray(content)
    for offset, data in changes:
        size = offset if data is None else offset + len(data)
        if len(done) < size:
            done.extend(bytes(size - len(done)))
        if data is None:
            del done[offset:]
        else:
            done[offset:size] = data
    return bytes(done)
