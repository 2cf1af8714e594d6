"""A small dose of cards that leave or change in mid-read, and a planted bug that is found."""

from __future__ import annotations

from dataclasses import replace

from tests.faults.cards import MIXABLE, PLANTED, pcsc_rounds, serial_rounds

ROUNDS = 20


def test_cards_pulled_and_swapped_over_the_service() -> None:
    """No wrong person, no hang, nothing left open."""
    result = pcsc_rounds(ROUNDS, "small")
    assert result.problems == []
    assert result.answers["pulled"] > 2
    assert result.answers["read"] > 2


def test_cards_pulled_and_swapped_on_the_line() -> None:
    """The same on a serial line."""
    result = serial_rounds(50 - ROUNDS, "small")
    assert result.problems == []
    assert result.answers["read"] > 2
    assert result.answers["read"] < result.rounds


def test_a_reader_that_does_not_ask_again_is_found_out() -> None:
    """Without the second look two people are mixed, and the harness says so; with it, never."""
    planted = replace(MIXABLE, factory=PLANTED)
    result = pcsc_rounds(60, "any", planted)
    assert any("nobody is" in problem for problem in result.problems)
    assert pcsc_rounds(60, "any", MIXABLE).problems == []
