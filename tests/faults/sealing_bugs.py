"""Bugs in sealing that the disk harnesses must find; each is put into a running program."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

import kiosk.files
import kiosk.sealing
from kiosk.domain import AppId
from kiosk.errors import StorageError
from kiosk.store import engine, entries, room
from kiosk.store.keys import DatabaseKey
from kiosk.store.room import Levels


class SealingBug(StrEnum):
    """What can be wrong with making an entry durable."""

    NO_FILE_SYNC = "no-file-sync"
    """The envelope is renamed before its bytes are on the disk."""
    NO_FOLDER_SYNC = "no-folder-sync"
    """The name of the envelope is never made durable."""
    SYNC_OFF = "sync-off"
    """The database does not wait for the disk at all."""
    SYNC_NORMAL = "sync-normal"
    """The database waits at checkpoints only, as many programs have it."""
    SALT_IN_FILE = "salt-in-file"
    """The usual raw key of 64 hex digits: the salt lies in the first sector of the file."""
    ROWS_FIRST = "rows-first"
    """The rows are durable before the envelope is."""
    SYNC_ERRORS_IGNORED = "sync-errors-ignored"
    """A failed fsync is taken for a good one."""
    NO_UNDO = "no-undo"
    """The file of a failed step stays, and nobody adopts it before the next one."""
    SHOWN_ANYWAY = "shown-anyway"
    """A commit that fails is taken for a good one."""
    HASTY_UNDO = "hasty-undo"
    """The file is taken away while the log may still hold its rows."""
    SPOILT_KEPT = "spoilt-kept"
    """A connection that met one bad read is used on."""
    NO_NOTE = "no-note"
    """Nothing beside the envelope leads to its resident."""
    NEVER_REFUSES = "never-refuses"
    """Whatever is left on the disk, it is called enough for a visit."""
    REFUSES_LATE = "refuses-late"
    """Only the last byte is called too little."""


@contextmanager
def planted(bug: SealingBug | None) -> Iterator[None]:
    """Have a bug in this process for a while; none: as it is."""
    with pytest.MonkeyPatch.context() as patch:
        if bug is not None:
            _plant(bug, patch)
        yield


def _plant(bug: SealingBug, patch: pytest.MonkeyPatch) -> None:
    match bug:
        case SealingBug.NO_FILE_SYNC:
            patch.setattr(kiosk.sealing, "write_durably", _written_without_sync)
        case SealingBug.NO_FOLDER_SYNC:
            patch.setattr(kiosk.files, "sync_folder", _nothing)
            patch.setattr(kiosk.sealing, "sync_folder", _nothing)
        case SealingBug.SYNC_OFF | SealingBug.SYNC_NORMAL:
            level = "OFF" if bug is SealingBug.SYNC_OFF else "NORMAL"
            pragmas = (*engine._PRAGMAS, f"synchronous={level}")
            patch.setattr(engine, "_PRAGMAS", pragmas)
        case SealingBug.SALT_IN_FILE:
            patch.setattr(DatabaseKey, "hex_with_salt", lambda key: key.key.hex())
        case SealingBug.ROWS_FIRST:
            _write_later(patch)
        case SealingBug.SYNC_ERRORS_IGNORED:
            patch.setattr(kiosk.files, "os", _CarelessSystem())
        case SealingBug.NO_UNDO:
            patch.setattr(kiosk.sealing.Sealer, "_undo", _nothing)
        case SealingBug.SHOWN_ANYWAY:
            patch.setattr(kiosk.sealing, "writing", _writing_at_any_rate)
        case SealingBug.HASTY_UNDO:
            patch.setattr(kiosk.sealing.Sealer, "_undo", _hasty_undo)
        case SealingBug.SPOILT_KEPT:
            patch.setattr(engine, "_renew_if_spoilt", _nothing)
        case SealingBug.NO_NOTE:
            patch.setattr(kiosk.sealing, "seal_note", _no_note)
        case SealingBug.NEVER_REFUSES | SealingBug.REFUSES_LATE:
            least = 4096 if bug is SealingBug.REFUSES_LATE else -(2**40)
            judged = room.judge
            patch.setattr(
                room, "judge", lambda supply, _, was: judged(supply, Levels(least, least), was)
            )


def _nothing(*_args: object, **_options: object) -> None:
    """Do not do it."""


def _no_note(*_args: object) -> bytes:
    return b""


def _written_without_sync(path: Path, data: bytes, note: bytes = b"") -> None:
    draft = path.with_name(path.name + ".tmp")
    draft.write_bytes(data)
    if note:
        os.setxattr(draft, kiosk.files.NOTE, note)
    draft.rename(path)
    kiosk.files.sync_folder(path.parent)


def _write_later(patch: pytest.MonkeyPatch) -> None:
    original, seal = kiosk.files.write_durably, kiosk.sealing.Sealer._seal
    waiting: list[tuple[Path, bytes, bytes]] = []

    def later(path: Path, data: bytes, note: bytes = b"") -> None:
        waiting.append((path, data, note))

    def sealed(sealer: kiosk.sealing.Sealer, *args: Any) -> object:  # noqa: ANN401 - as it has it
        made = seal(sealer, *args)
        while waiting:
            original(*waiting.pop())
        return made

    patch.setattr(kiosk.sealing, "write_durably", later)
    patch.setattr(kiosk.sealing.Sealer, "_seal", sealed)


class _CarelessSystem:
    """`os`, but for fsync."""

    def __getattr__(self, name: str) -> object:
        return getattr(os, name)

    def fsync(self, descriptor: int) -> None:
        with suppress(OSError):
            os.fsync(descriptor)


@contextmanager
def _writing_at_any_rate(db: engine.Database) -> Iterator[engine.Database]:
    with suppress(StorageError), engine.writing(db):
        yield db


def _hasty_undo(
    sealer: kiosk.sealing.Sealer, app_id: AppId, path: Path | None, _error: BaseException
) -> None:
    if path is None:
        return
    sealer._must_adopt = True
    with suppress(StorageError, OSError):
        if entries.find(sealer.db, app_id) is None:
            path.unlink(missing_ok=True)
            kiosk.files.sync_folder(path.parent)


__all__ = ["SealingBug", "planted"]
