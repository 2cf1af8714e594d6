"""The whole program with its window, killed as it stands: `kiosk run`, nothing changed in it.

How far it was is seen from outside: by the files in its state folder, and by what it announced.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic

from kiosk.settings import load_settings
from kiosk.store.engine import ENVELOPES
from launch.rehearse_command import simulated_settings
from tests.faults.killing import START_TIMEOUT_S, SYNC_TIMEOUT_S, Machine, Plan
from tests.faults.orders import SHOWN, Phase
from tests.support.central_server import ROOT

LOOK_S = 0.001
"""How often the folder is looked at."""
PATIENCE_S = 60.0
LONGEST_START_S = 3.0


def random_plan(dice: random.Random) -> Plan:
    """Return a moment between a start's first envelope and what follows the number."""
    match dice.choices(("file", "shown", "any"), (40, 50, 10))[0]:
        case "file":
            return Plan(Phase.WRITING, 1, dice.uniform(0, 0.01))
        case "shown":
            return Plan(Phase.SHOWN, 1, dice.uniform(0, 0.6))
        case _:
            return Plan(Phase.STARTING, 1, dice.uniform(0, LONGEST_START_S))


class WindowKiosk(Machine):
    """A kiosk with a window that nobody sees, and with simulated devices."""

    name = "window"

    def write_settings(self, name: str, url: str) -> Path:
        """Write settings with simulated devices."""
        simulated_settings(self.home, url)
        path = self.home / "kiosk.toml"
        assert load_settings(path).kiosk.state_folder == self.state
        return path

    def kill_once(self) -> None:
        """See `Machine`."""
        plan = random_plan(self.dice)
        self.witness.phase = Phase.STARTING
        before = self._files()
        process = subprocess.Popen(
            self._command("run", "--play", "--windowed", "--announce", str(self.witness.path)),
            cwd=ROOT,
            env=dict(os.environ) | {"QT_QPA_PLATFORM": "offscreen"},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        try:
            self._await(plan, process, before)
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # it has not been waited for, so it is there
            status = process.wait(START_TIMEOUT_S)
        self.count(plan, status)

    def sync(self) -> None:
        """See `Machine`."""
        done = subprocess.run(
            self._command("sync", "--wait", "60"),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            check=False,
            timeout=SYNC_TIMEOUT_S,
        )
        if done.returncode != 0:
            self.tally.problems.append(f"sync: status {done.returncode}: {self.log()}")

    def _await(self, plan: Plan, process: subprocess.Popen[bytes], before: frozenset[str]) -> None:
        """Come back when it is time to kill, or when there is nothing left to kill."""
        deadline = monotonic() + PATIENCE_S
        kill_at = None if plan.phase is not Phase.STARTING else monotonic() + plan.after_s
        while process.poll() is None and monotonic() < (kill_at or deadline):
            lines = self.witness.hear(LOOK_S)
            if self.witness.phase is Phase.STARTING:
                self._look(before)
            is_there = (
                any(line.startswith(SHOWN) for line in lines)
                if plan.phase is Phase.SHOWN
                else self.witness.phase is not Phase.STARTING
            )
            if is_there and kill_at is None:
                kill_at = monotonic() + plan.after_s

    def _look(self, before: frozenset[str]) -> None:
        """See whether an envelope is being written, or lies there."""
        new = self._files() - before
        if any(name.endswith(".tmp") for name in new):
            self.witness.phase = Phase.WRITING
        elif new:
            self.witness.phase = Phase.FILED

    def _files(self) -> frozenset[str]:
        try:
            return frozenset(os.listdir(self.state / ENVELOPES))  # noqa: PTH208 - asked each ms
        except FileNotFoundError:
            return frozenset()

    def _command(self, *words: str) -> list[str]:
        command, *options = words
        program = [sys.executable, "-m", "launch.cli", command]
        return [*program, "--settings", str(self.settings), *options]
