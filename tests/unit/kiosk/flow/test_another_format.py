"""A photo from before, where services ask for photo formats of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain import Purpose
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.session import Step
from kiosk.photos import Photo
from tests.support.builders import a_photo, a_sealed, a_signature
from tests.unit.kiosk.flow.test_another import a_travel_card, to_second


def test_a_photo_of_another_format_is_no_photo_from_before() -> None:
    """The camera is asked for the service's own; both wait for a third that wants either."""
    third = replace(a_travel_card(), service_id="meals")
    walk = to_second(a_travel_card(photo_format="icao.travel"), third)
    walk.consent(Purpose.DATA)
    walk.consent(Purpose.FACE_PHOTO)
    walk.say("red")
    assert (walk.step, walk.now().photo) == (Step.PHOTO, None)
    assert walk.wanted().photo_format == "icao.travel"
    (taken,) = walk.on(ev.ShutterPressed)
    assert isinstance(taken, ef.TakePhoto)
    assert taken.photo_format == "icao.travel"
    passport = replace(a_photo(), jpeg=b"\xff\xd8 larger \xff\xd9", format_id="icao.travel")
    walk.answer(ev.PhotoTaken, passport)
    walk.on(ev.Continued)
    walk.on(ev.Continued)
    assert walk.wanted().photo_format == ""
    walk.on(ev.Signed, a_signature())
    walk.answer(ev.ApplicationSealed, a_sealed())
    assert walk.now().earlier.photos == (a_photo(),)  # what nobody can use is not kept
    walk.answer(ev.ReceiptPrinted)
    walk.on(ev.Continued)
    walk.on(ev.Continued)
    walk.on(ev.ServiceChosen, walk.new_id(), "meals")
    walk.on(ev.Continued)
    walk.consent(Purpose.DATA)
    walk.consent(Purpose.FACE_PHOTO)
    assert walk.now().photo == a_photo()


def test_the_site_s_format_named_is_the_site_s_format() -> None:
    """A service that names what is taken here anyway uses the photo from before."""
    walk = to_second(a_travel_card(photo_format="cn.id_card"))
    walk.consent(Purpose.DATA)
    walk.consent(Purpose.FACE_PHOTO)
    assert walk.now().photo == a_photo()


@pytest.mark.parametrize(("is_gone", "kept"), [(True, (a_photo(),)), (False, ())])
def test_a_camera_that_is_gone_takes_no_photo_away(
    *, is_gone: bool, kept: tuple[Photo, ...]
) -> None:
    """Nobody refused anything; who does not want to be photographed now has said so for later."""
    third = replace(a_travel_card(), service_id="meals")
    walk = to_second(a_travel_card(photo_format="icao.travel"), third)
    walk.consent(Purpose.DATA)
    walk.consent(Purpose.FACE_PHOTO)
    walk.say("red")
    if is_gone:
        walk.on(ev.CameraGone)
    walk.on(ev.PhotoDeclined)
    walk.on(ev.Continued)
    walk.on(ev.Signed, a_signature())
    walk.answer(ev.ApplicationSealed, a_sealed())
    assert walk.now().earlier.photos == kept
