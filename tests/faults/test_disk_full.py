"""A disk that fills up, and that what goes wrong then is found."""

from __future__ import annotations

import pytest

from tests.faults import apart
from tests.faults.disk_full import HARNESS, PATTERNS, Moment, Shape
from tests.faults.dose import give_all
from tests.support.needs import needs

DOSE = 3
"""The first three ways: no room at all, room in pieces, a start without room."""


def test_a_full_disk_refuses_and_recovers() -> None:
    """Every refusal is told as a full disk; with room again everything goes on, nothing lost."""
    needs(not apart.why_not(), apart.why_not())
    result = give_all(HARNESS, DOSE, "house")
    assert result.problems == [], result.summary()
    assert result.figures["full disks"] == DOSE
    assert result.figures["steps refused"] >= DOSE


@pytest.mark.parametrize("bug", HARNESS.bugs)
def test_a_planted_bug_is_found(bug: str) -> None:
    """What a refused step leaves behind, or shows, is seen."""
    needs(not apart.why_not(), apart.why_not())
    assert give_all(HARNESS, DOSE, "planted", bug).problems


def test_there_are_twenty_ways() -> None:
    """Every shape and every moment is among them, none twice."""
    assert len(set(PATTERNS)) == 20
    assert {pattern.shape for pattern in PATTERNS} == set(Shape)
    assert {pattern.moment for pattern in PATTERNS} == set(Moment)
