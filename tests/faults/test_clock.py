"""Clocks that are wrong by years or jump, at the real platform."""

from __future__ import annotations

import pytest

from tests.faults.clock import JUMPS, go_wrong, is_installed
from tests.support.needs import needs


@pytest.mark.timeout(600)
def test_a_wrong_clock_costs_nothing() -> None:
    """All is delivered once, at the latest when the clock is right; what waits has its reason."""
    needs(is_installed(), "shifting the clock takes libfaketime")
    result = go_wrong()
    assert result.problems == [], result.summary()
    assert result.jumps == len(JUMPS)
    assert result.waited > 0


def test_a_planted_bug_is_found() -> None:
    """A courier that believes the wall clock alone leaves entries lying for ten years."""
    needs(is_installed(), "shifting the clock takes libfaketime")
    ahead = tuple(jump for jump in JUMPS if jump.name == "ten years ahead")
    assert go_wrong(ahead, trusts=True).problems
