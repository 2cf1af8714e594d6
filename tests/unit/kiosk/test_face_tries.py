"""A card whose portrait was missed too often is not compared in the next visit either."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.domain import ComparisonOutcome, FaceComparison, WhyNotCompared
from kiosk.face_lane import FaceDesk
from kiosk.face_tries import FORGET_S, FaceTries
from kiosk.flow import events as ev
from kiosk.flow.comparing import MOST_MISSES
from kiosk.flow.effects import CompareFaces
from kiosk.ports.face_matcher import Compared, MatcherName, NotCompared
from tests.support.builders import FakeClock

OURS, OTHERS = b"\xff\xd8\xff ours", b"\xff\xd8\xff another's"


@dataclass
class Matcher:
    """Gives the scores it is told, and counts how often it was asked."""

    answers: list[Compared | NotCompared]
    asked: int = 0
    by: MatcherName = field(default_factory=lambda: MatcherName("m", "1"))

    def prepare(self) -> None:
        """Do nothing."""

    def compare(self, reference: bytes, probe: bytes, timeout_s: float) -> Compared | NotCompared:
        """Answer, the last one for ever."""
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def name(self, timeout_s: float) -> MatcherName | NotCompared:
        """Say who it is."""
        return self.by

    def close(self) -> None:
        """Do nothing."""


def a_desk(*scores: float) -> tuple[FaceDesk, Matcher, FakeClock]:
    """Return a desk whose matcher gives these scores."""
    matcher = Matcher([Compared(it, MatcherName("m", "1")) for it in scores])
    clock = FakeClock()
    return FaceDesk(matcher, clock, threshold=0.6), matcher, clock


def compare(desk: FaceDesk, portrait: bytes = OURS, visit: str = "s-1") -> FaceComparison:
    """Compare in a visit."""
    told = desk.compare(CompareFaces(visit, portrait, b"photo", b"sha", 1))
    assert isinstance(told, ev.FacesCompared)
    return told.comparison


def test_a_new_visit_gives_no_tries_anew() -> None:
    """Two misses, in one visit or in two: the program is not asked a third time."""
    desk, matcher, _ = a_desk(0.1)
    for visit in range(MOST_MISSES):
        assert compare(desk, visit=f"s-{visit}").outcome is ComparisonOutcome.NO_MATCH
    denied = compare(desk, visit="s-9")
    assert denied.outcome is ComparisonOutcome.NOT_COMPARED
    assert denied.why_not is WhyNotCompared.TOO_OFTEN
    assert matcher.asked == MOST_MISSES
    assert compare(desk, OTHERS).outcome is ComparisonOutcome.NO_MATCH


def test_its_owner_comes_back_another_day() -> None:
    """After a while it is compared again, and being turned away does not make that longer."""
    desk, matcher, clock = a_desk(0.1)
    for _ in range(MOST_MISSES):
        compare(desk)
    clock.pass_s(FORGET_S - 1)
    assert compare(desk).why_not is WhyNotCompared.TOO_OFTEN
    clock.pass_s(1)
    assert compare(desk).outcome is ComparisonOutcome.NO_MATCH
    assert matcher.asked == MOST_MISSES + 1


def test_a_match_clears_what_was_before() -> None:
    """It is its owner."""
    desk, matcher, _ = a_desk(0.1, 0.9, 0.1)
    assert [compare(desk).outcome for _ in range(4)] == [
        ComparisonOutcome.NO_MATCH,
        ComparisonOutcome.MATCH,
        ComparisonOutcome.NO_MATCH,
        ComparisonOutcome.NO_MATCH,
    ]
    assert compare(desk).why_not is WhyNotCompared.TOO_OFTEN
    assert matcher.asked == 4


def test_a_program_that_failed_costs_no_try() -> None:
    """There was no comparison."""
    matcher = Matcher([NotCompared(WhyNotCompared.BROKE_OFF)])
    desk = FaceDesk(matcher, FakeClock(), threshold=0.6)
    for _ in range(5):
        assert compare(desk).why_not is WhyNotCompared.BROKE_OFF
    assert matcher.asked == 5


def test_nothing_of_a_portrait_is_kept() -> None:
    """Neither it nor a digest that anybody else could make."""
    tries = FaceTries()
    tries.note(OURS, 0.0, is_match=False)
    other = FaceTries()
    other.note(OURS, 0.0, is_match=False)
    assert tries._missed.keys().isdisjoint(other._missed.keys())
    assert "ours" not in repr(tries)
    assert tries.misses(OURS, FORGET_S) == 0
    assert tries._missed == {}
