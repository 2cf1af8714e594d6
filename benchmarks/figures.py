"""One figure: what ours costs and what its peer costs, measured in turns, and what that makes.

A ratio survives another machine and a busy one; milliseconds do not. Both sides therefore take
turns, so that a slow moment hits both, and medians are compared.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What samples are counted in."""

    MS = "ms"
    MB = "MB"
    KB = "kB"
    BYTES = "bytes"
    SHARE = "of 1"


@dataclass(frozen=True, slots=True)
class Spread:
    """A row of samples in three numbers."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        """Return them as a table shows them."""
        return f"{_short(self.median)} ({_short(self.least)}-{_short(self.most)})"


@dataclass(frozen=True, slots=True)
class Figure:
    """Samples of ours and of the peer's, round by round."""

    name: str
    peer: str
    unit: Unit
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    goal: float | None = None
    """What the ratio should be at most; None where nothing is aimed at."""

    def __post_init__(self) -> None:
        """Refuse samples that were not taken in turns.

        Raises:
            ValueError: There are none, or not as many of one as of the other.
        """
        if not self.ours or len(self.ours) != len(self.theirs):
            raise ValueError("both sides have one sample per round")

    @property
    def rounds(self) -> int:
        """How often both were measured."""
        return len(self.ours)

    @property
    def ratio(self) -> float:
        """Our median against the peer's."""
        return statistics.median(self.ours) / statistics.median(self.theirs)

    @property
    def ratios(self) -> Spread:
        """Ours against the peer's round by round: how much the rounds disagree."""
        return spread([mine / its for mine, its in zip(self.ours, self.theirs, strict=True)])

    @property
    def verdict(self) -> str:
        """What the goal says; "" without one."""
        if self.goal is None:
            return ""
        return f"{'within' if self.ratio <= self.goal else 'ABOVE'} {self.goal:g}"


def spread(samples: Sequence[float]) -> Spread:
    """Return median, least and most.

    Raises:
        ValueError: There are no samples.
    """
    return Spread(statistics.median(samples), min(samples), max(samples))


def in_turns(
    rounds: int, *candidates: Callable[[], object], warm_up: int = 2
) -> tuple[tuple[float, ...], ...]:
    """Return what each call took in ms, all taking turns; the first `warm_up` rounds do not count.

    Who begins changes from round to round, since the first of a round finds other caches.
    """
    times: list[list[float]] = [[] for _ in candidates]
    for number in range(-warm_up, rounds):
        order = list(range(len(candidates)))
        if number % 2:
            order.reverse()
        for index in order:
            started_s = time.perf_counter()
            candidates[index]()
            took_ms = (time.perf_counter() - started_s) * 1000
            if number >= 0:
                times[index].append(took_ms)
    return tuple(map(tuple, times))


HEAD = ("what", "against", "ratio", "ratio by round", "ours", "peer", "rounds", "goal")


def as_table(figures: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table."""
    rows = [HEAD, tuple("---" for _ in HEAD), *map(_row, figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def as_line(figure: Figure) -> str:
    """Return one figure as a person at a terminal reads it."""
    unit = figure.unit
    return (
        f"{figure.name}: {figure.ratio:.2f} times {figure.peer}"
        f" (by round {figure.ratios.least:.2f}-{figure.ratios.most:.2f});"
        f" ours {spread(figure.ours)} {unit}, peer {spread(figure.theirs)} {unit},"
        f" {figure.rounds} rounds" + (f"; {figure.verdict}" if figure.verdict else "")
    )


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        figure.peer,
        f"{figure.ratio:.2f}",
        f"{figure.ratios.least:.2f}-{figure.ratios.most:.2f}",
        f"{spread(figure.ours)} {figure.unit}",
        f"{spread(figure.theirs)} {figure.unit}",
        str(figure.rounds),
        figure.verdict,
    )


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
