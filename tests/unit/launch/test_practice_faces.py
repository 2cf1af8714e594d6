"""A practice visit gets past card and face, whatever the program says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain import FaceComparison
from kiosk.flow import events as ev
from kiosk.flow.session import Step
from launch.resident import Resident
from launch.script import Script
from tests.support.walk import Walk
from tests.unit.kiosk.flow.test_face_check import MATCH, NO_MATCH, photographed, tell, visit


@pytest.mark.parametrize("result", [MATCH, NO_MATCH], ids=["match", "no match"])
def test_it_reaches_the_review(result: FaceComparison) -> None:
    """It agrees to the comparison, and goes on with the chip alone where nothing matched."""
    walk = visit()
    resident = Resident(Script(), walk.clock, lambda event: let(walk, event), None)
    while walk.step != Step.PHOTO:
        before = walk.now()
        resident.react(walk.now(), walk.world)
        assert walk.now() != before
    order = photographed(walk)
    resident.react(walk.now(), walk.world)
    assert walk.step == Step.FACE_CHECK  # there is nothing to touch while faces are compared
    tell(walk, order, replace(result))
    if walk.step == Step.FACE_CHECK:
        resident.react(walk.now(), walk.world)
    assert walk.step == Step.REVIEW


def let(walk: Walk, event: ev.Event) -> None:
    """Let an event happen as it was sent."""
    walk.on(lambda _: event)
