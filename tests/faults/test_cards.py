"""A small dose of cards that leave or change in mid-read, and a planted bug that is found."""

from __future__ import annotations

import pytest

from tests.faults.cards import HARNESS, MIXABLE, pcsc_rounds
from tests.faults.dose import give_all


def test_cards_pulled_and_swapped_in_mid_read() -> None:
    """No wrong person, no hang, nothing left open; over the service and on the line."""
    part = give_all(HARNESS, 50, "small")
    assert part.problems == []
    assert part.figures["nobody"] > 10
    assert part.figures["to the end"] > 10


def test_a_reader_that_does_not_ask_again_is_found_out() -> None:
    """Without the second look two people are mixed, and the harness says so; with it, never."""
    planted = give_all(HARNESS, 90, "any", "no-second-look")
    assert any("nobody is" in problem.what for problem in planted.problems)
    assert pcsc_rounds(range(60), "any", MIXABLE).problems == []


@pytest.mark.parametrize(
    ("bug", "cases", "told"),
    [("context-kept", 6, "open files"), ("address-of-another", 90, "nobody is")],
)
def test_planted_bugs_are_found(bug: str, cases: int, told: str) -> None:
    """A service that is never let go of, and an address that is another's."""
    planted = give_all(HARNESS, cases, "any", bug)
    assert any(told in problem.what for problem in planted.problems), planted.summary()
