"""A face matcher that hangs, crashes, floods or lies: the visit goes on, and no process stays."""

from __future__ import annotations

import queue
from dataclasses import replace

import pytest

from devices.face_matcher.program import ProgramMatcher
from kiosk.domain import ComparisonOutcome, IdentityAssurance, WhyNotCompared
from kiosk.face_lane import FaceDesk
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.session import Overlay, Step
from kiosk.lanes import Lane
from tests.support.builders import FakeClock, a_photo
from tests.support.face_matchers import BAD, EXAMPLE, face_jpeg, saying
from tests.support.leftovers import child_processes
from tests.support.walk import Walk
from tests.unit.kiosk.flow.test_face_check import agreed, photographed, sealed, visit

WITHIN_S = 60.0
DRAWN = replace(a_photo(), jpeg=face_jpeg(0.68))


def compared(command: tuple[str, ...], limit_s: float) -> Walk:
    """Return a visit whose faces were compared on a lane of their own, while it could be used."""
    answers: queue.SimpleQueue[ev.Event] = queue.SimpleQueue()
    bugs: list[BaseException] = []
    lane = Lane(
        "faces",
        lambda: FaceDesk(ProgramMatcher(command), FakeClock(), 0.6, limit_s),
        lambda faces: faces.close(),
        bugs.append,
    )
    lane.start()
    try:
        walk = agreed(visit(portrait=face_jpeg()))
        assert walk.all(ef.PrepareComparison)
        lane.submit(lambda faces: faces.prepare())
        order = photographed(walk, DRAWN)
        lane.submit(lambda faces: answers.put(faces.compare(order)))
        walk.on(ev.HelpAsked)  # whatever the program does, the screen is not waiting for it
        assert walk.overlay == Overlay.HELP
        walk.on(ev.HelpAnswered)
        answer = answers.get(timeout=WITHIN_S)
        assert isinstance(answer, ev.FacesCompared)
        walk.answer(ev.FacesCompared, answer.photo_sha256, answer.comparison)
    finally:
        assert lane.stop(WITHIN_S)
    assert bugs == []
    return walk


@pytest.mark.parametrize("how", BAD)
def test_a_visit_goes_on_whatever_the_program_does(how: str) -> None:
    """It is told as not compared, with the reason, and handed in with the chip alone."""
    before = set(child_processes())
    command, why = BAD[how]
    walk = compared(command, 0.4 if why is WhyNotCompared.TOO_SLOW else 20.0)
    assert walk.step == Step.FACE_CHECK
    walk.on(ev.Continued)
    record = sealed(walk)
    assert record.identity.assurance is IdentityAssurance.CARD_READ
    told = record.identity.comparison
    assert told is not None
    assert (told.outcome, told.why_not) == (ComparisonOutcome.NOT_COMPARED, why)
    assert (told.score, told.matcher, told.version) == (None, "", "")
    assert set(child_processes()) <= before


@pytest.mark.parametrize(
    ("command", "outcome"),
    [
        (EXAMPLE, ComparisonOutcome.MATCH),
        (saying(599), ComparisonOutcome.NO_MATCH),
        (saying(600), ComparisonOutcome.MATCH),
    ],
    ids=["example", "just below", "just at"],
)
def test_a_program_that_answers_is_judged_by_the_threshold(
    command: tuple[str, ...], outcome: ComparisonOutcome
) -> None:
    """From it on, two faces match."""
    walk = compared(command, 30.0)
    identity = walk.now().identity
    assert identity is not None
    assert identity.comparison is not None
    assert identity.comparison.outcome is outcome
    is_match = outcome is ComparisonOutcome.MATCH
    assert walk.step == (Step.REVIEW if is_match else Step.FACE_CHECK)
