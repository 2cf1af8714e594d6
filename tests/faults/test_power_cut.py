"""Real power cuts on a small ext4, and that the bugs they are for are found."""

from __future__ import annotations

import pytest

from tests.faults import apart
from tests.faults.dose import give_all
from tests.faults.power_cut import HARNESS
from tests.support.needs import needs

DOSE = 50
ENOUGH = 400
"""Cuts in which a planted bug has to show. It takes five on average where nothing else runs, and
more where other programs make the file system write what this one forgot to; the first find ends
it."""


@pytest.mark.timeout(600)
def test_power_cuts_cost_nothing() -> None:
    """Nothing shown is lost, nothing is unreadable, the chain is whole, orphans are adopted."""
    needs(not apart.why_not(), apart.why_not())
    result = give_all(HARNESS, DOSE, "house")
    assert result.problems == [], result.summary()
    assert result.figures["cuts"] == DOSE
    assert result.figures["numbers shown"] > DOSE


@pytest.mark.timeout(600)
@pytest.mark.parametrize("bug", HARNESS.bugs)
def test_a_planted_bug_is_found(bug: str) -> None:
    """A power cut shows what was not durable."""
    needs(not apart.why_not(), apart.why_not())
    assert give_all(HARNESS, ENOUGH, "planted", bug).problems
