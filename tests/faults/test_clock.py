"""Clocks that are wrong by years or jump, at the real platform."""

from __future__ import annotations

import pytest

from tests.faults.clock import JUMPS, go_wrong, is_installed
from tests.support.needs import needs


@pytest.mark.timeout(600)
def test_a_wrong_clock_costs_nothing() -> None:
    """All is delivered once, at the latest when the clock is right; what waits has its reason.

    Signed again with the platform's time, most is believed at once.
    """
    needs(is_installed(), "shifting the clock takes libfaketime")
    result = go_wrong()
    assert result.problems == [], result.summary()
    assert result.jumps == len(JUMPS)
    assert result.shown == 4 * len(JUMPS)


def test_a_planted_bug_is_found() -> None:
    """A courier that believes the wall clock alone leaves lying what was sealed before it fell."""
    needs(is_installed(), "shifting the clock takes libfaketime")
    behind = tuple(jump for jump in JUMPS if jump.name == "two days behind")
    assert go_wrong(behind, trusts=True).problems
