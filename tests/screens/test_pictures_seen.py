"""Faces and papers on the glass: what the words leave to be seen, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.catalogue.forms import Problem, ProblemKind
from kiosk.catalogue.loader import load_catalogue
from kiosk.clock import Moment
from kiosk.domain import Language
from kiosk.flow.events import ShutterPressed
from kiosk.flow.paper_state import ReceiptState
from kiosk.flow.session import Session, Step, TextScale
from kiosk.photos import Findings
from kiosk.ports.camera import Frame, Look, NoPicture
from kiosk.ports.document_camera import PageAdvice, PaperFound, PaperLook
from launch.places import CATALOGUE
from tests.screens.later_situations import SITUATIONS as LATER
from tests.screens.places import EN, TEXTS, ZH, a_session, a_world, moment
from tests.screens.situations import SITUATIONS
from tests.screens.test_touch import Window
from tests.screens.windows import PANELS, a_shell, settle
from tests.support.shown_papers import CORNERS
from ui.screens.paper_corners import PaperCornersScreen
from ui.shell import Shell
from ui.widgets.aside import Aside
from ui.widgets.banner import Banner
from ui.widgets.camera_view import CameraView
from ui.widgets.label import Label
from ui.widgets.press_area import PressArea
from ui.widgets.signature_pad import SignaturePad

AT = moment()
EVERY: dict[str, tuple[Step, dict[str, Any]]] = {**SITUATIONS, **LATER}
A_PAGE = PaperLook(Frame(bytes(320 * 240 * 3), 320, 240, 1), PaperFound(CORNERS))
WAYS = {EN: ("ake it again", "Turn it", "ut the edges right"), ZH: ("重拍", "转一下", "把边对齐")}
A_FACE = Look(Frame(bytes(160 * 90 * 3), 160, 90, 1), Findings())
LOOKED = ("paper", "paper not_whole", "photo", "photo, nothing judged", "photo come_closer")


def seen(name: str, language: Language = EN, **changes: Any) -> Session:  # noqa: ANN401 - any field
    """Return a situation."""
    step, usual = EVERY[name]
    return a_session(step, language, **{**usual, **changes})


def the_view(shell: Shell) -> CameraView:
    """Return the camera's picture."""
    return shell.screen_now.findChildren(CameraView)[0]


@pytest.mark.parametrize("panel", list(PANELS))
@pytest.mark.parametrize("name", ["paper", "page taken", "paper missing", "number asked"])
def test_the_window_never_outgrows_the_panel(qtbot: QtBot, panel: str, name: str) -> None:
    """Not even for the instant in which a page is filled: it would stay so, its bar unreachable."""
    shell = a_shell(qtbot, panel)
    session = a_session(Step.STATUS_NUMBER, EN) if name == "number asked" else seen(name)
    shell.show_session(a_session(), a_world())
    settle()
    shell.show_session(session, a_world())
    settle()
    metrics = PANELS[panel]
    assert (shell.width(), shell.height()) == (metrics.width_px, metrics.height_px)


@pytest.mark.parametrize("panel", list(PANELS))
@pytest.mark.parametrize("language", [EN, ZH])
@pytest.mark.parametrize("scale", [TextScale.NORMAL, TextScale.LARGEST])
def test_words_cover_no_chin_and_no_page(
    qtbot: QtBot, panel: str, language: Language, scale: TextScale
) -> None:
    """However large they are; and what is left is large enough to be recognised."""
    shell = a_shell(qtbot, panel)
    for name in LOOKED:
        session = seen(name, language, scale=scale)
        shell.show_session(session, a_world())
        settle()
        shell.show_look(A_PAGE if session.step is Step.PAPER else A_FACE)
        settle()
        view = the_view(shell)
        assert view.words_area.height() > 0, name
        assert view.uncovered.bottom() <= view.words_area.top() + 1, name
        assert view.uncovered.height() >= shell.kit.px(18), name


@pytest.mark.parametrize("name", ["paper", "paper not_whole"])
def test_a_page_can_be_seen_on_a_lowered_screen(qtbot: QtBot, name: str) -> None:
    """Words about the paper give way to the picture of it."""
    shell = a_shell(qtbot, "portrait")
    session = seen(name)
    lowered = replace(session.display, is_lowered=True)
    shell.show_session(replace(session, display=lowered), a_world())
    shell.show_look(A_PAGE)
    settle()
    view = the_view(shell)
    assert view.uncovered.height() >= shell.kit.px(40)
    assert view.uncovered.bottom() <= view.words_area.top() + 1


