"""A small ext4 that fills up in twenty ways while the kiosk seals on it, and has room again.

Before it is full no visit may begin any more, each that was let in must come to its number, and one
that is under way gets by with the ballast. Full it must refuse in its own words, show nothing, and
stay readable; with room again the very next step works, and everything that was shown is there.
Needs root; runs in a mount namespace of its own.
"""

from __future__ import annotations

import errno
import logging
import os
import random
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from kiosk.errors import DiskFull, StorageError
from kiosk.sealing import Sealer
from kiosk.store import entries
from tests.faults import apart
from tests.faults.aftermath import a_fresh_place, boot_and_look
from tests.faults.disk_door import LEVELS, Door
from tests.faults.dose import Batch, Harness, Part, read_part
from tests.faults.power_cut import Disk
from tests.faults.sealing_bugs import SealingBug, planted
from tests.faults.submitting import submit
from tests.support.sealing_places import SealingPlace, now

SIZE = 24 << 20
MOST_SEALED = 3000
REFUSALS = 4
CRUMB = 4096
NO_SPACE = os.strerror(errno.ENOSPC)
"""In these words the keys say it, before there is a store."""


class Moment(StrEnum):
    """When the disk is full."""

    SEALING = "sealing"
    FIRST_START = "first-start"
    START = "start"
    START_AFTER_CUT = "start-after-cut"
    """A start that finds a draft, too."""


class Shape(StrEnum):
    """What fills it."""

    BALLAST = "ballast"
    """One large file."""
    CRUMBS = "crumbs"
    """Thousands of small files."""
    HOLES = "holes"
    """Small files, of which every second is taken away again: room in pieces."""
    GROWING = "growing"
    """A file of somebody else's that takes whatever is left after every step."""
    ITSELF = "itself"
    """Nothing but the queue."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way to be full."""

    shape: Shape
    left: int
    """Bytes that are left free."""
    moment: Moment = Moment.SEALING
    photo_bytes: int = 6_000

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.shape}, {self.left} bytes left, {self.moment}, photos to {self.photo_bytes}"


PATTERNS = (
    Pattern(Shape.BALLAST, 0),
    Pattern(Shape.HOLES, 64 << 10),
    Pattern(Shape.BALLAST, 8 << 10, Moment.START_AFTER_CUT),
    Pattern(Shape.BALLAST, 1 << 12),
    Pattern(Shape.BALLAST, 8 << 10),
    Pattern(Shape.BALLAST, 20 << 10),
    Pattern(Shape.BALLAST, 200 << 10),
    Pattern(Shape.BALLAST, 1 << 20),
    Pattern(Shape.BALLAST, 1 << 20, photo_bytes=400_000),
    Pattern(Shape.CRUMBS, 0),
    Pattern(Shape.CRUMBS, 40 << 10),
    Pattern(Shape.HOLES, 0),
    Pattern(Shape.HOLES, 16 << 10),
    Pattern(Shape.GROWING, 30 << 10),
    Pattern(Shape.GROWING, 300 << 10),
    Pattern(Shape.ITSELF, 0, photo_bytes=60_000),
    Pattern(Shape.ITSELF, 0, photo_bytes=400_000),
    Pattern(Shape.BALLAST, 0, Moment.FIRST_START),
    Pattern(Shape.BALLAST, 40 << 10, Moment.FIRST_START),
    Pattern(Shape.BALLAST, 0, Moment.START),
)


def fill_disks(batch: Batch) -> Part:
    """Fill disks in some of the ways; beyond twenty they come again with other sizes."""
    with tempfile.TemporaryDirectory(prefix="doorstep-full-") as home:
        cases = batch.cases
        arguments = [home, batch.seed, batch.bug, str(cases.start), str(cases.stop)]
        return read_part(apart.run_apart(__name__, arguments, mounts=True))


