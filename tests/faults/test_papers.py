"""A small dose of drawn desks and of hostile pictures, and planted bugs that have to be found."""

from __future__ import annotations

import random

import pytest

from tests.faults import papers, papers_fuzz, papers_texture
from tests.faults.dose import Batch, give_all
from tests.support.desk_scenes import SCENES


def test_there_are_scenes_enough() -> None:
    """At least sixty with a paper, and some with none."""
    assert len(SCENES) >= 72


def test_some_desks_by_chance() -> None:
    """Counted, none named as a problem; the same seed is the same desk."""
    first = len(SCENES)
    part = papers.look(Batch("small", range(first, first + 4)))
    assert part.problems == []
    assert sum(part.figures.values()) == 4
    assert papers.by_chance("a/1") == papers.by_chance("a/1")


@pytest.mark.parametrize("bug", papers.HARNESS.bugs)
def test_a_planted_finder_is_found_out(bug: str) -> None:
    """The largest bright outline, and candidates that nobody asked for support."""
    names = list(SCENES)
    first = names.index("nothing on checked")
    assert papers.look(Batch("any", range(first, first + 1), bug)).problems


def test_some_desks_with_a_texture() -> None:
    """Papers on all but few of them are told for what they are."""
    part = papers_texture.look(Batch("small", range(5)))
    assert part.problems == []
    assert part.figures["found"] >= 4
    assert papers_texture.by_chance("a", 1) == papers_texture.by_chance("a", 1)


@pytest.mark.parametrize("bug", papers_texture.HARNESS.bugs)
def test_a_planted_finder_is_found_out_on_textures(bug: str) -> None:
    """Both see pages on desks that have none."""
    empty = 7 * (papers_texture.EMPTY_EVERY - 1)
    assert papers_texture.look(Batch("small", range(empty, empty + 4), bug)).problems


@pytest.mark.may_warn("that the worker failed")
def test_hostile_pictures_are_answered() -> None:
    """Each with a page or a reason; the worker that was killed is replaced."""
    part, problems = papers_fuzz.turn(random.Random("small/2"), "", 16)
    assert problems == []
    assert part.figures["pictures"] == 16
    assert part.figures["kills recovered from"] == 1


@pytest.mark.parametrize("bug", papers_fuzz.HARNESS.bugs)
@pytest.mark.may_warn("that the worker failed")
def test_a_planted_fault_is_found(bug: str) -> None:
    """A program that trusts pictures, and one whose worker stays dead."""
    _, problems = papers_fuzz.turn(random.Random("small/2"), bug, 16)
    assert problems


def test_the_large_dose_is_the_same_code() -> None:
    """What `./run faults` gives is what is tested here."""
    assert give_all(papers.HARNESS, 1, "any").problems == []
