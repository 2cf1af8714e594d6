"""A large dose goes on where it stopped, adds up, and keeps what was found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest

from tests.faults import __main__ as faults
from tests.faults.dose import Batch, Harness, Part, give_all
from tests.faults.progress import load


def nobody(_text: str) -> None:
    """Hear nothing."""


def counting(given: list[range], fails_at: int = -1, raises_at: int = -1) -> Harness:
    """Return a harness that only notes which cases it was given."""

    def give(batch: Batch) -> Part:
        given.append(batch.cases)
        if raises_at in batch.cases:
            raise OSError("no disk")
        part = Part()
        part.figures.update({"cases": len(batch.cases)})
        if fails_at in batch.cases:
            part.find(fails_at, "lost")
        return part

    return Harness("counting", "counts", "cases", 10, 4, give, bugs=("one",))


def test_a_dose_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """No case twice, none left out, figures added up under one seed; then nothing is left."""
    given: list[range] = []
    harness, said = counting(given), [""]
    asked = faults.Asked(folder=tmp_path)
    assert faults.give(harness, replace(asked, rounds=6), said.append) == 0
    first = load("counting", tmp_path)
    assert first is not None
    assert (first.done, first.part.figures["cases"]) == (6, 6)
    assert faults.give(harness, asked, said.append) == 0
    assert [list(cases) for cases in given] == [[0, 1, 2, 3], [4, 5], [6, 7], [8, 9]]
    then = load("counting", tmp_path)
    assert then is not None
    assert (then.seed, then.done, then.part.figures["cases"]) == (first.seed, 10, 10)
    assert faults.give(harness, asked, said.append) == 0
    assert len(given) == 4
    assert faults.give(harness, replace(asked, is_fresh=True), said.append) == 0
    assert len(given) == 7


def test_no_batch_begins_after_the_time(tmp_path: Path) -> None:
    """What is not done yet is left for the next call."""
    given: list[range] = []
    asked = faults.Asked(folder=tmp_path, end_s=monotonic())
    assert faults.give(counting(given), asked, nobody) == 0
    assert given == []


def test_what_was_found_stays_found(tmp_path: Path) -> None:
    """A later call without a failure does not make a dose clean; the summary says how to replay."""
    asked, said = faults.Asked(folder=tmp_path, seed="s"), [""]
    assert faults.give(counting([], fails_at=5), replace(asked, rounds=8), said.append) == 1
    assert faults.give(counting([]), asked, said.append) == 1
    assert "./run faults counting --seed s --case 5" in said[-1]
    progress = load("counting", tmp_path)
    assert progress is not None
    assert [(found.case, found.what) for found in progress.part.problems] == [(5, "lost")]


def test_a_harness_that_breaks_is_a_problem_and_not_the_end(tmp_path: Path) -> None:
    """The other batches are given all the same."""
    given: list[range] = []
    assert faults.give(counting(given, raises_at=1), faults.Asked(folder=tmp_path), nobody) == 1
    assert len(given) == 3


def test_one_case_is_given_again_without_being_counted(tmp_path: Path) -> None:
    """With the seed of the dose."""
    given: list[range] = []
    harness, asked = counting(given, fails_at=5), faults.Asked(folder=tmp_path)
    faults.give(harness, asked, nobody)
    assert faults.give_again(harness, 5, asked, nobody) == 1
    assert faults.give_again(harness, 6, asked, nobody) == 0
    assert given[3:] == [range(5, 6), range(6, 7)]
    progress = load("counting", tmp_path)
    assert progress is not None
    assert progress.part.figures["cases"] == 10


def test_another_seed_takes_a_fresh_beginning(tmp_path: Path) -> None:
    """Figures of two seeds are not added up unawares."""
    asked = faults.Asked(folder=tmp_path, seed="one")
    faults.give(counting([]), asked, nobody)
    assert faults.give(counting([]), replace(asked, seed="other"), nobody) == 2
    fresh = replace(asked, seed="other", is_fresh=True)
    assert faults.give(counting([]), fresh, nobody) == 0


def test_a_planted_bug_ends_with_its_finding() -> None:
    """No more is done than it takes."""
    given: list[range] = []
    assert give_all(counting(given, fails_at=5), 10, "s", "one").problems
    assert len(given) == 2


def test_help_names_every_harness_and_bug(capsys: pytest.CaptureFixture[str]) -> None:
    """Who asks is told what there is and how much it is."""
    with pytest.raises(SystemExit):
        faults.main(["--help"])
    told = capsys.readouterr().out
    for name, harness in faults.HARNESSES.items():
        assert f"  {name} " in told
        assert f"({harness.dose:,} {harness.unit})" in told
        assert all(bug in told for bug in harness.bugs)
