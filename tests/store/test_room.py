"""What there has to be room for, known before a visit begins."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.clock import SystemClock
from kiosk.enrolment import save_enrolment
from kiosk.errors import DiskFull, KioskError, StorageError
from kiosk.flow.world import Room
from kiosk.readiness import Health
from kiosk.store import audit, ballast, engine, facts, keys
from kiosk.store.boot import DAMAGE_SEEN, Findings, check_store
from kiosk.store.condition import condition
from kiosk.store.doorkeeper import Doorkeeper, use_of
from kiosk.store.last_sweep import keep_inside
from kiosk.store.room import (
    FEW_FILES,
    LEAST_FILES,
    Found,
    Levels,
    Shortage,
    Supply,
    Use,
    glance,
    has_small_blocks,
    is_read_only,
    judge,
    measure,
)
from tests.support.sealing_places import SealingPlace, now

LEVELS = Levels(warn_bytes=200_000_000, refuse_bytes=64_000_000)
GRAVITY = [Room.PLENTY, Room.LOW, Room.FULL]
ROOMS = st.sampled_from(Room)
USES = st.none() | st.builds(
    Use, st.integers(0, 2**30), st.integers(engine.LEAST_QUOTA_BYTES, 2**30)
)
SUPPLIES = st.builds(Supply, st.integers(-(2**24), 2**30), st.none() | st.integers(0, 5000), USES)


@dataclass
class TellingDisk:
    """Says how much room there is, as `statvfs` does, and can refuse to."""

    spare: int = 10**9
    files: int = 10**6
    is_broken: bool = False
    is_read_only: bool = False

    def __call__(self, _folder: Path) -> SimpleNamespace:
        """Say it."""
        if self.is_broken:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return SimpleNamespace(
            f_bavail=self.spare // 4096,
            f_bfree=self.spare // 4096,
            f_frsize=4096,
            f_bsize=4096,
            f_blocks=2**22,
            f_files=10**6,
            f_favail=self.files,
            f_flag=os.ST_RDONLY if self.is_read_only else 0,
        )


@pytest.fixture
def place(tmp_path: Path) -> SealingPlace:
    """Return an enrolled state folder."""
    return SealingPlace(tmp_path / "state")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> TellingDisk:
    """Have the disk tell what the test wants."""
    disk = TellingDisk()
    monkeypatch.setattr("kiosk.store.room.os.statvfs", disk)
    return disk


@given(supply=SUPPLIES, was=ROOMS)
def test_less_is_never_enough_for_more(supply: Supply, was: Room) -> None:
    """Whatever there is less of, the level does not get better by it."""
    level = GRAVITY.index(judge(supply, LEVELS, was).level)
    fewer = replace(supply, spare_bytes=supply.spare_bytes - 1_000_000)
    assert GRAVITY.index(judge(fewer, LEVELS, was).level) >= level
    if supply.use is not None:
        used = replace(supply.use, used_bytes=supply.use.used_bytes + 1_000_000)
        worse = replace(supply, use=used)
        assert GRAVITY.index(judge(worse, LEVELS, was).level) >= level


@given(supply=SUPPLIES, was=ROOMS)
@example(supply=Supply(LEVELS.refuse_bytes, 0), was=Room.PLENTY)
def test_the_level_holds_still(supply: Supply, was: Room) -> None:
    """Looked at twice, the same disk is the same."""
    once = judge(supply, LEVELS, was)
    assert judge(supply, LEVELS, once.level) == once


@given(supply=SUPPLIES, was=ROOMS)
def test_below_the_level_nobody_begins(supply: Supply, was: Room) -> None:
    """Whatever was before, and however much there is of everything else."""
    if supply.spare_bytes < LEVELS.refuse_bytes:
        assert judge(supply, LEVELS, was).level is Room.FULL
    if supply.spare_files is not None and supply.spare_files < LEAST_FILES:
        assert judge(supply, LEVELS, was).level is Room.FULL


@pytest.mark.parametrize(
    ("supply", "found", "detail"),
    [
        (Supply(10**9, 10**6), (Room.PLENTY, Shortage.BYTES), "1000 MB"),
        (Supply(100_000_000, None), (Room.LOW, Shortage.BYTES), "100 MB"),
        (Supply(-5_000_000, None), (Room.FULL, Shortage.BYTES), "0 MB"),
        (Supply(10**9, FEW_FILES - 1), (Room.LOW, Shortage.FILES), "inodes: 1023"),
        (Supply(10**9, None, Use(70, 100)), (Room.PLENTY, Shortage.BYTES), "1000 MB"),
        (
            Supply(10**9, None, Use(80_000_000, 100_000_000)),
            (Room.LOW, Shortage.DATABASE),
            "80 / 100 MB",
        ),
        (
            Supply(10**9, None, Use(90_000_000, 100_000_000)),
            (Room.FULL, Shortage.DATABASE),
            "90 / 100 MB",
        ),
    ],
)
def test_the_gravest_shortage_is_named(
    supply: Supply, found: tuple[Room, Shortage], detail: str
) -> None:
    """With its figure, which says what to do something about."""
    judged = judge(supply, LEVELS, Room.PLENTY)
    assert (judged.level, judged.of) == found
    assert judged.detail() == detail


def test_the_ballast_is_nobody_elses_room(tmp_path: Path, disk: TellingDisk) -> None:
    """Given up, it looks like room; it is owed, and does not let a visit begin."""
    disk.spare = LEVELS.refuse_bytes + ballast.BYTES - 4096
    assert measure(tmp_path, LEVELS).level is Room.FULL
    (tmp_path / ballast.FILE_NAME).write_bytes(bytes(ballast.BYTES))
    assert measure(tmp_path, LEVELS).level is Room.LOW
    disk.spare = LEVELS.refuse_bytes - 4096
    assert measure(tmp_path, LEVELS).level is Room.FULL


def test_before_the_database_is_open_the_disk_is_asked(tmp_path: Path, disk: TellingDisk) -> None:
    """A disk that does not tell closes nothing; the store will."""
    disk.spare = 0
    assert glance(tmp_path, LEVELS) is Room.FULL
    disk.is_broken = True
    assert glance(tmp_path, LEVELS) is Room.PLENTY


def test_blocks_are_compared_with_pages_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disks of this kind that a kiosk should not have."""
    monkeypatch.setattr("kiosk.store.room.os.statvfs", TellingDisk())
    assert not has_small_blocks(tmp_path)
    monkeypatch.setattr("kiosk.store.room.mmap.PAGESIZE", 16384)
    assert has_small_blocks(tmp_path)


