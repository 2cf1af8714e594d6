"""What every face matcher promises: the simulated one, and a real program behind the protocol."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from devices.face_matcher.program import ProgramMatcher
from devices.face_matcher.simulated import SimulatedMatcher
from kiosk.domain import WhyNotCompared
from kiosk.ports.face_matcher import Compared, FaceMatcher, MatcherName, NotCompared
from tests.support.face_matchers import EXAMPLE, face_jpeg, png

LIMIT_S = 30.0
NOBODY = face_jpeg(is_there=False)


@pytest.fixture(params=["simulated", "program"])
def matcher(request: pytest.FixtureRequest) -> Iterator[FaceMatcher]:
    """Return one of them."""
    made: FaceMatcher = (
        SimulatedMatcher() if request.param == "simulated" else ProgramMatcher(EXAMPLE)
    )
    yield made
    made.close()
    made.close()


def test_the_same_face_scores_high_and_another_low(matcher: FaceMatcher) -> None:
    """Between 0 and 1, and the same pictures always score the same."""
    matcher.prepare()
    same = matcher.compare(face_jpeg(0.7), face_jpeg(0.68), LIMIT_S)
    other = matcher.compare(face_jpeg(0.7), face_jpeg(0.1), LIMIT_S)
    assert isinstance(same, Compared)
    assert isinstance(other, Compared)
    assert 0 <= other.score < 0.5
    assert 0.9 < same.score <= 1
    assert matcher.compare(face_jpeg(0.7), face_jpeg(0.68), LIMIT_S) == same


@pytest.mark.parametrize(
    ("portrait", "photo", "why"),
    [
        (NOBODY, face_jpeg(), WhyNotCompared.PORTRAIT_UNUSABLE),
        (face_jpeg(), NOBODY, WhyNotCompared.PHOTO_UNUSABLE),
        (png(), face_jpeg(), WhyNotCompared.PORTRAIT_UNUSABLE),
        (face_jpeg(), face_jpeg()[:200], WhyNotCompared.PHOTO_UNUSABLE),
    ],
)
def test_it_says_which_picture_shows_nobody(
    matcher: FaceMatcher, portrait: bytes, photo: bytes, why: WhyNotCompared
) -> None:
    """So that the resident is asked for another photo only where that can help."""
    assert matcher.compare(portrait, photo, LIMIT_S) == NotCompared(why)


def test_it_says_which_it_is_and_says_the_same_with_a_score(matcher: FaceMatcher) -> None:
    """The record names the program that gave the score."""
    name = matcher.name(LIMIT_S)
    assert isinstance(name, MatcherName)
    assert name.name
    assert name.version
    compared = matcher.compare(face_jpeg(), face_jpeg(), LIMIT_S)
    assert isinstance(compared, Compared)
    assert compared.by == name


def test_it_works_again_after_being_closed(matcher: FaceMatcher) -> None:
    """Closing lets go and breaks nothing."""
    matcher.prepare()
    matcher.close()
    assert isinstance(matcher.compare(face_jpeg(), face_jpeg(), LIMIT_S), Compared)
