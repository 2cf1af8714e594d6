"""The program that is killed: the kiosk without a window, ready to be started at once.

`python -m tests.faults.child` loads everything, then forks one kiosk per order that it reads on
standard input, so that a start costs a fraction of a second and kills can be many. Conductor, flow,
effects, sealing, store and courier are the kiosk's own, driven as `kiosk rehearse` drives them;
card and face are not there. While it runs a kiosk writes to a pipe what it shows, and how far it
is.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any

import kiosk.effects
import kiosk.sealing
import kiosk.store.keys
import launch.queue_commands
import printing.file_printer
import printing.layout
import sync.courier
import sync.delivery
from kiosk.ports.camera import Camera
from kiosk.ports.card_reader import CardReader
from kiosk.settings import load_settings
from kiosk.store import entries
from launch.announcing import announcer
from launch.rehearsal import Rehearsal
from launch.script import Ending, Script
from launch.wiring import Kiosk, build_kiosk
from sync.platform import Platform
from tests.faults.orders import MARK, PLANTED_VARIABLE, Act, Order, Phase, PlantedBug, read_order
from tests.faults.planted import plant
from tests.support.fake_devices import FakeCamera, FakeCardReader, HastyClock

HASTE = 10.0
VISIT_WAIT_S = 6_000.0
CHEAP_LOOKUP_KIB = 64
SYNC_WAIT_S = 60.0

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class KioskWithoutDevices(Kiosk):
    """A kiosk whose card lies there and whose resident looks well."""

    def open_reader(self) -> CardReader:
        """Return a reader on which somebody's card lies."""
        return FakeCardReader()

    def open_camera(self) -> Camera:
        """Return a camera before which somebody stands."""
        return FakeCamera()


def main() -> None:
    """Carry out one order after the other until standard input ends."""
    # Hashing a card number costs a tenth of a second on purpose, which is not what is tested here.
    kiosk.store.keys._LOOKUP_MEMORY_KIB = CHEAP_LOOKUP_KIB
    bug = os.environ.get(PLANTED_VARIABLE)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _leave(read_order(line), PlantedBug(bug) if bug else None)
        os.setpgid(pid, pid)
        print(f"STARTED {pid}", flush=True)
        _, status = os.waitpid(pid, 0)
        print(f"ENDED {os.waitstatus_to_exitcode(status)}", flush=True)


def _leave(order: Order, bug: PlantedBug | None) -> None:
    """Be the kiosk of one order, and end."""
    status = 70
    try:
        os.setpgid(0, 0)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        status = run(order, bug)
    except BaseException:  # noqa: BLE001 - whatever it is, this process must not go on as its parent
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def run(order: Order, bug: PlantedBug | None) -> int:
    """Carry out an order; return the exit status."""
    with announcer(Path(order.pipe)) as tell:
        tell(f"{MARK} {Phase.STARTING}")
        if bug is not None:
            plant(bug, tell)
        if order.act is Act.SYNC:
            return launch.queue_commands.run_sync(Path(order.settings), SYNC_WAIT_S)
        mark_everything(tell)
        return play(order, tell)


def play(order: Order, tell: Tell) -> int:
    """Play visits for ever; return only when one can't be played."""
    built = build_kiosk(load_settings(Path(order.settings)))
    machine = KioskWithoutDevices(
        built.settings,
        built.enrolment,
        built.texts,
        built.catalogue,
        built.world,
        HastyClock(HASTE),
        built.store_gate,
    )
    script = replace(
        Script(), ends=Ending.QUEUED, consent_photo=order.with_photo, wait_s=VISIT_WAIT_S
    )
    rehearsal = Rehearsal(machine, script, tell)
    with rehearsal.running():
        while True:
            tell(f"{MARK} {Phase.VISIT}")
            result = rehearsal.play()
            if not rehearsal.is_as_scripted(result):
                print(f"the visit ended {result.state!r}", file=sys.stderr)
                return 1


def mark_everything(tell: Tell) -> None:
    """Have every step on the way from the signature to the proof told as it is reached."""
    _mark(kiosk.sealing.Sealer, "_seal", tell, before=Phase.SEALING, after=Phase.COMMITTED)
    _mark(kiosk.sealing, "write_durably", tell, before=Phase.WRITING, after=Phase.FILED)
    _mark(entries, "add", tell, after=Phase.ROWS)
    _mark(Platform, "announce", tell, before=Phase.ANNOUNCING)
    _mark(Platform, "append", tell, before=Phase.SENDING, after=Phase.ARRIVED)
    _mark(entries, "deliver", tell, after=Phase.DELIVERED)


def _mark(
    owner: object, name: str, tell: Tell, before: Phase | None = None, after: Phase | None = None
) -> None:
    original: Callable[..., Any] = getattr(owner, name)

    @wraps(original)
    def marked(*args: object, **options: object) -> object:
        if before is not None:
            tell(f"{MARK} {before}")
        result = original(*args, **options)
        if after is not None:
            tell(f"{MARK} {after}")
        return result

    setattr(owner, name, marked)


__all__ = ["printing", "sync"]  # loaded here, so that no start has to

if __name__ == "__main__":
    main()
