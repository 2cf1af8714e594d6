"""Whole visits without a screen, through the same conductor, flow, effects and devices as with one.

Without a settings file everything is simulated and a platform is started and stopped for the
occasion; with one, its devices and its
platform are used, and the entries are of kind rehearsal, which no office files.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from devices.desk_state import SimulatedCard, SimulatedNetwork
from kiosk.clock import Clock
from kiosk.conductor import Conductor, Message
from kiosk.flow import events as ev
from kiosk.flow.session import ReceiptState, Session, Step
from kiosk.flow.world import World
from kiosk.ports.camera import Look, NoPicture
from kiosk.ports.document_camera import PaperLook
from kiosk.readiness import PortName
from launch.resident import Resident
from launch.script import Ending, Script
from launch.wiring import Kiosk

TICK_S = 1.0
DELIVERED = "delivered"


@dataclass(slots=True)
class VisitResult:
    """What became of one practice visit; times in whole milliseconds since the one before."""

    app_id: str = ""
    number: str = ""
    receipt: str = ""
    state: str = ""
    stages_ms: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return the form that `--json` prints."""
        return {
            "app_id": self.app_id,
            "number": self.number,
            "receipt": self.receipt,
            "state": self.state,
            "stages_ms": self.stages_ms,
        }


class Rehearsal:
    """The owner's loop, without Qt; a `Stage` that plays the resident."""

    def __init__(
        self,
        kiosk: Kiosk,
        script: Script,
        announce: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Prepare to play `script`; `announce` is told of every number the moment it is shown."""
        self._kiosk = kiosk
        self._script = script
        self._announce = announce
        self._clock: Clock = kiosk.clock
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._conductor: Conductor | None = None
        is_simulated = PortName.CARD_READER.value in kiosk.world.simulated
        desk = kiosk.desk if is_simulated else None
        self._resident = Resident(script, kiosk.clock, self._messages.put, desk)
        self._result = VisitResult()
        self._stage_at_s = 0.0
        self._steps: set[Step] = set()
        self._is_home_again = False
        self._is_broken = False

    def show(self, session: Session, world: World) -> None:
        """See what a resident sees, and do the next thing."""
        self._note(session)
        self._resident.react(session, world)

    def show_look(self, look: Look | PaperLook | NoPicture) -> None:
        """Let live pictures pass: nobody looks at them here."""

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run the kiosk's lanes for as long as the block lasts."""
        self._conductor = self._kiosk.conductor(self, self._messages.put)
        self._conductor.start()
        try:
            yield
        finally:
            self._conductor.stop()

    def play(self) -> VisitResult:
        """Play one visit, delivery included, and return what became of it."""
        self._result = VisitResult(state="unfinished")
        self._steps = set()
        self._is_home_again = False
        deadline_s = self._clock.now().monotonic_s + self._script.wait_s
        self._stage_at_s = self._clock.now().monotonic_s
        if self._kiosk.world.simulated:
            self._kiosk.desk.write(SimulatedNetwork(up=not self._script.is_offline))
            self._kiosk.desk.write(SimulatedCard())
        self._resident.start()
        self._run_until(lambda: self._is_home_again or self._is_broken, deadline_s)
        if self._is_broken:
            self._result.state = "broken"
        elif self._result.app_id:
            self._wait_for_delivery(deadline_s)
        elif self._is_home_again and Step.NOT_KEPT in self._steps:
            self._result.state = Ending.NOT_KEPT.value
        return self._result

    def is_as_scripted(self, result: VisitResult) -> bool:
        """Say whether a visit ended as the script says."""
        return result.state == self._script.ends.value

    def _wait_for_delivery(self, deadline_s: float) -> None:
        self._result.state = Ending.QUEUED.value
        if self._script.ends is not Ending.DELIVERED:
            return
        if self._script.is_offline:
            self._kiosk.desk.write(SimulatedNetwork(up=True))
        self._run_until(self._is_delivered, deadline_s, wake=True)
        if self._is_delivered():
            self._result.state = DELIVERED
            self._mark("delivered")

    def _is_delivered(self) -> bool:
        return self._kiosk.is_delivered(self._result.app_id)

    def _run_until(
        self, is_over: Callable[[], bool], deadline_s: float, *, wake: bool = False
    ) -> None:
        conductor = self._conductor
        assert conductor is not None, "play inside running()"
        tick_s = self._clock.now().monotonic_s + TICK_S
        while not is_over():
            now = self._clock.now()
            if now.monotonic_s > deadline_s:
                return
            if now.monotonic_s >= tick_s:
                tick_s = now.monotonic_s + TICK_S
                conductor.receive(ev.Ticked(now))
                self._resident.react(conductor.session, conductor.world)
                if wake:
                    conductor.wake_courier()
            try:
                message = self._messages.get(timeout=max(tick_s - now.monotonic_s, 0.001))
            except queue.Empty:
                continue
            conductor.receive(message)

    def _note(self, session: Session) -> None:
        step = session.step
        if step is Step.OUT_OF_SERVICE:
            self._is_broken = True
        if step is Step.HOME and self._steps:
            self._is_home_again = True
        if step is not Step.HOME and step not in self._steps:
            self._steps.add(step)
            self._mark(step.value)
        if session.sealed is not None and not self._result.app_id:
            self._result.app_id = session.sealed.app_id
            self._result.number = " ".join(session.sealed.number_groups)
            self._announce(f"SHOWN {''.join(session.sealed.number_groups)} {self._result.app_id}")
        if session.receipt not in {ReceiptState.NOT_PRINTED, ReceiptState.PRINTING}:
            if not self._result.receipt:
                self._mark("printed")
            self._result.receipt = session.receipt.value

    def _mark(self, stage: str) -> None:
        now_s = self._clock.now().monotonic_s
        self._result.stages_ms[stage] = round((now_s - self._stage_at_s) * 1000)
        self._stage_at_s = now_s
