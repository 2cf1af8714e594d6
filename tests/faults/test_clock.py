"""Clocks that are wrong by years or jump, at the real platform."""

from __future__ import annotations

import pytest

from tests.faults.clock import HARNESS, JUMPS, TRUSTS, is_installed
from tests.faults.dose import Batch
from tests.support.needs import needs


@pytest.mark.timeout(600)
def test_a_wrong_clock_costs_nothing() -> None:
    """All is delivered once, at the latest when the clock is right; what waits has its reason.

    Signed again with the platform's time, most is believed at once.
    """
    needs(is_installed(), "shifting the clock takes libfaketime")
    result = HARNESS.give(Batch("house", range(len(JUMPS))))
    assert result.problems == [], result.summary()
    assert result.figures["wrong clocks"] == len(JUMPS)
    assert result.figures["numbers shown"] == 4 * len(JUMPS)


def test_a_planted_bug_is_found() -> None:
    """A courier that believes the wall clock alone leaves lying what was sealed before it fell."""
    needs(is_installed(), "shifting the clock takes libfaketime")
    (behind,) = (it for it, jump in enumerate(JUMPS) if jump.name == "two days behind")
    assert HARNESS.give(Batch("planted", range(behind, behind + 1), TRUSTS)).problems
