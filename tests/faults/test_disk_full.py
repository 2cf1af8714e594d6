"""A disk that fills up, and that what goes wrong then is found."""

from __future__ import annotations

import pytest

from tests.faults import apart
from tests.faults.disk_full import HARNESS, PATTERNS, Moment, Shape
from tests.faults.dose import give_all
from tests.faults.sealing_bugs import SealingBug
from tests.support.needs import needs

DOSE = 3
"""The first three ways: no room at all, room in pieces, a start without room."""

ENOUGH = 8
"""Ways in which a planted bug has to show: how much room is left decides which write is refused."""

PLANTED = {
    SealingBug.NO_UNDO: "",
    SealingBug.SHOWN_ANYWAY: "",
    SealingBug.NEVER_REFUSES: "and not stored",
    SealingBug.REFUSES_LATE: "hardly any room left",
}
"""By what each is found; "" by whatever it leaves behind."""


def test_a_full_disk_refuses_and_recovers() -> None:
    """Every refusal is told as a full disk; with room again everything goes on, nothing lost."""
    needs(not apart.why_not(), apart.why_not())
    result = give_all(HARNESS, DOSE, "house")
    assert result.problems == [], result.summary()
    assert result.figures["full disks"] == DOSE
    assert result.figures["steps refused"] >= DOSE
    assert result.figures["visits let in"] > 0
    assert result.figures["times nobody was let in"] >= 2 * (DOSE - 1)


@pytest.mark.parametrize("bug", list(PLANTED))
def test_a_planted_bug_is_found(bug: SealingBug) -> None:
    """What a refused step leaves behind, or shows, and who is let in too late, is seen."""
    needs(not apart.why_not(), apart.why_not())
    problems = [found.what for found in give_all(HARNESS, ENOUGH, "planted", bug.value).problems]
    assert any(PLANTED[bug] in problem for problem in problems), problems


def test_there_are_twenty_ways() -> None:
    """Every shape and every moment is among them, none twice."""
    assert len(set(PATTERNS)) == 20
    assert {pattern.shape for pattern in PATTERNS} == set(Shape)
    assert {pattern.moment for pattern in PATTERNS} == set(Moment)
