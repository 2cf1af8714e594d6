"""Figures: medians of turns, ratios, and what the table says of them."""

from __future__ import annotations

import pytest

from benchmarks.figures import HEAD, Figure, Unit, as_line, as_table, in_turns, spread


def a_figure(goal: float | None = None) -> Figure:
    """Return a figure with one slow round on each side."""
    return Figure("start", "a browser", Unit.MS, (20.0, 30.0, 900.0), (60.0, 800.0, 50.0), goal)


def test_medians_are_compared_and_one_slow_round_is_not() -> None:
    """The ratio is that of the medians; the rounds' own ratios show how much they disagree."""
    figure = a_figure()
    assert figure.ratio == pytest.approx(30 / 60)
    assert figure.ratios.least == pytest.approx(30 / 800)
    assert figure.ratios.most == pytest.approx(900 / 50)
    assert figure.rounds == 3


@pytest.mark.parametrize(
    ("goal", "verdict"), [(None, ""), (0.5, "within 0.5"), (0.25, "ABOVE 0.25")]
)
def test_a_goal_is_kept_or_not(goal: float | None, verdict: str) -> None:
    """Exactly at the goal is within."""
    assert a_figure(goal).verdict == verdict


@pytest.mark.parametrize(("ours", "theirs"), [((), ()), ((1.0,), ()), ((1.0, 2.0), (1.0,))])
def test_what_was_not_measured_in_turns_is_no_figure(
    ours: tuple[float, ...], theirs: tuple[float, ...]
) -> None:
    """Both sides have a sample in every round."""
    with pytest.raises(ValueError, match="per round"):
        Figure("x", "y", Unit.MS, ours, theirs)


def test_turns_alternate_and_the_first_do_not_count() -> None:
    """Each is called once per round, who begins changes, and warming up leaves no sample."""
    calls: list[str] = []
    times = in_turns(4, lambda: calls.append("a"), lambda: calls.append("b"), warm_up=2)
    rounds = ["".join(pair) for pair in zip(calls[::2], calls[1::2], strict=True)]
    assert rounds == ["ab", "ba", "ab", "ba", "ab", "ba"]
    assert [len(samples) for samples in times] == [4, 4]


def test_the_table_has_a_cell_for_every_head() -> None:
    """Markdown readers need as many cells as heads."""
    lines = as_table([a_figure(0.25), a_figure()]).splitlines()
    assert {line.count("|") for line in lines} == {len(HEAD) + 1}
    assert "| 0.50 |" in lines[2]
    assert "ABOVE 0.25" in lines[2]


def test_a_line_says_what_against_what() -> None:
    """A line can be read alone."""
    line = as_line(a_figure())
    assert line.startswith("start: 0.50 times a browser")
    assert "ours 30 (20-900) ms, peer 60 (50-800) ms, 3 rounds" in line


def test_small_and_large_numbers_stay_short() -> None:
    """Three digits tell enough."""
    assert str(spread([1.23456, 0.01234, 1234.5])) == "1.23 (0.0123-1234)"
