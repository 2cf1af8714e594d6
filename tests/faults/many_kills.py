"""A dose of kills: several kiosks at one platform, killed side by side; then the truth is asked."""

from __future__ import annotations

import random
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic

from tests.faults.dose import Batch, Harness, Part, fast_folder
from tests.faults.killing import ForkedKiosk, Machine
from tests.faults.orders import Phase, PlantedBug
from tests.faults.verdict import Verdict, judge
from tests.faults.window_killing import WindowKiosk
from tests.support.central_server import CentralServer, running_platform

Maker = Callable[[CentralServer, Path, random.Random], Machine]


@dataclass(frozen=True, slots=True)
class Share:
    """Machines of one kind, and how many kills they get between them."""

    make: Maker
    machines: int
    kills: int


@dataclass
class Result:
    """What a dose came to."""

    seed: str
    seconds: float = 0.0
    kills: dict[str, Counter[Phase]] = field(default_factory=dict)
    """By kind of machine: what the kills hit."""
    problems: list[str] = field(default_factory=list)
    """What went wrong in the harness, or in a program that was not killed."""
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def is_clean(self) -> bool:
        """Say whether every promise was kept and everything was done."""
        return self.verdict.is_clean and not self.problems

    def killed(self) -> int:
        """Return how many kills there were."""
        return sum(phases.total() for phases in self.kills.values())

    def summary(self) -> str:
        """Return figures first, then whatever is wrong."""
        lines = [f"{self.killed()} kills in {self.seconds:.0f} s (seed {self.seed})"]
        for name, phases in self.kills.items():
            hits = ", ".join(f"{phase} {phases[phase]}" for phase in Phase if phases[phase])
            lines.append(f"{name}: {phases.total()} kills, while {hits}")
        lines.append(self.verdict.summary())
        lines += [f"  problem: {problem}" for problem in self.problems[:20]]
        return "\n".join(lines)


def kill_often(home: Path, seed: str, shares: Sequence[Share]) -> Result:
    """Kill machines again and again, let them deliver, and judge.

    Args:
        home: An empty folder for platform and kiosks.
        seed: Says when each kill hits, as far as the machine's own timing allows.
        shares: What is to be killed how often, all side by side at one platform.
    """
    begun_s = monotonic()
    result = Result(seed)
    with running_platform(home / "central") as central, ExitStack() as stack:
        killed: list[Machine] = []
        tasks: list[Callable[[], None]] = []
        for share in shares:
            left = _Left(share.kills)
            for _ in range(share.machines):
                index = len(killed)
                dice = random.Random(f"{seed}/{index}")
                machine = share.make(central, home / f"kiosk-{index}", dice)
                stack.callback(machine.close)
                killed.append(machine)
                tasks.append(partial(_kill, machine, left))
        _side_by_side(tasks, result)
        _side_by_side([machine.sync for machine in killed], result)
        for machine in killed:
            result.kills.setdefault(machine.name, Counter()).update(machine.tally.kills)
            result.problems += machine.tally.problems
            result.problems += [f"not understood: {it}" for it in machine.witness.bad_lines]
        result.verdict = judge(central.data, {it.state: it.witness.shown for it in killed})
    result.seconds = monotonic() - begun_s
    return result


class _Left:
    """Hands out kills to the machines of a share, whoever comes first."""

    def __init__(self, kills: int) -> None:
        self._kills = kills
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take one; False when there is none left."""
        with self._lock:
            if self._kills <= 0:
                return False
            self._kills -= 1
            return True


def _kill(machine: Machine, left: _Left) -> None:
    while left.take():
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


def _part(result: Result, case: int) -> Part:
    part, verdict = Part(), result.verdict
    part.figures.update(
        {
            "kills": result.killed(),
            "numbers shown": verdict.shown,
            "entries delivered": verdict.delivered,
            "envelopes adopted": verdict.adopted,
        }
    )
    for phases in result.kills.values():
        part.figures.update({f"kills while {phase}": count for phase, count in phases.items()})
    named = (("LOST", verdict.lost), ("TWICE", verdict.twice), ("wrong", verdict.broken))
    for word, wrong in named:
        part.find(case, *(f"{word}: {it}" for it in wrong))
    part.find(case, *result.problems)
    return part


def _give(batch: Batch, make: Callable[[PlantedBug | None], Maker], machines: int) -> Part:
    """Kill kiosks at a platform of their own; all of it is kept if something is wrong."""
    bug = PlantedBug(batch.bug) if batch.bug else None
    seed = f"{batch.seed}/{batch.cases.start}"
    with tempfile.TemporaryDirectory(prefix="doorstep-kills-", dir=fast_folder()) as folder:
        home = Path(folder) / "dose"
        share = Share(make(bug), machines, len(batch.cases))
        part = _part(kill_often(home, seed, [share]), batch.cases.start)
        if part.problems and batch.keep is not None:
            kept = batch.keep / f"{batch.seed}-{batch.cases.start}"
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(home, kept, ignore=_pipes)
    return part


def _pipes(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if (Path(folder) / name).is_fifo()]


HARNESS = Harness(
    name="kill",
    about="kill -9 at random points from the signature to the proof, many a second",
    unit="kills",
    dose=10_000,
    batch=250,
    give=lambda batch: _give(batch, lambda bug: partial(ForkedKiosk, bug=bug), 3),
    bugs=tuple(bug.value for bug in PlantedBug),
)
WINDOWS = Harness(
    name="kill-window",
    about="kill -9 of the whole program with its window",
    unit="kills",
    dose=300,
    batch=50,
    give=lambda batch: _give(batch, lambda _: WindowKiosk, 2),
)
