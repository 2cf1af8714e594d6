"""The photo and the signature: what is seen through the camera, and what is drawn on the glass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.clock import Moment
from kiosk.domain import Signature
from kiosk.flow.events import Event, ShutterPressed, Signed
from kiosk.flow.photo_events import CameraSwapped, PhotoChosen
from kiosk.flow.session import Session, Step
from kiosk.photos import Advice, Findings
from kiosk.ports.camera import Frame, Look, NoPicture
from tests.screens.later_situations import a_jpeg_photo, situation
from tests.screens.places import ZH, a_session, a_world, moment
from tests.screens.test_touch import Window
from tests.screens.windows import settle
from ui.widgets.camera_view import CameraView
from ui.widgets.shots import _Shot
from ui.widgets.signature_pad import SignaturePad

AT = moment()
BAD_LIGHT: dict[str, Any] = {"advice": (Advice.TOO_DARK,), "step_since_s": AT.monotonic_s}


def seen(name: str, **changes: Any) -> Session:  # noqa: ANN401 - any field of a session
    """Return a situation in Chinese."""
    return situation(name, ZH, **changes)


def a_look(advice: tuple[Advice, ...] = ()) -> Look:
    """Return a small live picture: left half red, right half blue."""
    row = bytes((0, 0, 255)) * 8 + bytes((255, 0, 0)) * 8
    return Look(Frame(row * 12, 16, 12, 1), Findings(advice=advice))


def the_view(window: Window) -> CameraView:
    """Return the picture on the photo screen."""
    return window.shell.screen_now.findChildren(CameraView)[0]


def test_the_live_picture_is_shown_in_its_colours(qtbot: QtBot) -> None:
    """Blue, green, red in the frame are blue, green, red on the glass."""
    window = Window(qtbot, seen("photo"))
    window.shell.show_look(a_look())
    view = the_view(window)
    picture = view.grab().toImage()
    left, right = (
        QColor(picture.pixel(view.width() // 3, 12)),
        QColor(picture.pixel(view.width() * 2 // 3, 12)),
    )
    assert left.red() > left.blue() + 60
    assert right.blue() > right.red() + 60
    assert view.caption == "很好，别动，马上拍"


def test_no_picture_yet_is_said(qtbot: QtBot) -> None:
    """While the camera starts, nobody is told that the picture is good."""
    window = Window(qtbot, seen("photo"))
    window.shell.show_look(NoPicture.STARTING)
    assert the_view(window).caption == "正在打开摄像头"
    assert the_view(window).image is None


def test_the_shutter_opens_at_once_on_a_good_picture(qtbot: QtBot) -> None:
    """Nobody waits for anything when nothing is wanting."""
    window = Window(qtbot, seen("photo", step_since_s=AT.monotonic_s))
    window.shell.show_look(a_look())
    window.show(seen("photo", step_since_s=AT.monotonic_s))
    window.touch("现在拍")
    assert window.sent == [ShutterPressed(AT)]


def test_the_shutter_waits_while_there_is_advice(qtbot: QtBot) -> None:
    """For ten seconds the shutter is closed, and then any picture may be taken."""
    window = Window(qtbot, seen("photo", **BAD_LIGHT))
    window.shell.show_look(a_look((Advice.TOO_DARK,)))
    window.show(seen("photo", **BAD_LIGHT))
    assert the_view(window).caption == "这里有点暗，请面向亮的地方"
    assert not window.area("现在拍").isEnabled()
    window.shell.screen_now.go_on()  # Enter reaches the screen whatever the button looks like
    assert window.sent == []
    later = Moment(AT.at, AT.monotonic_s + 10)
    window.shell.kit.now = lambda: later
    window.shell.show_look(a_look((Advice.TOO_DARK,)))
    window.show(seen("photo", **BAD_LIGHT))
    window.touch("现在拍")
    assert window.sent == [ShutterPressed(later)]


def test_the_shutter_opens_without_any_picture_too(qtbot: QtBot) -> None:
    """Ten seconds are enough for a camera that only starts: the flow says what came of it."""
    window = Window(qtbot, seen("photo", step_since_s=AT.monotonic_s - 10))
    window.touch("现在拍")
    assert window.sent == [ShutterPressed(AT)]


def test_without_a_camera_there_is_a_sentence_and_the_other_way(qtbot: QtBot) -> None:
    """No camera is no dead end, and offers no shutter."""
    window = Window(qtbot, seen("no camera"))
    assert window.says("您不用等：按“不拍照”，照样能办。")
    assert not any(
        area.isVisible() and area.accessibleName() == "现在拍"
        for area in window.shell.findChildren(type(window.area("上一步")))
    )


def test_a_live_picture_does_not_outlive_its_screen(qtbot: QtBot) -> None:
    """Coming back to the photo begins with an empty wall, and says that the camera starts."""
    window = Window(qtbot, seen("photo"))
    window.shell.show_look(a_look())
    view = the_view(window)
    window.show(a_session(Step.REVIEW))
    assert view.image is None
    window.show(seen("photo"))
    assert the_view(window).image is None
    assert the_view(window).caption == "正在打开摄像头"


def test_the_taken_picture_is_shown(qtbot: QtBot) -> None:
    """What will be sent is what is seen, and a late live picture does not replace it."""
    image = QImage(60, 80, QImage.Format.Format_RGB888)
    image.fill(QColor("#20A040"))
    raw = QByteArray()
    buffer = QBuffer(raw)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG")  # type: ignore[call-overload]
    photo = a_jpeg_photo(bytes(raw.data()))
    window = Window(qtbot, seen("photo taken", photo=photo))
    window.shell.show_look(a_look())
    view = the_view(window)
    middle = QColor(view.grab().toImage().pixel(view.width() // 2, view.height() // 2))
    assert middle.green() > middle.red() + 60
    assert view.image is not None
    assert (view.image.width(), view.image.height()) == (60, 80)


def a_jpeg(colour: str) -> bytes:
    """Return a small picture of one colour."""
    image = QImage(60, 80, QImage.Format.Format_RGB888)
    image.fill(QColor(colour))
    raw = QByteArray()
    buffer = QBuffer(raw)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG")  # type: ignore[call-overload]
    return bytes(raw.data())


def test_one_of_several_photos_is_chosen(qtbot: QtBot) -> None:
    """Each lies there small, can be touched and has a name; one alone offers no choice."""
    shots = tuple(a_jpeg_photo(a_jpeg(colour)) for colour in ("#20A040", "#A02040"))
    window = Window(qtbot, seen("photo taken", photo=shots[1], shots=shots[1:]))
    assert not any(area.isVisible() for area in window.shell.findChildren(_Shot))
    window.show(seen("photo taken", photo=shots[1], shots=shots))
    assert window.says("用哪一张？")
    window.touch("第 1 张")
    assert window.sent == [PhotoChosen(AT, 0)]
    chosen = [area.is_chosen for area in window.shell.findChildren(_Shot) if area.isVisible()]
    assert chosen == [False, True]


def test_the_light_is_shown_while_the_camera_is_on(qtbot: QtBot) -> None:
    """Nobody is looked at without seeing so; with the photo taken it is off."""
    window = Window(qtbot, seen("photo"))
    assert window.says("摄像头开着")
    window.show(seen("photo taken", photo=a_jpeg_photo(a_jpeg("#20A040"))))
    assert not window.says("摄像头开着")
    window.show(seen("no camera"))
    assert not window.says("摄像头开着")


def test_who_cannot_be_judged_is_not_told_that_all_is_well(qtbot: QtBot) -> None:
    """With a detector that misses people the words are about the oval, and the shutter is open."""
    window = Window(qtbot, seen("photo, nothing judged"))
    window.shell.show_look(a_look())
    window.show(seen("photo, nothing judged"))
    assert the_view(window).caption == "脸对准圆圈，再按“现在拍”"
    assert window.area("现在拍").isEnabled()


def test_the_other_camera_is_offered_where_there_is_one(qtbot: QtBot) -> None:
    """Where there is one camera only, nothing is said of another."""
    window = Window(qtbot, seen("photo"))
    assert not window.says("换低的摄像头")
    world = a_world()
    two = replace(world, rules=replace(world.rules, has_low_camera=True))
    window.shell.show_session(seen("photo"), two)
    settle()
    window.touch("太高了？换低的摄像头")
    assert window.sent == [CameraSwapped(AT)]


# --- signature ---


def the_pad(window: Window) -> SignaturePad:
    """Return the box to sign in."""
    return window.shell.screen_now.findChildren(SignaturePad)[0]


def draw(pad: SignaturePad, *places_mm: tuple[float, float]) -> None:
    """Draw one stroke through places in mm from the box's top left."""
    points = [QPoint(round(x * per_mm(pad)), round(y * per_mm(pad))) for x, y in places_mm]
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(pad, point)
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=points[-1])
    settle()


