"""Clocks that are wrong by years or jump, at the real platform."""

from __future__ import annotations

import pytest

from tests.faults.clock import HARNESS, SHOWN_PER_CLOCK, is_installed
from tests.faults.clock_jumps import JUMPS, Bug
from tests.faults.dose import Batch
from tests.support.needs import needs


@pytest.mark.timeout(600)
def test_a_wrong_clock_costs_nothing() -> None:
    """All is delivered once while the clock is still wrong; the jump is told, nothing is erased."""
    needs(is_installed(), "shifting the clock takes libfaketime")
    result = HARNESS.give(Batch("house", range(len(JUMPS))))
    assert result.problems == [], result.summary()
    assert result.figures["wrong clocks"] == len(JUMPS)
    assert result.figures["numbers shown"] == SHOWN_PER_CLOCK * len(JUMPS)
    assert result.figures["entries that told of jumps"] >= len(JUMPS)


@pytest.mark.parametrize(
    ("bug", "name", "found"),
    [
        (Bug.RESTS, "two days behind", "are not delivered"),
        (Bug.RETENTION, "ten years ahead", "were erased before 72 hours"),
    ],
)
def test_a_planted_bug_is_found(bug: Bug, name: str, found: str) -> None:
    """A courier that believes the wall alone leaves lying, or erases, what it should not."""
    needs(is_installed(), "shifting the clock takes libfaketime")
    (case,) = (it for it, jump in enumerate(JUMPS) if jump.name == name)
    problems = HARNESS.give(Batch("planted", range(case, case + 1), bug.value)).problems
    assert any(found in problem.what for problem in problems), problems