def test_who_keeps_the_door_tells_once(
    place: SealingPlace, disk: TellingDisk, caplog: pytest.LogCaptureFixture
) -> None:
    """Each change has its line in log and journal; a look that finds the same has none."""
    door = Doorkeeper(place.store(), place.folder, LEVELS, SystemClock())
    door.begin()
    assert (place.folder / ballast.FILE_NAME).exists()
    told = []
    for spare in (10**9, 100_000_000, 99_000_000, 1, 10**9):
        disk.spare = spare
        told.append(door.look())
    disk.is_broken = True
    assert door.look() is Room.PLENTY
    assert told == [Room.PLENTY, Room.LOW, Room.LOW, Room.FULL, Room.PLENTY]
    assert caplog.text.count("ROOM_CHANGED") == 3
    assert "ROOM_NOT_MEASURED code=E-DB-00" in caplog.text
    lines = [dict(fields) for _, event, fields in audit.last(door.db, 9)]
    assert [line["level"] for line in lines] == ["plenty", "full", "low"]
    place.close()


def test_who_only_looks_leaves_no_trace(place: SealingPlace, disk: TellingDisk) -> None:
    """The doctor makes no ballast and writes no line."""
    door = Doorkeeper(place.store(), place.folder, LEVELS, SystemClock())
    disk.spare = 1
    assert door.look() is Room.FULL
    assert isinstance(door.found, Found)
    assert audit.last(door.db, 9) == ()
    assert not (place.folder / ballast.FILE_NAME).exists()
    place.close()