def per_mm(pad: SignaturePad) -> float:
    """Return the pixels of a millimetre."""
    return 1 / (pad.signature.width / 10 / pad.width())


def signed(events: Sequence[Event]) -> Signature:
    """Return the signature of the only event."""
    (event,) = events
    assert isinstance(event, Signed)
    return event.signature


def test_strokes_are_in_tenths_of_a_millimetre(qtbot: QtBot) -> None:
    """The office sees the signature at its true size, whatever the panel's pixels."""
    window = Window(qtbot, seen("sign"))
    pad = the_pad(window)
    draw(pad, (10, 20), (30, 20), (30, 40))
    draw(pad, (50, 10), (60, 10))
    window.touch("签好了，交上去")
    signature = signed(window.sent)
    wanted = (((100, 200), (300, 200), (300, 400)), ((500, 100), (600, 100)))
    assert len(signature.strokes) == 2
    for stroke, points in zip(signature.strokes, wanted, strict=True):
        assert len(stroke) == len(points)
        for (x, y), (wanted_x, wanted_y) in zip(stroke, points, strict=True):
            assert abs(x - wanted_x) <= 3
            assert abs(y - wanted_y) <= 3
    assert abs(signature.width - 2480) < 30  # the panel's 268 mm without its margins
    assert signature.height > 260