@dataclass
class Filler:
    """Somebody else's files on the disk."""

    folder: Path
    _count: int = 0

    def fill(self, shape: Shape, left: int) -> None:
        """Leave so many bytes free."""
        self.folder.mkdir(exist_ok=True)
        match shape:
            case Shape.BALLAST | Shape.GROWING:
                self._take(self._free() - left)
            case Shape.CRUMBS:
                self._take(self._free() - left - (400 << 10))
                self._scatter(left)
            case Shape.HOLES:
                self._take(self._free() - left - (400 << 10))
                crumbs = self._scatter(0)
                for path in crumbs[: 2 * (left // CRUMB) : 2]:
                    path.unlink()
            case Shape.ITSELF:
                self._take(self._free() - (2 << 20))

    def empty(self) -> None:
        """Make room again."""
        for path in self.folder.iterdir():
            path.unlink()

    def _free(self) -> int:
        told = os.statvfs(self.folder)
        return told.f_bfree * told.f_frsize

    def _take(self, size: int) -> None:
        while size >= CRUMB:
            self._count += 1
            path = self.folder / f"ballast-{self._count}"
            descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, size)
                return
            except OSError:
                path.unlink()
                size -= max(CRUMB, size // 50)
            finally:
                os.close(descriptor)

    def _scatter(self, left: int) -> list[Path]:
        made: list[Path] = []
        with suppress(OSError):
            while self._free() > left:
                self._count += 1
                path = self.folder / f"crumb-{self._count}"
                path.write_bytes(bytes(CRUMB))
                made.append(path)
        return made


@dataclass
class FullDisk:
    """One way to be full, gone through from the first entry to the look at everything."""

    mount: Path
    pattern: Pattern
    dice: random.Random
    problems: list[str] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    refused: int = 0
    let_in: int = 0
    """Visits that began because there was room, near the end of it."""
    closed: int = 0
    """Times that a visit was refused before it began."""

    def stop_before_it(self) -> None:
        """Come near the end of the room in this way, with visits that begin; make room again."""
        filler = Filler(self.mount / "others")
        filler.folder.mkdir()
        place = a_fresh_place(self.mount / "kiosk" / "state")
        sealer = self._start(place)
        door = Door(place, sealer.db, lambda: self._seal(place, sealer), self._problem)
        door.begin()
        door.approach(lambda left: filler.fill(Shape.BALLAST, left))
        filler.empty()
        filler.fill(self.pattern.shape, self.pattern.left)
        door.must_close()
        filler.fill(Shape.CRUMBS, 0)
        door.finish()
        filler.empty()
        door.must_be_open()
        self.let_in, self.closed = door.let_in, door.closed
        if door.least_left < LEVELS.refuse_bytes:
            self._problem(f"a visit was let in with {door.least_left} bytes left")
        self._with_room_again(place, sealer)

    def go_through(self) -> None:
        """Seal, fill, be refused, make room, seal, look."""
        filler = Filler(self.mount / "others")
        place = a_fresh_place(self.mount / "kiosk" / "state")
        sealer: Sealer | None = None
        if self.pattern.moment is not Moment.FIRST_START:
            sealer = self._start(place)
            for _ in range(3):
                self._seal(place, sealer)
        if self.pattern.moment in {Moment.START, Moment.START_AFTER_CUT}:
            place.close()
            sealer = None
        if self.pattern.moment is Moment.START_AFTER_CUT:
            (place.envelopes / "half.env.tmp").write_bytes(bytes(9000))
        filler.fill(self.pattern.shape, self.pattern.left)
        sealer = self._while_full(place, sealer, filler)
        filler.empty()
        self._with_room_again(place, sealer)

    def _while_full(
        self, place: SealingPlace, sealer: Sealer | None, filler: Filler
    ) -> Sealer | None:
        for _ in range(MOST_SEALED):
            try:
                if sealer is None:
                    sealer = self._start(place)
                self._seal(place, sealer)
            except DiskFull:
                self.refused += 1
            except StorageError as error:
                self.refused += 1
                if NO_SPACE not in error.what:
                    self._problem(f"not told as a full disk: {error}")
                    break
            if self.refused >= REFUSALS:
                break
            if self.pattern.shape is Shape.GROWING:
                filler.fill(self.pattern.shape, self.pattern.left // (2 + self.refused))
        if not self.refused:
            self._problem("it never was full")
        if sealer is not None and entries.open_count(sealer.db) < len(self.shown):
            self._problem("full, it can't be read")
        return sealer

    def _with_room_again(self, place: SealingPlace, sealer: Sealer | None) -> None:
        try:
            if sealer is None:
                place.close()
                sealer = self._start(place)
            self._seal(place, sealer)
        except StorageError as error:
            self._problem(f"with room again: {error}")
        place.close()
        told = boot_and_look(place, self.shown, opens_contents=True)
        for problem in told.problems[:3]:
            self._problem(problem)
        if told.unshown or told.unacknowledged:
            self._problem("what was refused is stored, too")

    def _start(self, place: SealingPlace) -> Sealer:
        sealer = place.open()
        sealer.adopt(now())
        return sealer

    def _seal(self, place: SealingPlace, sealer: Sealer) -> None:
        self.shown |= submit(place, sealer, self.dice, self.pattern.photo_bytes)

    def _problem(self, what: str) -> None:
        self.problems.append(f"{self.pattern}: {what}")


def use_every_block(mount: Path) -> None:
    """Have ext4 keep nothing back for itself, so that what is free can be told to the byte."""
    for line in Path("/proc/self/mounts").read_text().splitlines():
        device, point, *_ = line.split()
        if point == str(mount):
            kept = Path("/sys/fs/ext4") / Path(device).name / "reserved_clusters"
            with suppress(OSError):
                kept.write_text("0")


def main(home: Path, seed: str, bug: SealingBug | None, cases: range) -> Part:
    """Fill one new disk after the other, in the namespace that this program was given."""
    logging.getLogger().addHandler(logging.NullHandler())
    result, disk = Part(), Disk(home, SIZE)
    for number in cases:
        pattern = PATTERNS[number % len(PATTERNS)]
        stages = [FullDisk.go_through]
        if pattern.moment is Moment.SEALING:
            stages.insert(0, FullDisk.stop_before_it)
        for stage in stages:
            disk.make()
            use_every_block(disk.mount_point)
            dice = random.Random(f"{seed}/{number}")
            full = FullDisk(disk.mount_point, pattern, dice)
            with planted(bug):
                try:
                    stage(full)
                except Exception as error:  # noqa: BLE001 - whatever it is, it is not a refusal
                    result.find(number, f"{pattern}: {type(error).__name__}: {error}")
                    return result
            result.figures.update(
                {
                    "numbers shown": len(full.shown),
                    "steps refused": full.refused,
                    "visits let in": full.let_in,
                    "times nobody was let in": full.closed,
                }
            )
            disk.unmount()
            result.find(number, *full.problems, *disk.check())
        result.figures.update({"full disks": 1})
    return result


HARNESS = Harness(
    name="disk-full",
    about="a small ext4 that fills up in twenty ways, and has room again",
    unit="full disks",
    dose=len(PATTERNS),
    batch=4,
    give=fill_disks,
    bugs=tuple(
        bug.value
        for bug in (
            SealingBug.NO_UNDO,
            SealingBug.SHOWN_ANYWAY,
            SealingBug.NEVER_REFUSES,
            SealingBug.REFUSES_LATE,
        )
    ),
    is_sample=False,
    why_not=apart.why_not,
)


if __name__ == "__main__":
    _home, _seed, _bug, _first, _end = sys.argv[1:]
    _planted = SealingBug(_bug) if _bug else None
    apart.tell(main(Path(_home), _seed, _planted, range(int(_first), int(_end))).to_json())
