"""Real power cuts: a small ext4 loses its power while a kiosk seals on it.

`EXT4_IOC_SHUTDOWN` without a flush stops the file system as a pulled plug does: what was not on the
disk is gone, what comes later fails. The disk is then mounted again (its journal is replayed), and
the kiosk starts on what is left. Needs root; runs in a mount namespace of its own.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import random
import select
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict
from pathlib import Path

from tests.faults import apart
from tests.faults.aftermath import Aftermath, a_fresh_place, boot_and_look
from tests.faults.dose import Batch, Harness, Part, read_part
from tests.faults.sealing_bugs import SealingBug, planted
from tests.faults.submitting import rate_last, submit
from tests.support.sealing_places import SealingPlace, now
from tests.support.waiting import wait_until

ROUNDS = 1000
ROUNDS_PER_DISK = 10
ROUNDS_PER_PROGRAM = 50
"""After so many cuts a disk is checked and a new one taken: a long queue only costs time."""

DISK_BYTES = 96 << 20
SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN, `_IOR('X', 125, __u32)`."""
NO_LOG_FLUSH = 2
MOST_ENTRIES_BEFORE = 20
LONGEST_AFTER_S = 0.02
LONGEST_BOOT_S = 0.08
SILENCE_S = 30.0
UNMOUNT_S = 30.0


def cut_power(batch: Batch) -> Part:
    """Cut the power some times; with a planted bug only until it is found."""
    with tempfile.TemporaryDirectory(prefix="doorstep-cuts-") as home:
        first, end = str(batch.cases.start), str(batch.cases.stop)
        arguments = [home, batch.seed, batch.bug, first, end, str(batch.keep or "")]
        return read_part(apart.run_apart(__name__, arguments, mounts=True))