def test_a_stroke_that_leaves_the_box_stays_on_its_edge(qtbot: QtBot) -> None:
    """No point lies outside the size that is sent with it."""
    window = Window(qtbot, seen("sign"))
    pad = the_pad(window)
    draw(pad, (10, 10), (9999, 10), (20, -50), (30, 30))
    window.touch("签好了，交上去")
    signature = signed(window.sent)
    assert all(
        0 <= x <= signature.width and 0 <= y <= signature.height
        for stroke in signature.strokes
        for x, y in stroke
    )


def test_an_empty_box_is_said_and_not_sent(qtbot: QtBot) -> None:
    """Whoever forgot to sign is told how, and signs."""
    window = Window(qtbot, seen("sign, helped"))
    window.touch("签好了，交上去")
    assert window.sent == []
    assert window.says("框里还是空的。")
    draw(the_pad(window), (10, 20), (30, 20), (30, 40))
    assert not window.says("框里还是空的。")
    assert window.says("李晓燕在旁边帮您。这里只能您自己签，别人不能代签。")


def test_wiping_and_signing_again(qtbot: QtBot) -> None:
    """What was wiped off is not handed in."""
    window = Window(qtbot, seen("sign"))
    draw(the_pad(window), (10, 20), (30, 20), (30, 40))
    window.touch("擦掉重写", "签好了，交上去")
    assert window.sent == []
    draw(the_pad(window), (50, 20), (70, 20), (70, 40))
    window.touch("签好了，交上去")
    assert len(signed(window.sent).strokes) == 1


@pytest.mark.parametrize("panel", ["portrait", "low"])
def test_a_cross_for_who_cannot_write(qtbot: QtBot, panel: str) -> None:
    """The button draws two strokes inside the box, by keys too."""
    window = Window(qtbot, seen("sign"), panel)
    pad = the_pad(window)
    QTest.keyClick(window.shell.focusWidget(), Qt.Key.Key_Return)
    settle()
    window.touch("签好了，交上去")
    signature = signed(window.sent)
    assert len(signature.strokes) == 2
    assert not signature.is_blank
    assert all(
        0 < x < pad.signature.width and 0 < y < pad.signature.height
        for stroke in signature.strokes
        for x, y in stroke
    )


def test_a_signature_does_not_outlive_a_correction(qtbot: QtBot) -> None:
    """What was drawn before something was changed is drawn anew."""
    window = Window(qtbot, seen("sign"))
    draw(the_pad(window), (10, 20), (30, 20), (30, 40))
    window.show(a_session(Step.REVIEW))
    window.show(seen("sign"))
    assert the_pad(window).signature.strokes == ()
