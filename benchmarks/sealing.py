"""Sealing an application of 1 MB and of 5 MB against the bare work of storing as much for good.

Ours is `Sealer.seal_application` with a photo of that size, as the kiosk calls it when the resident
has signed: hashes, encryption, key wrapping, chain entry, signature, file, two rows in the
encrypted database. The peer writes bytes that are there already: file, fsync, rename, fsync of the
folder, one row in plain SQLite with WAL and synchronous FULL. Same disk, same process, in turns.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Final

import sqlcipher3

from benchmarks.figures import Figure, Unit, in_turns
from launch.places import ROOT
from tests.support.builders import a_photo
from tests.support.sealing_places import SealingPlace, a_record

ROUNDS: Final = 40
WARM_UP: Final = 5
SIZES: Final = (("1 MB", 1_000_000), ("5 MB", 5_000_000))
GOAL: Final = 2.2


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Return the figures of one run."""
    folder = ROOT / "build"  # on the disk that is meant: a folder for temporary files may be memory
    folder.mkdir(exist_ok=True)
    return [_one_size(rounds, folder, name, size) for name, size in SIZES]


def _one_size(rounds: int, folder: Path, size: str, photo_bytes: int) -> Figure:
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir=folder) as name,
        closing(SealingPlace(Path(name) / "state")) as place,
    ):
        sealer = place.open()
        record = a_record(photo=replace(a_photo(), jpeg=secrets.token_bytes(photo_bytes)))
        place.seal(sealer, record)
        (sealed,) = place.files()
        data = (place.envelopes / sealed).read_bytes()
        with bare_storing(Path(name) / "bare", data) as store:
            ours, theirs = in_turns(
                rounds, lambda: place.seal(sealer, record), store, warm_up=WARM_UP
            )
    peer = "bare file + fsync + rename + folder fsync + one plain row, the same bytes"
    return Figure(f"sealing {size}", peer, Unit.MS, ours, theirs, GOAL)


@contextmanager
def bare_storing(folder: Path, data: bytes) -> Iterator[Callable[[], None]]:
    """Yield what stores the bytes once more, durable when it returns."""
    folder.mkdir()
    told = secrets.token_hex(400)  # as long as the header that our row holds
    numbers = count()
    with closing(sqlcipher3.connect(str(folder / "bare.db"), isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL").fetchall()
        db.execute("PRAGMA synchronous=FULL").fetchall()
        db.execute("CREATE TABLE files (id INTEGER PRIMARY KEY, name TEXT, size INT, told TEXT)")

        def store() -> None:
            path = folder / f"{next(numbers):08}.bin"
            draft = path.with_suffix(".tmp")
            descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY, 0o600)
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
            os.close(descriptor)
            draft.rename(path)
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            os.fsync(descriptor)
            os.close(descriptor)
            db.execute(
                "INSERT INTO files (name, size, told) VALUES (?, ?, ?)",
                (path.name, len(data), told),
            )

        yield store
