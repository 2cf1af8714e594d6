"""A dose of kills: several kiosks at one platform, killed side by side, then asked for the truth."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from tests.faults.killing import KilledKiosk
from tests.faults.orders import Phase, PlantedBug
from tests.faults.verdict import Verdict, judge
from tests.support.central_server import running_platform

MACHINES = 3
NO_SECONDS = 0.0


@dataclass
class Result:
    """What a dose came to."""

    seed: str
    rounds: int = 0
    seconds: float = 0.0
    phases: Counter[Phase] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    """What went wrong in the harness or in a child that was not killed."""
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def is_clean(self) -> bool:
        """Say whether every promise was kept and everything was done."""
        return self.verdict.is_clean and not self.problems

    def summary(self) -> str:
        """Return figures first, then whatever is wrong."""
        hits = ", ".join(f"{phase} {self.phases[phase]}" for phase in Phase if self.phases[phase])
        lines = [
            f"{self.rounds} kills in {self.seconds:.0f} s (seed {self.seed}): {hits}",
            self.verdict.summary(),
            *(f"  problem: {problem}" for problem in self.problems[:20]),
        ]
        return "\n".join(lines)


def kill_often(
    home: Path,
    seed: str,
    rounds: int,
    *,
    machines: int = MACHINES,
    bug: PlantedBug | None = None,
    until_s: float | None = None,
) -> Result:
    """Kill kiosks `rounds` times in all, let them deliver, and judge.

    Args:
        home: An empty folder for platform and kiosks.
        seed: Says when each kill hits.
        rounds: How many kills, spread over the machines.
        machines: How many kiosks, each with its own state, at one platform.
        bug: Planted into every child.
        until_s: Stop killing at this reading of the monotonic clock, if it comes first.
    """
    begun_s = monotonic()
    result = Result(seed)
    with running_platform(home / "central") as central, ExitStack() as stack:
        killed: list[KilledKiosk] = []
        for index in range(machines):
            machine = KilledKiosk(central, home / f"kiosk-{index}", f"{seed}/{index}", bug)
            stack.callback(machine.close)
            killed.append(machine)
        share = _Share(rounds, until_s)
        _side_by_side([lambda it=it: _kill(it, share) for it in killed], result)  # type: ignore[misc]
        _side_by_side([it.sync for it in killed], result)
        for machine in killed:
            result.rounds += machine.tally.rounds
            result.phases += machine.tally.phases
            result.problems += machine.tally.ended_themselves
            result.problems += [f"not understood: {it}" for it in machine.witness.bad_lines]
            if machine.tally.ended_themselves:
                result.problems.append(machine.log())
        result.verdict = judge(central.data, {it.state: it.witness.shown for it in killed})
    result.seconds = monotonic() - begun_s
    return result


class _Share:
    """Hands out rounds to the machines, whoever comes first."""

    def __init__(self, rounds: int, until_s: float | None) -> None:
        self._left = rounds
        self._until_s = until_s
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take one round; False when there is none left, or no time."""
        with self._lock:
            if self._left <= 0 or (self._until_s is not None and monotonic() >= self._until_s):
                return False
            self._left -= 1
            return True


def _kill(machine: KilledKiosk, share: _Share) -> None:
    while share.take():
        machine.kill_once()


def _side_by_side(tasks: list[Callable[[], None]], result: Result) -> None:
    def carry_out(task: Callable[[], None]) -> None:
        try:
            task()
        except Exception as error:  # noqa: BLE001 - told in the result; the others go on
            result.problems.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=carry_out, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
