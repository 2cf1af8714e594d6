"""Machines that are killed again and again: what they have in common, and those without a window.

Each machine has a state folder, a pipe that it writes on and that outlives it, and programs that
run on the folder one after the other.
"""

from __future__ import annotations

import contextlib
import os
import random
import select
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from kiosk.settings import load_settings
from launch.enrolling import enrol
from tests.faults.orders import (
    MARK,
    PLANTED_VARIABLE,
    SHOWN,
    Act,
    Order,
    Phase,
    PlantedBug,
    settings_text,
)
from tests.faults.witness import Witness
from tests.support.central_server import ROOT, CentralServer

START_TIMEOUT_S = 60.0
PHASE_TIMEOUT_S = 5.0
"""A phase that does not come by then does not come: the kill hits whatever is."""
SYNC_TIMEOUT_S = 120.0
LOOK_S = 0.05
"""How often it is asked whether the kiosk still runs."""
NOBODY = "http://127.0.0.1:9"
"""Where no platform is: port 9 discards, if anything."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When to kill: `after_s` behind the `times`-th coming of `phase`."""

    phase: Phase
    times: int
    after_s: float
    holds: bool = False
    """Whether the kiosk stands still there for a moment."""


_SEALING = (Phase.SEALING, Phase.WRITING, Phase.FILED, Phase.ROWS, Phase.COMMITTED)
_SENDING = (Phase.ANNOUNCING, Phase.SENDING, Phase.ARRIVED, Phase.DELIVERED)


def random_plan(dice: random.Random, *, is_offline: bool) -> Plan:
    """Return a moment, most often one between the signature and the proof."""
    weights = (65, 0, 25, 10) if is_offline else (35, 30, 25, 10)
    match dice.choices(("sealing", "sending", "shown", "any"), weights)[0]:
        case "sealing":
            holds = dice.random() < 0.5
            after_s = dice.uniform(0, 0.03 if holds else 0.006)
            return Plan(dice.choice(_SEALING), dice.randint(1, 2), after_s, holds)
        case "sending":
            return Plan(dice.choice(_SENDING), dice.randint(1, 3), dice.uniform(0, 0.012))
        case "shown":
            return Plan(Phase.SHOWN, 1, dice.uniform(0, 0.4))
        case _:
            return Plan(Phase.STARTING, 1, dice.uniform(0, 0.4))


@dataclass
class Tally:
    """What happened to one machine."""

    kills: Counter[Phase] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


class Machine(ABC):
    """One enrolled kiosk with its witness; `close` ends what runs on it."""

    name = "kiosk"

    def __init__(self, central: CentralServer, home: Path, dice: random.Random) -> None:
        """Enrol at a running platform."""
        home.mkdir(parents=True)
        self.home, self.state = home, home / "state"
        self.dice = dice
        self.tally = Tally()
        self.witness = Witness(home / "pipe")
        self.settings = self.write_settings("online", central.url)
        enrol(load_settings(self.settings), central.url, central.enrolment_code(), None)
        self._log = (home / "program.log").open("wb")

    @abstractmethod
    def write_settings(self, name: str, url: str) -> Path:
        """Write a settings file for this machine, and return where."""

    @abstractmethod
    def kill_once(self) -> None:
        """Start the kiosk, kill it at a random moment, and remember what it showed."""

    @abstractmethod
    def sync(self) -> None:
        """Let the kiosk deliver what it has, as a technician would; nobody kills it."""

    def close(self) -> None:
        """Stop listening."""
        self._log.close()
        self.witness.close()

    def log(self) -> str:
        """Return the last of what the programs said on standard error."""
        return (self.home / "program.log").read_text(errors="replace")[-2000:]

    def count(self, plan: Plan, status: int) -> None:
        """Count a kill; a program that ended by itself before is a problem."""
        self.witness.hear_out()
        self.tally.kills[self.witness.phase] += 1
        if status != -signal.SIGKILL:
            self.tally.problems.append(f"{plan}: ended by itself with {status}: {self.log()}")


