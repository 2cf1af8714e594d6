"""Every call on the submit path fails once and for good, and planted bugs are found by it."""

from __future__ import annotations

import pytest

from tests.faults.dose import Batch
from tests.faults.nth_error import HARNESS, ON_THE_SUBMIT_PATH, PAIRS, WAYS
from tests.faults.shim import has_compiler
from tests.support.needs import needs

ON_THE_WAY = len(ON_THE_SUBMIT_PATH) * len(WAYS)


def test_the_first_cases_are_the_submit_path() -> None:
    """All of it, in each way to fail, and nothing else."""
    assert {stage for stage, _ in PAIRS[:ON_THE_WAY]} == set(ON_THE_SUBMIT_PATH)
    assert len(set(PAIRS)) == HARNESS.dose


@pytest.mark.timeout(600)
def test_whatever_fails_nothing_false_is_shown() -> None:
    """A step is done or refused; the next one works; nothing is there twice."""
    needs(has_compiler(), "failing calls takes gcc")
    result = HARNESS.give(Batch("house", range(ON_THE_WAY)))
    assert result.problems == [], result.summary()
    assert result.figures["refused"] > 100
    assert result.figures["done all the same"] > 50


@pytest.mark.parametrize("bug", HARNESS.bugs)
def test_a_planted_bug_is_found(bug: str) -> None:
    """Some call shows what was taken for done, or can't go on."""
    needs(has_compiler(), "failing calls takes gcc")
    assert HARNESS.give(Batch("planted", range(1), bug)).problems
