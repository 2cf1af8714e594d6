"""Thousands of crash states of one sealing run, and that the bugs they are for are found."""

from __future__ import annotations

import random

import pytest

from tests.faults.crash_states import HARNESS
from tests.faults.disk_model import Disk
from tests.faults.dose import Batch, give_all
from tests.faults.shim import Event, Kind, has_compiler
from tests.support.needs import needs

DOSE = 5000
ENOUGH = HARNESS.batch
"""States in which a planted bug has to show; the rarest needs a few hundred on average."""


@pytest.mark.timeout(600)
def test_every_state_a_disk_may_be_left_in() -> None:
    """On each the kiosk starts, and everything shown before is there."""
    needs(has_compiler(), "recording takes gcc")
    result = give_all(HARNESS, DOSE, "house")
    assert result.problems == [], result.summary()
    assert result.figures["states"] == DOSE
    assert result.figures["envelopes adopted"] > 0
    assert result.figures["drafts cleared"] > 0


@pytest.mark.parametrize("bug", HARNESS.bugs)
def test_a_planted_bug_is_found(bug: str) -> None:
    """Some state shows what was not durable, or can't be read."""
    needs(has_compiler(), "recording takes gcc")
    assert HARNESS.give(Batch("planted", range(ENOUGH), bug)).problems


def test_the_disk_keeps_what_was_synced() -> None:
    """Synced bytes under a synced name are in every state; others in some."""
    disk = Disk("/d")
    for event in (
        Event(Kind.OPEN, 1, 0o101, "/d/sure", b""),
        Event(Kind.WRITE, 1, 0, "", b"whole"),
        Event(Kind.SYNC, 1, 0, "", b""),
        Event(Kind.OPEN, 2, 0, "/d", b""),
        Event(Kind.SYNC, 2, 0, "", b""),
        Event(Kind.OPEN, 3, 0o101, "/d/draft", b""),
        Event(Kind.WRITE, 3, 0, "", b"x" * 2000),
        Event(Kind.RENAME, 0, 0, "/d/draft", b"/d/renamed"),
        Event(Kind.WRITE, 1, 5, "", b" and more"),
    ):
        disk.apply(event)
    states = [disk.after_power_cut(random.Random(seed)) for seed in range(300)]
    kept = {state["/d/sure"] for state in states}
    assert {b"whole", b"whole and more"} <= kept
    assert all(it is not None and it[:5] == b"whole" for it in kept)
    names = {frozenset(state) for state in states}
    assert names == {
        frozenset({"/d/sure"}),
        frozenset({"/d/sure", "/d/draft"}),
        frozenset({"/d/sure", "/d/renamed"}),
    }
    sizes = {len(state["/d/renamed"] or b"") for state in states if "/d/renamed" in state}
    assert {0, 512, 2000} <= sizes
