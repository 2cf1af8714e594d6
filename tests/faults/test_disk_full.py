"""A disk that fills up, and that what goes wrong then is found."""

from __future__ import annotations

import pytest

from tests.faults import apart
from tests.faults.disk_door import LEVELS
from tests.faults.disk_full import PATTERNS, Moment, Shape, fill_disks
from tests.faults.sealing_bugs import SealingBug
from tests.support.needs import needs

DOSE = 3
"""The first three ways: no room at all, room in pieces, a start without room."""

PLANTED = {
    SealingBug.NO_UNDO: "",
    SealingBug.SHOWN_ANYWAY: "",
    SealingBug.NEVER_REFUSES: "and not stored",
    SealingBug.REFUSES_LATE: "and not stored",
}
"""By what each is found; "" by whatever it leaves behind."""


def test_a_full_disk_refuses_and_recovers() -> None:
    """Every refusal is told as a full disk; with room again everything goes on, nothing lost."""
    needs(not apart.why_not(), apart.why_not())
    result = fill_disks(DOSE, "house")
    assert result.problems == [], result.summary()
    assert result.patterns == DOSE
    assert result.refused >= DOSE
    assert result.let_in > 0
    assert result.closed >= 2 * (DOSE - 1)
    assert result.least_left >= LEVELS.refuse_bytes


@pytest.mark.parametrize("bug", list(PLANTED))
def test_a_planted_bug_is_found(bug: SealingBug) -> None:
    """What a refused step leaves behind, or shows, and who is let in too late, is seen."""
    needs(not apart.why_not(), apart.why_not())
    problems = fill_disks(DOSE, "planted", bug=bug).problems
    assert any(PLANTED[bug] in problem for problem in problems), problems


def test_there_are_twenty_ways() -> None:
    """Every shape and every moment is among them, none twice."""
    assert len(set(PATTERNS)) == 20
    assert {pattern.shape for pattern in PATTERNS} == set(Shape)
    assert {pattern.moment for pattern in PATTERNS} == set(Moment)