class ForkedKiosk(Machine):
    """A kiosk without a window and devices, forked from a program that has loaded everything."""

    def __init__(
        self,
        central: CentralServer,
        home: Path,
        dice: random.Random,
        bug: PlantedBug | None = None,
        focus: Phase | None = None,
    ) -> None:
        """Enrol, and load the program once; with `focus` every kill hits there."""
        super().__init__(central, home, dice)
        self._focus = focus
        self._offline = self.write_settings("offline", NOBODY)
        variables = dict(os.environ) | ({PLANTED_VARIABLE: bug} if bug else {})
        # Threads of a numerics library would not survive a fork.
        variables["OPENBLAS_NUM_THREADS"] = "1"
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.child"],
            cwd=ROOT,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )

    def write_settings(self, name: str, url: str) -> Path:
        """Write settings without devices."""
        path = self.home / f"{name}.toml"
        path.write_text(settings_text(url, self.state))
        return path

    def kill_once(self) -> None:
        """See `Machine`."""
        is_offline = self._focus is None and self.dice.random() < 0.1
        plan = random_plan(self.dice, is_offline=is_offline)
        if self._focus is not None:
            plan = Plan(self._focus, self.dice.randint(1, 2), self.dice.uniform(0, 0.02), True)
        order = Order(
            Act.VISITS,
            str(self._offline if is_offline else self.settings),
            str(self.witness.path),
            self.dice.random() < 0.8,
            plan.phase if plan.holds else None,
        )
        pid = self._start(order)
        try:
            self._await(plan)
        finally:
            status = self._kill(pid)
        self.count(plan, status)

    def sync(self) -> None:
        """See `Machine`."""
        self._start(Order(Act.SYNC, str(self.settings), str(self.witness.path)))
        status = self._answer("ENDED", SYNC_TIMEOUT_S)
        self.witness.hear_out()
        if status != 0:
            self.tally.problems.append(f"sync: status {status}: {self.log()}")

    def close(self) -> None:
        """See `Machine`."""
        self._child.communicate(timeout=START_TIMEOUT_S)
        super().close()

    def _start(self, order: Order) -> int:
        self.witness.phase = Phase.STARTING
        assert self._child.stdin is not None
        self._child.stdin.write(order.to_line().encode())
        self._child.stdin.flush()
        return self._answer("STARTED", START_TIMEOUT_S)

    def _kill(self, pid: int) -> int:
        with contextlib.suppress(ProcessLookupError):  # ended by itself, which its status tells
            os.killpg(pid, signal.SIGKILL)
        return self._answer("ENDED", START_TIMEOUT_S)

    def _answer(self, word: str, timeout_s: float) -> int:
        """Wait for the child's parent to say something; return the number that it says."""
        stdout = self._child.stdout
        assert stdout is not None
        if not select.select([stdout], [], [], timeout_s)[0]:
            raise AssertionError(f"no {word} after {timeout_s:g} s: {self.log()}")
        said, _, number = stdout.readline().decode().strip().partition(" ")
        assert said == word, f"{said!r} instead of {word}: {self.log()}"
        return int(number)

    def _await(self, plan: Plan) -> None:
        """Come back when it is time to kill, or when there is nothing left to kill."""
        stdout = self._child.stdout
        assert stdout is not None
        still, deadline = plan.times, monotonic() + PHASE_TIMEOUT_S
        while still > 0 and monotonic() < deadline:
            still -= _comings(plan.phase, self.witness.hear(LOOK_S))
            if select.select([stdout], [], [], 0)[0]:
                return
        kill_at = monotonic() + plan.after_s
        while (left := kill_at - monotonic()) > 0:
            self.witness.hear(left)


def _comings(phase: Phase, lines: Sequence[str]) -> int:
    if phase is Phase.SHOWN:
        return sum(line.startswith(SHOWN) for line in lines)
    return lines.count(f"{MARK} {phase}")
