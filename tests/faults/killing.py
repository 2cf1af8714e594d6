"""Kiosks that are killed again and again, and the witness who remembers what they showed.

Each `KilledKiosk` is one machine: a state folder, a pipe that it writes on and that outlives it,
and children that run on the folder one after the other. The witness reads the pipe in this process,
so that what was shown is known however the kiosk ended.
"""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
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
from tests.support.central_server import ROOT, CentralServer

START_TIMEOUT_S = 60.0
PHASE_TIMEOUT_S = 10.0
"""A phase that does not come by then does not come: the kill hits whatever is."""
SYNC_TIMEOUT_S = 120.0
NOBODY = "http://127.0.0.1:9"
"""Where no platform is: port 9 discards, if anything."""


class Witness:
    """Reads what a kiosk writes on its pipe; what was written before a kill is read after it."""

    def __init__(self, pipe: Path) -> None:
        """Make the pipe and listen on it.

        It is opened for writing too, so that it does not end with the child that wrote on it.
        """
        os.mkfifo(pipe, 0o600)
        self.path = pipe
        self.shown: dict[str, str] = {}
        """app_id to the number that was on the screen."""
        self.phase = Phase.STARTING
        self.bad_lines: list[str] = []
        self._fd = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
        self._rest = b""

    def hear(self, timeout_s: float) -> list[str]:
        """Wait for lines and take them in; return them."""
        if not select.select([self._fd], [], [], max(timeout_s, 0.0))[0]:
            return []
        data = self._rest + os.read(self._fd, 65_536)
        *lines, self._rest = data.split(b"\n")
        told = [line.decode() for line in lines]
        for line in told:
            self._take(line)
        return told

    def hear_out(self) -> None:
        """Take in all that is left of a kiosk that is dead."""
        while self.hear(0.0):
            pass
        self._rest = b""

    def close(self) -> None:
        """Stop listening."""
        os.close(self._fd)

    def _take(self, line: str) -> None:
        match line.split():
            case [word, number, app_id] if word == SHOWN:
                self.shown[app_id] = number
                self.phase = Phase.SHOWN
            case [word, phase] if word == MARK and phase in Phase.__members__.values():
                self.phase = Phase(phase)
            case _:
                self.bad_lines.append(line)


@dataclass(frozen=True, slots=True)
class Plan:
    """When to kill: `after_s` behind the `times`-th coming of `phase`."""

    phase: Phase
    times: int
    after_s: float


_SEALING = (Phase.SEALING, Phase.WRITING, Phase.FILED, Phase.ROWS, Phase.COMMITTED)
_SENDING = (Phase.ANNOUNCING, Phase.SENDING, Phase.ARRIVED, Phase.DELIVERED)


def random_plan(dice: random.Random) -> Plan:
    """Return a moment, most often one between the signature and the proof."""
    match dice.choices(("sealing", "sending", "shown", "any"), (35, 30, 25, 10))[0]:
        case "sealing":
            return Plan(dice.choice(_SEALING), dice.randint(1, 3), dice.uniform(0, 0.006))
        case "sending":
            return Plan(dice.choice(_SENDING), dice.randint(1, 5), dice.uniform(0, 0.012))
        case "shown":
            return Plan(Phase.SHOWN, dice.randint(1, 2), dice.uniform(0, 0.4))
        case _:
            return Plan(Phase.STARTING, 1, dice.uniform(0, 0.4))


@dataclass
class Tally:
    """What happened to one kiosk."""

    rounds: int = 0
    phases: Counter[Phase] = field(default_factory=Counter)
    ended_themselves: list[str] = field(default_factory=list)


class KilledKiosk:
    """One machine, enrolled; `close` ends what runs on it."""

    def __init__(
        self, central: CentralServer, home: Path, seed: str, bug: PlantedBug | None = None
    ) -> None:
        """Enrol, and load the program once."""
        home.mkdir(parents=True)
        self.home, self.state = home, home / "state"
        self.dice = random.Random(seed)
        self.tally = Tally()
        self.witness = Witness(home / "pipe")
        self._online = self._settings("online", central.url)
        self._offline = self._settings("offline", NOBODY)
        enrol(load_settings(self._online), central.url, central.enrolment_code(), None)
        variables = dict(os.environ) | ({PLANTED_VARIABLE: bug} if bug else {})
        # Threads of a numerics library would not survive a fork.
        variables["OPENBLAS_NUM_THREADS"] = "1"
        self._log = (home / "child.log").open("wb")
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.child"],
            cwd=ROOT,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )

    def kill_once(self) -> None:
        """Start the kiosk, kill it at a random moment, and remember what it showed."""
        plan = random_plan(self.dice)
        is_offline = self.dice.random() < 0.1
        settings = self._offline if is_offline else self._online
        with_photo = self.dice.random() < 0.8
        pid = self._start(Order(Act.VISITS, str(settings), str(self.witness.path), with_photo))
        try:
            self._await(plan)
        finally:
            os.killpg(pid, signal.SIGKILL)
        status = self._answer("ENDED", START_TIMEOUT_S)
        self.witness.hear_out()
        self.tally.rounds += 1
        self.tally.phases[self.witness.phase] += 1
        if status != -signal.SIGKILL:
            self.tally.ended_themselves.append(f"{plan}: status {status}")

    def sync(self) -> None:
        """Let the kiosk deliver what it has, as a technician would; nobody kills it."""
        self._start(Order(Act.SYNC, str(self._online), str(self.witness.path)))
        status = self._answer("ENDED", SYNC_TIMEOUT_S)
        self.witness.hear_out()
        if status != 0:
            self.tally.ended_themselves.append(f"sync: status {status}")

    def close(self) -> None:
        """End the program, and whatever it started."""
        self._child.communicate(timeout=START_TIMEOUT_S)
        self._log.close()
        self.witness.close()

    def log(self) -> str:
        """Return the last of what the children said on standard error."""
        return (self.home / "child.log").read_text(errors="replace")[-2000:]

    def _start(self, order: Order) -> int:
        self.witness.phase = Phase.STARTING
        assert self._child.stdin is not None
        self._child.stdin.write(order.to_line().encode())
        self._child.stdin.flush()
        return self._answer("STARTED", START_TIMEOUT_S)

    def _answer(self, word: str, timeout_s: float) -> int:
        """Wait for the child's parent to say something; return the number that it says."""
        assert self._child.stdout is not None
        if not select.select([self._child.stdout], [], [], timeout_s)[0]:
            raise AssertionError(f"no {word} after {timeout_s:g} s: {self.log()}")
        said, _, number = self._child.stdout.readline().decode().strip().partition(" ")
        assert said == word, f"{said!r} instead of {word}: {self.log()}"
        return int(number)

    def _await(self, plan: Plan) -> None:
        """Come back when it is time to kill."""
        still, deadline = plan.times, monotonic() + PHASE_TIMEOUT_S
        while still > 0 and monotonic() < deadline:
            still -= _comings(plan.phase, self.witness.hear(deadline - monotonic()))
        kill_at = monotonic() + plan.after_s
        while (left := kill_at - monotonic()) > 0:
            self.witness.hear(left)

    def _settings(self, name: str, url: str) -> Path:
        path = self.home / f"{name}.toml"
        path.write_text(settings_text(url, self.state))
        return path


def _comings(phase: Phase, lines: Sequence[str]) -> int:
    if phase is Phase.SHOWN:
        return sum(line.startswith(SHOWN) for line in lines)
    return lines.count(f"{MARK} {phase}")
