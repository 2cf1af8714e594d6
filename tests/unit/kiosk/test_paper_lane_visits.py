"""Papers on the camera's lane, from one visit to the next: nothing is made or held for who left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from kiosk.device_lanes import CameraRounds
from kiosk.flow.paper_answers import PageCut, PageTaken
from kiosk.flow.paper_effects import CutPage
from kiosk.flow.session import Session, Step
from kiosk.paper_lane import STILL_S, TELL_AGAIN_S, LensRounds
from kiosk.ports.camera import CameraMount
from kiosk.ports.document_camera import PageAdvice, PageStyle
from kiosk.readiness import PortName
from kiosk.texts import load_texts
from launch.places import LOCALE
from tests.support.builders import a_session
from tests.support.shown_papers import A_SIDE
from tests.unit.kiosk.test_paper_lane import TAKE, FakeFaces, Place, looking

LONG_ENOUGH = int(STILL_S / 0.4) + 3
VISIT = replace(a_session(Step.PAPER), session_id="s-1", pictures_ordered=3)
ORDER = replace(TAKE, order=3)
CUT = CutPage("s-1", "days_away", PageStyle(), A_SIDE)


def test_what_lies_there_is_told_again_after_a_while() -> None:
    """The visit may not have been ready for it, or may have gone on to another paper."""
    place = looking()
    place.camera.found = None
    assert len(place.look()) == 1
    assert place.look(int(TELL_AGAIN_S / 0.4) - 1) == []
    assert [it.advice for it in place.look(2)] == [PageAdvice.NO_PAPER]


def test_that_the_page_that_was_taken_still_lies_there_is_told() -> None:
    """Nothing would ever happen to it, and nobody would know why."""
    place = looking()
    assert [it.is_same for it in place.look(LONG_ENOUGH)] == [False, False]
    place.papers.perform(ORDER, "")
    assert [it.is_same for it in place.look(1, s=1)] == [True]
    place.camera.found = None
    assert [it.is_same for it in place.look(1, s=1)] == [False]


def test_where_the_page_of_one_visit_lay_says_nothing_of_the_next() -> None:
    """On a stand with a stop every sheet lies where the last one did."""
    place = looking()
    place.look(LONG_ENOUGH)
    place.papers.perform(ORDER, "")
    place.papers.want(is_on=False)
    place.papers.round()
    place.papers.want(is_on=True, whose="s-1")
    assert not any(it.is_still for it in place.look(LONG_ENOUGH))
    place.papers.want(is_on=False)
    place.papers.round()
    place.papers.want(is_on=True, whose="s-2")
    assert any(it.is_still for it in place.look(LONG_ENOUGH))


@pytest.mark.parametrize(
    ("session", "made"),
    [
        (VISIT, [PageTaken, PageCut]),
        (replace(VISIT, pictures_ordered=4), [PageCut]),
        (replace(VISIT, session_id="s-2"), []),
        (replace(VISIT, session_id=""), []),
    ],
    ids=["awaited", "given up", "the next visit", "nobody"],
)
def test_no_page_is_made_for_who_does_not_wait_for_it(session: Session, made: list[type]) -> None:
    """What lies there when its turn comes is somebody else's, or another paper."""
    place = looking()
    for order in (ORDER, CUT):
        place.papers.make_if_awaited(order, "", lambda: session)
    assert [type(event) for event in place.events] == made


def test_a_report_on_both_cameras_opens_one_at_a_time() -> None:
    """Both may be one device; and nobody is left looking."""
    place = Place()
    rounds = CameraRounds(place.events.append, place.looks.append, place.clock)
    lenses = LensRounds(rounds, place.papers)
    camera = cast("Any", FakeFaces(place.told))
    texts = next(iter(load_texts(LOCALE).values()))
    lenses.want(None, papers=True)
    lenses.round(camera)
    place.told.clear()
    parts = lenses.report(camera, texts)
    assert [it.port for it in parts] == [PortName.CAMERA, PortName.DOCUMENT_CAMERA]
    assert place.told == [
        *("papers closed", "face", "face", "face closed", "papers", "papers closed"),
    ]
    lenses.want(CameraMount.USUAL, papers=False)
    lenses.round(camera)
    assert place.told[-1] == "face"