class Disk:
    """A small ext4 on a loop device, its image in memory."""

    def __init__(self, home: Path, size: int = DISK_BYTES) -> None:
        """Make room for it below `home`."""
        self._size = size
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(home)], check=True)
        self._image = home / "image"
        self.mount_point = home / "disk"
        self.mount_point.mkdir()

    def make(self, block_bytes: int = 4096) -> None:
        """Take a new disk."""
        with self._image.open("wb") as image:
            image.truncate(self._size)
        # Small disks get small blocks unless told otherwise, and kiosks have large disks. With
        # blocks smaller than a page of memory, a full disk kills whoever maps a file, as SQLite.
        blocks = ["-b", str(block_bytes), "-m", "0"]  # nothing is kept for root, who tests
        _run("mkfs.ext4", "-q", "-F", *blocks, "-J", "size=4", str(self._image))
        self.mount()

    def mount(self) -> None:
        """Mount it; a journal that is not empty is replayed."""
        _run("mount", "-o", "loop,errors=remount-ro", str(self._image), str(self.mount_point))

    def cut(self) -> None:
        """Stop it as a power cut does."""
        descriptor = os.open(self.mount_point, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(descriptor)

    def unmount(self) -> None:
        """Let go of it; whatever was not written is lost if it was cut.

        The kernel may hold it for a moment longer than the program that used it lived.
        """
        wait_until(self._is_let_go, UNMOUNT_S, "the disk to be let go of")

    def _is_let_go(self) -> bool:
        told = subprocess.run(["umount", str(self.mount_point)], capture_output=True, check=False)
        return told.returncode == 0

    def keep(self, folder: Path, name: str) -> None:
        """Keep a copy of it, as large as what is on it."""
        folder.mkdir(parents=True, exist_ok=True)
        _run("cp", "--sparse=always", str(self._image), str(folder / name))

    def check(self) -> list[str]:
        """Return what the checker of file systems has to say."""
        done = subprocess.run(
            ["e2fsck", "-fn", str(self._image)], capture_output=True, text=True, check=False
        )
        return [f"the file system is damaged: {done.stdout[-300:]}"] if done.returncode else []


class CutKiosk:
    """Kiosks that seal on the disk, one after the other, and what they showed."""

    def __init__(self, disk: Disk, dice: random.Random, bug: SealingBug | None) -> None:
        """Begin with an empty disk."""
        self._disk = disk
        self._dice = dice
        self._bug = bug
        self._place = a_fresh_place(disk.mount_point / "kiosk" / "state")
        self.shown: dict[str, str] = {}
        self.late: dict[str, str] = {}
        """Told after the power began to go."""

    def round(self, number: int, result: Part) -> None:
        """Seal, cut, mount, start, look."""
        before = len(self.shown)
        self._seal_until_cut()
        self._disk.unmount()
        self._disk.mount()
        told = self._look()
        result.figures.update(
            {
                "cuts": 1,
                "numbers shown": len(self.shown) - before,
                "envelopes adopted": told.adopted,
                "drafts cleared": told.drafts,
            }
        )
        result.find(number, *told.problems[:3])
        if told.untold:
            result.find(number, f"{told.untold} residents can't be told")

    def _seal_until_cut(self) -> None:
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            _be_the_kiosk(self._place, writing, self._bug)
        os.close(writing)
        told = _Told(reading)
        try:
            if self._dice.random() < 0.8:
                told.wait_for(self._dice.randint(1, MOST_ENTRIES_BEFORE))
                _wait(self._dice.uniform(0, LONGEST_AFTER_S))
            else:
                _wait(self._dice.uniform(0, LONGEST_BOOT_S))
            # What the kiosk says once the power began to go, nobody reads. The kernel may tell an
            # fsync that is under way then that it was done, and lets the program live on for a bit.
            self.shown.update(told.so_far())
            self._disk.cut()
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            self.late.update(told.the_rest())

    def _look(self) -> Aftermath:
        """Start the kiosk in a process of its own, so that nothing of it is left here."""
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                with planted(self._bug), os.fdopen(writing, "w") as out:
                    told = boot_and_look(self._place, self.shown, opens_contents=True)
                    json.dump(asdict(told), out)
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            text = answer.read()
        os.waitpid(pid, 0)
        return Aftermath(**json.loads(text)) if text else Aftermath(["the start told nothing"])


class _Told:
    """What a sealing kiosk wrote on its pipe."""

    def __init__(self, reading: int) -> None:
        self._reading = reading
        self._data = b""

    def wait_for(self, lines: int) -> None:
        while self._data.count(b"\n") < lines:
            if not select.select([self._reading], [], [], SILENCE_S)[0]:
                raise AssertionError("the kiosk that is to be cut seals nothing")
            data = os.read(self._reading, 65_536)
            if not data:
                return
            self._data += data

    def so_far(self) -> dict[str, str]:
        while select.select([self._reading], [], [], 0)[0]:
            data = os.read(self._reading, 65_536)
            if not data:
                break
            self._data += data
        return self._pairs()

    def the_rest(self) -> dict[str, str]:
        while data := os.read(self._reading, 65_536):
            self._data += data
        os.close(self._reading)
        return self._pairs()

    def _pairs(self) -> dict[str, str]:
        whole, _, _ = self._data.rpartition(b"\n")
        pairs = (line.partition(" ") for line in whole.decode().splitlines())
        return {app_id: number for app_id, _, number in pairs}


def _be_the_kiosk(place: SealingPlace, out: int, bug: SealingBug | None) -> None:
    """Seal until the end, and tell what is shown; never returns."""
    try:
        # A disk that is gone is no news here.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        dice = random.Random()
        with planted(bug):
            sealer = place.open()
            sealer.adopt(now())
            while True:
                shown = submit(place, sealer, dice)
                _show(out, shown)
                if dice.random() < 0.2:
                    _show(out, rate_last(place, sealer, shown))
    finally:
        os._exit(1)


def _show(out: int, shown: dict[str, str]) -> None:
    for app_id, number in shown.items():
        os.write(out, f"{app_id} {number}\n".encode())


def _wait(seconds: float) -> None:
    threading.Event().wait(seconds)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def main(home: Path, seed: str, bug: SealingBug | None, cases: range, keep: Path | None) -> Part:
    """Cut, in the namespace that this program was given."""
    logging.getLogger().addHandler(logging.NullHandler())  # adoptions are counted, not told
    result, disk = Part(), Disk(home)
    # What happens to a disk depends on what happened to it before: its first cut comes first.
    for first in range(cases.start - cases.start % ROUNDS_PER_DISK, cases.stop, ROUNDS_PER_DISK):
        disk.make()
        kiosk = CutKiosk(disk, random.Random(f"{seed}/{first}"), bug)
        before = len(result.problems)
        for number in range(first, min(first + ROUNDS_PER_DISK, cases.stop)):
            kiosk.round(number, result)
            if len(result.problems) > before:
                break
        disk.unmount()
        result.find(first, *disk.check())
        if len(result.problems) > before and keep is not None:
            disk.keep(keep, f"{seed}-disk-{first}")
        if bug and result.problems:
            break
    return result


HARNESS = Harness(
    name="power-cut",
    about="real power cuts: a small ext4 stopped by its shutdown ioctl, and mounted again",
    unit="power cuts",
    dose=ROUNDS,
    batch=ROUNDS_PER_PROGRAM,
    give=cut_power,
    bugs=tuple(
        bug.value
        for bug in (
            SealingBug.NO_FILE_SYNC,
            SealingBug.NO_FOLDER_SYNC,
            SealingBug.SYNC_OFF,
            SealingBug.SYNC_NORMAL,
            SealingBug.ROWS_FIRST,
            SealingBug.NO_NOTE,
        )
    ),
    why_not=apart.why_not,
)


if __name__ == "__main__":
    _home, _seed, _bug, _first, _end, _keep = sys.argv[1:]
    _cases = range(int(_first), int(_end))
    _planted = SealingBug(_bug) if _bug else None
    apart.tell(main(Path(_home), _seed, _planted, _cases, Path(_keep) if _keep else None).to_json())
