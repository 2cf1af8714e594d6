"""One piece of advice at a time, and never flickering."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.flow.coach import HOLD_S, ORDER, READY_S, Coach, Told
from kiosk.photos import Advice, Findings

PICTURE_S = 0.1
FAR, DARK, BLURRED = Advice.COME_CLOSER, Advice.TOO_DARK, Advice.BLURRED


def watch(pictures: Iterable[tuple[Advice, ...]], *, is_judged: bool = True) -> list[Told]:
    """Show pictures, ten a second, and return what is told after each."""
    coach = Coach()
    return [
        coach.see(Findings(advice, is_face_judged=is_judged), 100 + number * PICTURE_S)
        for number, advice in enumerate(pictures)
    ]


def changes(told: list[Told]) -> list[tuple[float, Advice | None]]:
    """Return what was shown from when on, in seconds."""
    found: list[tuple[float, Advice | None]] = []
    for number, it in enumerate(told):
        shown = it.advice[0] if it.advice else None
        if not found or found[-1][1] is not shown:
            found.append((number * PICTURE_S, shown))
    return found


def test_every_kind_of_advice_has_its_place() -> None:
    """None is forgotten, none comes twice."""
    assert sorted(ORDER) == sorted(Advice)


def test_whoever_sits_down_is_told_at_once() -> None:
    """The first picture counts in full, and the most helpful piece is said alone."""
    assert changes(watch([(FAR, BLURRED)] * 5)) == [(0, FAR)]


def test_one_bad_picture_changes_nothing() -> None:
    """Nor does one good one among bad ones."""
    assert changes(watch([()] * 20 + [(DARK,)] + [()] * 20)) == [(0, None)]
    assert changes(watch([(DARK,)] * 20 + [()] + [(DARK,)] * 20)) == [(0, DARK)]


def test_a_face_at_the_edge_of_a_limit_does_not_flicker() -> None:
    """Every other picture says otherwise: what was said stays said."""
    assert changes(watch([(FAR,), ()] * 50)) == [(0, FAR)]
    assert changes(watch([(), (FAR,)] * 50)) == [(0, None)]


def test_advice_follows_the_cause_soon() -> None:
    """It comes within half a second, and goes within half a second of having been read."""
    (_, none), (on_s, on), (off_s, off) = changes(watch([()] * 10 + [(DARK,)] * 20 + [()] * 20))
    assert (none, on, off) == (None, DARK, None)
    assert 1.0 < on_s <= 1.5
    assert 3.0 < off_s <= 3.5


def test_the_more_helpful_piece_waits_until_the_other_was_read() -> None:
    """Then it takes its place."""
    found = changes(watch([(BLURRED,)] * 2 + [(DARK, BLURRED)] * 30))
    assert [advice for _, advice in found] == [BLURRED, DARK]
    assert found[1][0] >= HOLD_S - 1e-9


@given(st.lists(st.sets(st.sampled_from(sorted(Advice)), max_size=4), min_size=1, max_size=80))
def test_whatever_is_found_each_piece_can_be_read(found: list[set[Advice]]) -> None:
    """One at a time, always the most helpful of those that hold, each for its time."""
    told = watch([tuple(sorted(advice)) for advice in found])
    assert all(len(it.advice) <= 1 for it in told)
    shown = changes(told)
    for (begin_s, advice), (end_s, _) in itertools.pairwise(shown):
        assert advice is None or end_s - begin_s >= HOLD_S - 1e-9


def test_a_pose_is_held_when_all_was_well_for_a_moment() -> None:
    """Counted by the time that passed, not by pictures; a wobble begins it anew."""
    told = watch([()] * 30)
    first = next(number for number, it in enumerate(told) if it.is_ready)
    assert first * PICTURE_S == pytest.approx(READY_S, abs=PICTURE_S)
    wobbling = watch(([()] * 8 + [(BLURRED,)] * 4) * 6)
    assert not any(it.is_ready for it in wobbling)


def test_pictures_that_stop_prove_nothing() -> None:
    """A stall of ten seconds is no advice of ten seconds."""
    coach = Coach()
    coach.see(Findings(), 0)
    assert coach.see(Findings((DARK,)), 10).advice == ()


def test_what_cannot_be_judged_is_never_well() -> None:
    """No photo takes itself with a detector that misses people."""
    assert not any(it.is_ready for it in watch([()] * 40, is_judged=False))
