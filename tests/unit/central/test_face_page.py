"""What the office reads of a program that compared two faces, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from central.pages.words import comparison_lines
from kiosk.envelope import (
    ComparisonOutcome,
    FaceComparison,
    WhyNotCompared,
)

MATCH = FaceComparison(ComparisonOutcome.MATCH, 0.615, 0.812, "a matcher", "2.1")


@pytest.mark.parametrize("outcome", [ComparisonOutcome.MATCH, ComparisonOutcome.NO_MATCH])
def test_a_score_is_told_with_what_it_is_worth(outcome: ComparisonOutcome) -> None:
    """Whichever way it went; nothing is said that sounds like a verdict."""
    told = " ".join(comparison_lines(replace(MATCH, outcome=outcome, tries=2)))
    assert "0.812" in told
    assert "photo number 2" in told
    assert "alive" in told


@pytest.mark.parametrize("why", WhyNotCompared)
def test_without_a_score_the_reason_is_told(why: WhyNotCompared) -> None:
    """In words."""
    comparison = FaceComparison(ComparisonOutcome.NOT_COMPARED, 0.6, why_not=why)
    told = " ".join(comparison_lines(comparison))
    assert why.value.replace("_", " ") in told
    assert "Score" not in told
