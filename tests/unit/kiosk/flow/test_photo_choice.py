"""At the camera: taken by itself or not, several shots, two cameras, and nothing kept too long."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.answers import PoseHeld
from kiosk.flow.photo import ITSELF_AFTER_S, MOST_SHOTS
from kiosk.flow.photo_events import CameraSwapped, PhotoChosen
from kiosk.flow.session import Step
from kiosk.photos import Advice, Photo
from kiosk.ports.camera import CameraMount
from tests.support.builders import a_photo
from tests.support.walk import Walk


@pytest.fixture
def walk() -> Walk:
    """Return a visit that stands before the camera, long enough to have sat down."""
    walk = Walk().to(Step.PHOTO)
    walk.clock.pass_s(ITSELF_AFTER_S)
    return walk


def shot(number: int) -> Photo:
    """Return one of several photos."""
    return replace(a_photo(), jpeg=b"\xff\xd8\xff" + bytes([number]))


def take(walk: Walk, number: int) -> None:
    """Take a photo by the button."""
    walk.on(ev.ShutterPressed)
    walk.answer(ev.PhotoTaken, shot(number))


def test_a_pose_that_is_held_takes_the_photo(walk: Walk) -> None:
    """Once, and it is still for the resident to keep it."""
    walk.on(ev.AdviceChanged, ())
    assert walk.on(PoseHeld) == (ef.TakePhoto("s-1"),)
    assert walk.on(PoseHeld) == ()
    walk.answer(ev.PhotoTaken, shot(1))
    assert walk.on(PoseHeld) == ()
    assert walk.step == Step.PHOTO


def test_nobody_is_photographed_while_sitting_down() -> None:
    """Nor right after asking for another photo."""
    walk = Walk().to(Step.PHOTO)
    assert walk.on(PoseHeld) == ()
    walk.clock.pass_s(ITSELF_AFTER_S)
    take(walk, 1)
    walk.on(ev.PhotoRetaken)
    assert walk.on(PoseHeld) == ()
    walk.clock.pass_s(ITSELF_AFTER_S)
    assert walk.on(PoseHeld) != ()


@pytest.mark.parametrize("why", ["advice", "not judged", "gone", "switched off", "elsewhere"])
def test_what_keeps_a_photo_from_taking_itself(walk: Walk, why: str) -> None:
    """The button works all the same, but for a camera that is gone."""
    if why == "advice":
        walk.on(ev.AdviceChanged, (Advice.TOO_DARK,))
    elif why == "not judged":
        walk.on(ev.AdviceChanged, (), False)  # as the event has it
    elif why == "gone":
        walk.on(ev.CameraGone)
    elif why == "switched off":
        rules = replace(walk.world.rules, takes_photo_itself=False)
        walk.world = replace(walk.world, rules=rules)
    else:
        walk.on(ev.WentBack)
    assert walk.on(PoseHeld) == ()


def test_advice_is_said_aloud_once(walk: Walk) -> None:
    """Who looks into the lens does not read; the same advice again is not repeated."""
    said = (ef.SayAloud("photo.advice.too_dark"),)
    assert walk.on(ev.AdviceChanged, (Advice.TOO_DARK,)) == said
    assert walk.on(ev.AdviceChanged, (Advice.TOO_DARK,)) == ()
    assert walk.on(ev.AdviceChanged, ()) == ()
    take(walk, 1)
    assert walk.on(ev.AdviceChanged, (Advice.TOO_DARK,)) == ()


def test_a_pose_is_no_sign_of_life(walk: Walk) -> None:
    """A picture on the wall keeps no visit alive."""
    touched_s = walk.now().last_touch_s
    walk.on(ev.AdviceChanged, (Advice.TOO_DARK,))
    walk.on(PoseHeld)
    assert walk.now().last_touch_s == touched_s


def test_one_of_several_shots_is_chosen(walk: Walk) -> None:
    """The newest at first; what is chosen is what goes on, and nothing else does."""
    take(walk, 1)
    walk.on(ev.PhotoRetaken)
    take(walk, 2)
    assert (walk.now().photo, len(walk.now().shots)) == (shot(2), 2)
    walk.on(PhotoChosen, 0)
    assert walk.now().photo == shot(1)
    walk.on(ev.Continued)
    assert (walk.step, walk.now().photo, walk.now().shots) == (Step.REVIEW, shot(1), ())


@pytest.mark.parametrize("number", [-1, 2, 99])
def test_a_shot_that_is_not_there_cannot_be_chosen(walk: Walk, number: int) -> None:
    """Nothing changes."""
    take(walk, 1)
    walk.on(ev.PhotoRetaken)
    take(walk, 2)
    walk.on(PhotoChosen, number)
    assert walk.now().photo == shot(2)


def test_the_oldest_shot_goes(walk: Walk) -> None:
    """A visit does not collect pictures without end."""
    for number in range(MOST_SHOTS + 2):
        take(walk, number)
        walk.on(ev.PhotoRetaken)
    assert walk.now().shots == tuple(shot(number) for number in range(2, MOST_SHOTS + 2))


@pytest.mark.parametrize("event", [ev.PhotoDeclined, ev.WentBack])
def test_shots_do_not_outlive_the_page(walk: Walk, event: type[ev.Touch]) -> None:
    """Whoever leaves without one leaves none."""
    take(walk, 1)
    walk.on(ev.PhotoRetaken)
    walk.on(event)
    assert walk.now().shots == ()


def test_the_low_camera_is_for_who_needs_it(walk: Walk) -> None:
    """A lowered screen looks through it, and either can be chosen."""
    assert walk.wanted().lens is CameraMount.USUAL
    walk.on(ev.ScreenLowered, True)  # as the event has it
    assert walk.wanted().lens is CameraMount.LOW
    walk.on(ev.AdviceChanged, (Advice.TOO_DARK,))
    walk.on(CameraSwapped)
    assert walk.wanted().lens is CameraMount.USUAL
    assert walk.now().advice == ()
    walk.on(CameraSwapped)
    assert walk.wanted().lens is CameraMount.LOW
    take(walk, 1)
    assert walk.wanted().lens is None
    walk.on(CameraSwapped)  # with the photo there, there is nothing to swap
    walk.on(ev.PhotoRetaken)
    assert walk.wanted().lens is CameraMount.LOW