def test_the_picture_does_not_jump_with_the_words(qtbot: QtBot) -> None:
    """Advice changes many times a minute: once it was made smaller, the picture stays so."""
    shell = a_shell(qtbot, "low")
    shell.show_session(seen("photo, nothing judged"), a_world())
    shell.show_look(A_FACE)
    settle()
    before = the_view(shell).uncovered
    shell.show_session(seen("photo come_closer"), a_world())
    settle()
    assert the_view(shell).words_area.top() > before.bottom() + shell.kit.px(5)  # there is room now
    assert the_view(shell).uncovered == before


@pytest.mark.parametrize("name", ["no camera", "paper without a camera", "paper missing"])
def test_nobody_looks_into_a_camera_that_is_not_there(qtbot: QtBot, name: str) -> None:
    """No oval and no dark wall wait for a face or a paper."""
    window = Window(qtbot, seen(name))
    assert not the_view(window.shell).isVisible()
    (aside,) = window.shell.screen_now.findChildren(Aside)
    assert aside.isVisible()


def test_a_lost_camera_asks_for_no_paper(qtbot: QtBot) -> None:
    """What was kept is said, and nothing is to be laid anywhere."""
    window = Window(qtbot, seen("paper without a camera"))
    assert not window.says("under the camera")
    window.show(seen("paper, next page", camera_is_gone=True))
    assert window.says("1 kept.")
    assert not window.says("Lay the next page down")
    window.show(seen("paper, a card's back", camera_is_gone=True))
    assert window.says("The front is kept.")
    assert not window.says("turn the card over")


def test_no_paper_is_taken_blindly(qtbot: QtBot) -> None:
    """The shutter opens with the first live picture, or when a camera shows none for long."""
    start = seen("paper", step_since_s=AT.monotonic_s)
    window = Window(qtbot, start)
    window.shell.show_look(NoPicture.STARTING)
    window.show(start)
    window.touch("Take it now")
    window.shell.screen_now.go_on()
    assert window.sent == []
    window.shell.show_look(A_PAGE)
    window.touch("Take it now")  # at once: nobody waits for the next tick
    assert window.sent == [ShutterPressed(AT)]
    window.show(a_session(Step.REVIEW, EN))
    window.show(start)
    assert not window.area("Take it now").isEnabled()
    later = Moment(AT.at, AT.monotonic_s + 10)
    window.shell.kit.now = lambda: later
    window.shell.show_look(NoPicture.STARTING)
    window.show(start)
    window.touch("Take it now")
    assert window.sent[1:] == [ShutterPressed(later)]


@pytest.mark.parametrize(("name", "look"), [("paper", A_PAGE), ("photo, nothing judged", A_FACE)])
def test_enter_is_never_another_button_while_the_shutter_is_closed(
    qtbot: QtBot, name: str, look: Look | PaperLook
) -> None:
    """Who drives by keys waits for the picture on the shutter, and not on the way without."""
    window = Window(qtbot, a_session(Step.REVIEW, EN))
    start = seen(name, step_since_s=AT.monotonic_s)
    taking = replace(start, is_taking_photo=True)
    for session, shown in ((start, NoPicture.STARTING), (start, look), (taking, look)):
        window.show(session)
        window.shell.show_look(shown)
        QTest.keyClick(window.shell.focusWidget(), Qt.Key.Key_Return)
    assert window.sent == [ShutterPressed(AT)]


@pytest.mark.parametrize("advice", list(PageAdvice))
@pytest.mark.parametrize("language", [EN, ZH])
@pytest.mark.parametrize("panel", list(PANELS))
def test_a_page_that_was_taken_is_judged_with_a_next_step(
    qtbot: QtBot, advice: PageAdvice, language: Language, panel: str
) -> None:
    """What is said of it names a button that is there, in its words."""
    window = Window(qtbot, seen(f"page taken {advice}", language), panel)
    said = TEXTS[language].say(f"paper_step.taken.{advice}")
    assert window.says(said)
    assert any(way in said for way in WAYS[language])


def test_keys_are_told_of_to_who_uses_keys(qtbot: QtBot) -> None:
    """Who touches the glass has one sentence to read."""
    window = Window(qtbot, seen("corners"))
    assert not window.says("Enter")
    QTest.keyClick(window.shell, Qt.Key.Key_Up)
    assert window.says("Enter takes a dot")


def test_corners_are_there_again_when_one_comes_back(qtbot: QtBot) -> None:
    """Who went back and thinks better of it sees the page, its corners, and one sentence."""
    window = Window(qtbot, seen("corners"))
    QTest.keyClick(window.shell, Qt.Key.Key_Up)
    screen = window.shell.screen_now
    assert isinstance(screen, PaperCornersScreen)
    before = screen.picker.corners
    has_picture = []
    for name in ("page taken", "corners"):
        window.show(seen(name))
        has_picture.append(screen.picker.has_picture)
    assert window.shell.screen_now is screen
    assert has_picture == [False, True]
    assert screen.picker.corners == before
    assert window.says("Drag each dot")


