"""Card and face on the glass: what each touch says, and what stands there."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from kiosk.domain import Purpose
from kiosk.flow.events import Consented, Continued, OtherWayChosen, PhotoRetaken, Refused, WentBack
from kiosk.flow.session import Session
from tests.screens.faces import FACES
from tests.screens.places import EN, SERVICE, TEXTS, a_session, moment
from tests.screens.test_touch import Window
from tests.support.face_matchers import face_jpeg
from ui.screens.face_check import WitnessLookScreen
from ui.widgets.camera_view import CameraView

AT = moment()
SAY = TEXTS[EN].say


def at(name: str) -> Session:
    """Return a situation."""
    step, changes = FACES[name]
    return a_session(step, EN, **changes)


def test_both_answers_about_the_comparison_can_be_given(qtbot: QtBot) -> None:
    """Each with the version of the words that were shown."""
    window = Window(qtbot, at("consent to comparison"))
    window.touch(SAY("consent.face_comparison.yes"))
    window.touch(SAY("consent.face_comparison.no"))
    version = SERVICE.consent_version
    assert window.sent == [
        Consented(AT, Purpose.FACE_COMPARISON, version),
        Refused(AT, Purpose.FACE_COMPARISON, version),
    ]


def test_no_match_shows_its_ways_on(qtbot: QtBot) -> None:
    """One more photo, an attendant, on without it; and no score anywhere."""
    window = Window(qtbot, at("no match"))
    window.touch(SAY("face_check.again"))
    window.touch(SAY("face_check.ask"))
    window.touch(SAY("face_check.go_on"))
    window.touch(SAY("bar.back"))
    assert window.sent == [PhotoRetaken(AT), OtherWayChosen(AT), Continued(AT), WentBack(AT)]
    assert not window.says("0.4")


def test_the_witness_sees_both_pictures_whole(qtbot: QtBot) -> None:
    """The portrait and the photo, each of its own shape; Next is their word."""
    session = at("witness looks at two")
    assert session.photo is not None
    window = Window(qtbot, replace(session, photo=replace(session.photo, jpeg=face_jpeg(0.1))))
    screen = window.shell.screen_now
    assert isinstance(screen, WitnessLookScreen)
    shown = [it.image for it in screen.findChildren(CameraView) if it.isVisible()]
    assert [None if it is None else (it.width(), it.height()) for it in shown] == [(268, 330)] * 2
    window.touch(SAY("witness_look.confirm"))
    window.touch(SAY("witness_look.unsure"))
    assert window.sent == [Continued(AT), WentBack(AT)]


def test_before_a_photo_there_is_the_portrait_alone(qtbot: QtBot) -> None:
    """And the words that go with it."""
    window = Window(qtbot, at("witness looks"))
    screen = window.shell.screen_now
    assert len([it for it in screen.findChildren(CameraView) if it.isVisible()]) == 1
    assert window.says(SAY("witness_look.line"))
