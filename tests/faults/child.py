"""The program that is killed: the kiosk without a window, ready to be started at once.

`python -m tests.faults.child` loads everything, then forks one kiosk per order that it reads on
standard input, so that a start costs a fraction of a second and kills can be many. Conductor, flow,
effects, sealing, store and courier are the kiosk's own, driven as `kiosk rehearse` drives them;
card and face are not there. While it runs a kiosk writes to a pipe what it shows, and how far it
is.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path

import cryptography.hazmat.backends.openssl.backend
import reportlab.lib.fonts

import kiosk.device_lanes
import kiosk.effects
import kiosk.paper_desk
import kiosk.sealing
import kiosk.store.keys
import launch.queue_commands
import launch.rehearsal
import printing.file_printer
import printing.opening
import sync.courier
from kiosk.flow.session import Session, Step
from kiosk.flow.world import World
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
READER_POLL_S = 0.02
TICK_S = 0.1
HOLD_S = 0.05
SYNC_WAIT_S = 60.0
LOADED = (
    *(kiosk.effects, kiosk.paper_desk, printing.file_printer, printing.opening, sync.courier),
    *(cryptography.hazmat.backends.openssl.backend, reportlab.lib.fonts),
)
"""What a kiosk loads in its lanes is loaded here once, so that no start has to."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class KioskWithoutDevices(Kiosk):
    """A kiosk with devices that cost nothing."""

    reader: FakeCardReader = field(default_factory=FakeCardReader)

    def open_reader(self) -> CardReader:
        """Return the reader that the resident knows, too."""
        return self.reader

    def open_camera(self) -> Camera:
        """Return a camera before which somebody stands."""
        return FakeCamera()


class HandyRehearsal(Rehearsal):
    """A rehearsal whose resident lays a card on a reader that is not there, and takes it."""

    def __init__(self, machine: KioskWithoutDevices, script: Script, announce: Tell) -> None:
        """Prepare to play."""
        super().__init__(machine, script, announce)
        self._reader = machine.reader

    def show(self, session: Session, world: World) -> None:
        """See what a resident sees, and do the next thing."""
        if session.step in {Step.CARD, Step.TAKE_CARD}:
            self._reader.lies_there = session.step is Step.CARD
        super().show(session, world)


def main() -> None:
    """Carry out one order after the other until standard input ends."""
    # Hashing a card number costs a tenth of a second on purpose, a reader is asked three times a
    # second, and time passes once a second; none of it is tested here.
    kiosk.store.keys._LOOKUP_MEMORY_KIB = CHEAP_LOOKUP_KIB
    kiosk.device_lanes.POLL_S = READER_POLL_S
    launch.rehearsal.TICK_S = TICK_S
    logging.basicConfig(level=logging.INFO, format="%(relativeCreated)d %(name)s %(message)s")
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
        Marker(tell, order.hold).mark_everything()
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
    )
    script = replace(
        Script(), ends=Ending.QUEUED, consent_photo=order.with_photo, wait_s=VISIT_WAIT_S
    )
    rehearsal = HandyRehearsal(machine, script, tell)
    tell(f"{MARK} {Phase.VISIT}")
    with rehearsal.running():
        while True:
            result = rehearsal.play()
            if not rehearsal.is_as_scripted(result):
                print(f"the visit ended {result.state!r}", file=sys.stderr)
                return 1


class Marker:
    """Tells every step on the way from the signature to the proof as it is reached."""

    def __init__(self, tell: Tell, hold: Phase | None) -> None:
        """Tell steps to `tell`, and stand still at `hold`."""
        self._tell = tell
        self._hold = hold
        self._never = threading.Event()

    def mark_everything(self) -> None:
        """Put the marks into this process."""
        sealer = kiosk.sealing.Sealer
        self._around(sealer, "_seal", before=Phase.SEALING, after=Phase.COMMITTED)
        self._around(kiosk.sealing, "write_durably", before=Phase.WRITING, after=Phase.FILED)
        self._around(entries, "add", after=Phase.ROWS)
        self._around(Platform, "announce", before=Phase.ANNOUNCING)
        self._around(Platform, "append", before=Phase.SENDING, after=Phase.ARRIVED)
        self._around(entries, "deliver", after=Phase.DELIVERED)

    def reach(self, phase: Phase) -> None:
        """Tell that a step is reached; on whichever thread takes it."""
        self._tell(f"{MARK} {phase}")
        if phase is self._hold:
            self._never.wait(HOLD_S)

    def _around(
        self, owner: object, name: str, before: Phase | None = None, after: Phase | None = None
    ) -> None:
        original: Callable[..., object] = getattr(owner, name)

        @wraps(original)
        def marked(*args: object, **options: object) -> object:
            if before is not None:
                self.reach(before)
            result = original(*args, **options)
            if after is not None:
                self.reach(after)
            return result

        setattr(owner, name, marked)


if __name__ == "__main__":
    main()