def test_the_database_has_a_part_of_the_disk_and_no_more(
    place: SealingPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At its quota it refuses as a full disk does, unharmed; freed pages count as room."""
    quota = 2**20
    monkeypatch.setattr(engine, "LEAST_QUOTA_BYTES", quota)
    monkeypatch.setattr(engine, "QUOTA_PART", 10**9)
    db = place.store()
    assert use_of(db).quota_bytes == quota
    with pytest.raises(DiskFull):
        _write_without_end(db)
    full = use_of(db)
    assert quota * 7 // 8 <= full.used_bytes <= quota
    assert engine.quick_check(db)
    with engine.writing(db):
        db.conn.execute("DELETE FROM facts")
    assert use_of(db).used_bytes < full.used_bytes // 2
    facts.put(db, "again", "yes")
    place.close()


def _write_without_end(db: engine.Database) -> None:
    for number in count():
        facts.put(db, f"f-{number}", "x" * 4000)


@pytest.mark.parametrize("part", [1, 4])
def test_the_quota_goes_by_the_size_of_the_disk(
    place: SealingPlace, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    """And not by what is free at the moment."""
    monkeypatch.setattr(engine, "QUOTA_PART", part)
    told = os.statvfs(place.folder.parent)
    pages = min(told.f_blocks * told.f_frsize // part // engine.PAGE_BYTES, engine.MOST_PAGES)
    assert use_of(place.store()).quota_bytes == pages * engine.PAGE_BYTES
    place.close()


def test_the_ballast_is_the_last_resort(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Given up only for a full disk, once; without it the disk is full."""
    (tmp_path / ballast.FILE_NAME).write_bytes(b"x")
    tries: list[int] = []

    def full_at_first() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise DiskFull("The disk is full.")
        return len(tries)

    def always_full() -> None:
        raise DiskFull("The disk is full.")

    def broken() -> None:
        raise StorageError("The disk is broken.")

    with pytest.raises(StorageError):
        ballast.as_last_resort(tmp_path, broken)
    assert (tmp_path / ballast.FILE_NAME).exists()
    assert ballast.as_last_resort(tmp_path, full_at_first) == 2
    assert not (tmp_path / ballast.FILE_NAME).exists()
    with pytest.raises(DiskFull):
        ballast.as_last_resort(tmp_path, always_full)
    assert caplog.text.count("BALLAST_GIVEN_UP") == 1


def test_a_disk_that_went_read_only_closes_the_door(place: SealingPlace, disk: TellingDisk) -> None:
    """However much room there is on it; with a word of its own for the technician."""
    sealer = place.open()
    door = Doorkeeper(sealer.db, place.folder, LEVELS, SystemClock())
    assert door.look() is Room.PLENTY
    disk.is_read_only = True
    assert is_read_only(place.folder)
    assert glance(place.folder, LEVELS) is door.look() is Room.FULL
    told = condition(door, Findings(), place.keys, now().at)
    assert told == ("read_only", Health.BROKEN, "")
    disk.is_read_only = False
    assert door.look() is Room.PLENTY
    place.close()


def test_the_report_reads_no_pages_and_a_test_reads_all(
    place: SealingPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report tells what the last sweep found, and when; damage that a test meets stays told."""
    check_store(place.folder, place.keys, place.enrolment.kiosk_id, now().at)
    sealer = place.open()
    door = Doorkeeper(sealer.db, place.folder, LEVELS, SystemClock())
    reads: list[bool] = [False, True]

    def read(_db: object, *, puts_log_away: bool) -> bool:
        assert not puts_log_away
        return reads.pop()

    monkeypatch.setattr("kiosk.store.condition.quick_check", read)
    later = now().at + timedelta(hours=5)

    def told(*, reads_all: bool) -> tuple[str, Health, str]:
        return condition(door, Findings(), place.keys, later, reads_all=reads_all)

    state, health, detail = told(reads_all=False)
    assert (state, health) == ("ready", Health.READY)
    assert detail.endswith(f"; {now().at:%Y-%m-%d %H:%M} UTC")
    assert reads == [False, True]
    assert told(reads_all=True)[2].endswith(f"; {later:%Y-%m-%d %H:%M} UTC")
    assert told(reads_all=True)[0] == "broken"
    assert told(reads_all=False)[0] == "broken"
    with engine.writing(sealer.db):
        keep_inside(sealer.db, now().at, 2)
    (place.folder / DAMAGE_SEEN).unlink()
    assert told(reads_all=False) == ("chain", Health.WARNING, "2")
    place.close()


def test_a_disk_that_went_read_only_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither makes nor deletes a ballast on it; who keeps the door looks again all the same."""
    (tmp_path / ballast.FILE_NAME).write_bytes(b"cut short")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("kiosk.store.ballast.os.open", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    assert not ballast.ensure(tmp_path)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("what", ["keys", "enrolment", "database", "boot"])
def test_no_room_is_told_as_no_room(
    place: SealingPlace, monkeypatch: pytest.MonkeyPatch, what: str, code: int
) -> None:
    """Not as a key that can't be read, or a file that can't be written."""
    place.folder.mkdir()
    known, kiosk_id = place.keys, place.enrolment.kiosk_id
    shutil.rmtree(place.folder / keys.FOLDER)
    acts: dict[str, Callable[[], object]] = {
        "keys": lambda: keys.load_keys(place.folder),
        "enrolment": lambda: save_enrolment(place.folder, place.enrolment),
        "database": lambda: engine.open_store(place.folder, known.database),
        "boot": lambda: check_store(place.folder, known, kiosk_id, now().at),
    }

    def refused(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    for module in ("kiosk.store.keys", "kiosk.enrolment"):
        monkeypatch.setattr(f"{module}.write_durably", refused)
    monkeypatch.setattr("kiosk.store.engine.make_private_folder", refused)
    with pytest.raises(KioskError) as told:
        acts[what]()
    assert told.value.code == "E-DB-01"
    assert told.value.next_step == DiskFull.advice