@pytest.mark.parametrize("panel", list(PANELS))
@pytest.mark.parametrize("name", ["paper", "papers, receipt unconfirmed"])
@pytest.mark.parametrize("before", list(TextScale))
def test_words_made_larger_on_the_page_are_as_if_they_had_always_been(
    qtbot: QtBot, panel: str, name: str, before: TextScale
) -> None:
    """What gives way in the largest text gives way at once, and comes back."""
    for after in (TextScale.LARGEST, TextScale.NORMAL):
        seen_of = []
        for first in (before, after):
            shell = a_shell(qtbot, panel)
            for scale in (first, after):
                shell.show_session(seen(name, scale=scale), a_world())
                settle()
            shown = (it for it in shell.screen_now.findChildren(Label) if it.isVisible())
            seen_of.append([(it.text(), it.size()) for it in shown if it.text()])
        assert seen_of[0] == seen_of[1]


def test_patience_is_told_truly(qtbot: QtBot) -> None:
    """First that it will be possible, then that it is."""
    session = seen("photo come_closer", step_since_s=AT.monotonic_s)
    window = Window(qtbot, session)
    assert window.says("soon you can take it")
    later = Moment(AT.at, AT.monotonic_s + 10)
    window.shell.kit.now = lambda: later
    window.shell.show_look(NoPicture.STARTING)
    assert window.says("you can take it now")
    assert not window.says("soon")


@pytest.mark.parametrize(
    ("receipt", "said", "again"),
    [
        (ReceiptState.FAILED, "Bring your number", "Try again"),
        (ReceiptState.PRINTED, "Bring your receipt", "Print again"),
    ],
)
def test_only_what_was_printed_is_to_be_brought(
    qtbot: QtBot, receipt: ReceiptState, said: str, again: str
) -> None:
    """Nobody is told to bring a receipt that never came out, nor to print it "again"."""
    session = seen(f"received, {receipt}")
    window = Window(qtbot, session)
    assert window.says(said)
    assert window.area(again).isEnabled()


def test_no_receipts_here_means_none_to_bring(qtbot: QtBot) -> None:
    """A site without a printer names the number only."""
    window = Window(qtbot, seen("received, failed"))
    window.shell.show_session(seen("received, failed"), a_world(has_printer=False))
    settle()
    said = "\n".join(it.text() for it in window.shell.screen_now.findChildren(Label))
    assert "Bring your number" in said
    assert "Bring your receipt" not in said


def test_answers_stand_beside_their_question(qtbot: QtBot) -> None:
    """On a low panel, too, they are on the page that asks."""
    shell = a_shell(qtbot, "low")
    shell.show_session(seen("papers, receipt unconfirmed"), a_world())
    settle()
    areas = [it for it in shell.screen_now.findChildren(PressArea) if it.isVisible()]
    assert {"Yes, I have it", "No, print again"} <= {it.accessibleName() for it in areas}


def test_a_cross_stands_in_the_middle_of_the_box(qtbot: QtBot) -> None:
    """Also when the box was smaller until then, by the words that it is empty."""
    window = Window(qtbot, seen("sign"), "low")
    window.shell.screen_now.go_on()
    settle()
    assert window.says("The box is still empty")
    window.touch("Can't write? Make a cross")
    (pad,) = window.shell.screen_now.findChildren(SignaturePad)
    drawn = pad.signature
    heights = [y for stroke in drawn.strokes for _, y in stroke]
    assert (min(heights) + max(heights)) / 2 == pytest.approx(drawn.height / 2, rel=0.1)


@pytest.mark.parametrize("language", [EN, ZH])
def test_a_question_stays_beside_what_is_wrong(qtbot: QtBot, language: Language) -> None:
    """On a low panel it is set smaller, and does not make room for the words about it."""
    (service, *_) = load_catalogue(CATALOGUE).services
    asked = next(it for it in service.questions if it.name == "registered_here")
    wrong = Problem(ProblemKind.REQUIRED, asked.required_message)
    changes = {
        "question": asked.name,
        "service_id": service.service_id,
        "question_problem": wrong,
    }
    shell = a_shell(qtbot, "low")
    world = replace(a_world(), services=(service,))
    shell.show_session(seen("wrong choice", language, **changes), world)
    settle()
    shown = [it.text() for it in shell.screen_now.findChildren(Label) if it.isVisible()]
    assert asked.label.say(language) in shown
    assert any(it.isVisible() for it in shell.screen_now.findChildren(Banner))
