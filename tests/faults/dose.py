"""What all harnesses share: cases that seed and index tell apart, given in batches, and counted.

A harness gives a batch and says what came of it. Batches are independent of each other, so that a
large dose can be stopped after any of them and gone on with another day.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Found:
    """A promise that was not kept, or a harness that could not do its work."""

    case: int
    """Which case, to be given again alone."""
    what: str


@dataclass
class Part:
    """What some cases came to; without problems every promise was kept."""

    figures: Counter[str] = field(default_factory=Counter)
    """What was done, met and seen, each counted under its name."""
    problems: list[Found] = field(default_factory=list)

    def add(self, other: Part) -> None:
        """Take in what other cases came to."""
        self.figures.update(other.figures)
        self.problems += other.problems

    def find(self, case: int, *whats: str) -> None:
        """Remember problems of a case."""
        self.problems += [Found(case, what) for what in whats]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it, to be told by a program that runs apart."""
        return {
            "figures": dict(self.figures),
            "problems": [[found.case, found.what] for found in self.problems],
        }

    def summary(self) -> str:
        """Return the figures in one line, and whatever is wrong below."""
        told = ", ".join(f"{count:,} {name}" for name, count in self.figures.items())
        lines = [f"{told}: {len(self.problems)} problems"]
        lines += [f"  case {it.case}: {it.what}" for it in self.problems[:MOST_TOLD]]
        return "\n".join(lines)


def read_part(told: dict[str, Any]) -> Part:
    """Return what `Part.to_json` made."""
    problems = [Found(int(case), str(what)) for case, what in told["problems"]]
    return Part(Counter(told["figures"]), problems)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some cases that follow each other."""

    seed: str
    cases: range
    bug: str = ""
    """A bug to be planted; the batch then ends with the first problem."""
    keep: Path | None = None
    """Where to keep what a problem is looked at again with, and where to look for it."""


@dataclass(frozen=True, slots=True)
class Harness:
    """One kind of fault, and how it is done."""

    name: str
    about: str
    """One sentence for who chooses."""
    unit: str
    """What one case is, in the plural."""
    dose: int
    """How many cases the large dose has."""
    batch: int
    """How many cases are given together; more of them are lost when the program is stopped."""
    give: Callable[[Batch], Part]
    bugs: tuple[str, ...] = ()
    """What can be planted."""
    is_sample: bool = True
    """Whether cases are drawn by chance, so that many without a failure say something of all."""
    why_not: Callable[[], str] = lambda: ""
    """Tells what this machine lacks for it; empty: nothing."""

    def batches(self, seed: str, cases: range, bug: str = "", keep: Path | None = None) -> Batches:
        """Yield batches that no boundary between batches runs through."""
        first = cases.start
        while first < cases.stop:
            end = min(first - first % self.batch + self.batch, cases.stop)
            yield Batch(seed, range(first, end), bug, keep)
            first = end


Batches = Iterator[Batch]


def give_all(harness: Harness, cases: int, seed: str, bug: str = "") -> Part:
    """Give a whole dose at once, as tests do; with a bug only until it is found."""
    result = Part()
    for batch in harness.batches(seed, range(cases), bug):
        result.add(harness.give(batch))
        if bug and result.problems:
            break
    return result


def shared_out(cases: Iterable[int], workers: int) -> list[list[int]]:
    """Return who of several workers takes which cases; nobody is left without any."""
    listed = list(cases)
    return [share for worker in range(workers) if (share := listed[worker::workers])]


def fast_folder() -> str | None:
    """Return where many small files cost little: in memory if there is such a place."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - nothing stays
