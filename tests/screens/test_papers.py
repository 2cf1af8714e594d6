"""The screens for papers: what touching, dragging and keys on them send, and what they show."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.flow.events import (
    Continued,
    Corrected,
    DeviceTestAsked,
    OtherWayChosen,
    PhotoDeclined,
    PhotoRetaken,
    PinTyped,
    SlipAsked,
    WentBack,
)
from kiosk.flow.page_events import (
    CornersAsked,
    CornersSet,
    PagesEnded,
    PageTurned,
    PaperChosen,
)
from kiosk.flow.paper_state import AskedSlip, Slip
from kiosk.flow.session import Session, StaffStep, Step
from kiosk.ports.camera import Frame, NoPicture
from kiosk.ports.document_camera import PaperFound, PaperLook
from kiosk.ports.printer import PrinterState
from kiosk.readiness import Health, PortName, PortReport
from tests.screens.later_situations import REPORT, SEALED, staff
from tests.screens.paper_situations import PAPER_SITUATIONS
from tests.screens.places import EN, a_session, a_world, moment
from tests.screens.test_touch import Window
from tests.screens.windows import settle
from tests.support.shown_papers import CORNERS
from ui.screens.paper_corners import PaperCornersScreen
from ui.widgets.corner_picker import HANDLE_MM, STEP
from ui.widgets.page_view import PageView
from ui.widgets.pages import Pages

AT = moment()
LOOK = PaperLook(Frame(bytes(320 * 240 * 3), 320, 240, 1), PaperFound(CORNERS))


def seen(name: str) -> Session:
    """Return a situation in English."""
    step, changes = PAPER_SITUATIONS[name]
    return a_session(step, EN, **changes)


@pytest.mark.parametrize(
    ("name", "words", "event"),
    [
        ("paper", "Not with me", PhotoDeclined(AT)),
        ("paper", "Show it to staff", OtherWayChosen(AT)),
        ("paper", "Back", WentBack(AT)),
        ("paper without a camera", "Not with me", PhotoDeclined(AT)),
        ("paper, next page", "That was all of it", PagesEnded(AT)),
        ("paper, a card", "Go on without it", PhotoDeclined(AT)),
        ("paper, a card's back", "The back is empty", PagesEnded(AT)),
        ("page taken", "Use this one", Continued(AT)),
        ("page taken", "Take again", PhotoRetaken(AT)),
        ("page taken", "Put the edges right", CornersAsked(AT)),
        ("page taken", "Turn it", PageTurned(AT)),
        ("paper copied", "Show it again", PhotoRetaken(AT)),
        ("paper copied", "Next", Continued(AT)),
        ("paper missing", "I have it after all", PhotoRetaken(AT)),
        ("papers missing", "All right, go on", Continued(AT)),
        ("papers missing", "Back", WentBack(AT)),
        ("papers missing", "Household register", PaperChosen(AT, "household_register")),
        ("papers missing", "Bank card", PaperChosen(AT, "bank_card")),
        ("papers missing", "Print what is missing", SlipAsked(AT, Slip.MISSING)),
        (
            "papers missing, not printed",
            "Not printed, there is no paper: try again",
            SlipAsked(AT, Slip.MISSING),
        ),
        ("corners", "Use these edges", CornersSet(AT, CORNERS)),
        ("corners", "Back", WentBack(AT)),
    ],
)
def test_each_button_says_what_was_touched(
    qtbot: QtBot, name: str, words: str, event: object
) -> None:
    """One touch, one event."""
    window = Window(qtbot, seen(name))
    window.touch(words)
    assert window.sent == [event]


def test_nobody_is_offered_who_is_not_there(qtbot: QtBot) -> None:
    """Without anybody on duty there is one way less; a paper that was seen needs none."""
    window = Window(qtbot, seen("paper"))
    window.shell.show_session(seen("paper"), a_world(duty=None))
    assert not window.says("Show it to staff")
    window.shell.show_session(seen("paper seen"), a_world())
    assert not window.says("Show it to staff")


def is_outlined(picture: PageView) -> bool:
    """Ask by calling: a type checker would hold a property for good once it was asserted."""
    return picture.has_outline


def test_the_page_is_outlined_while_it_is_looked_for(qtbot: QtBot) -> None:
    """And nothing of the picture stays once a page is there, or the camera is lost."""
    window = Window(qtbot, seen("paper"))
    (picture,) = window.shell.screen_now.findChildren(PageView)
    window.shell.show_look(NoPicture.STARTING)
    assert picture.caption == "Switching the camera on"
    window.shell.show_look(LOOK)
    assert is_outlined(picture)
    assert picture.caption == "Good: hands away, please"
    window.shell.show_session(seen("page taken"), a_world())
    assert not is_outlined(picture)
    window.shell.show_look(LOOK)
    assert not is_outlined(picture)


def a_picker(qtbot: QtBot) -> tuple[Window, PaperCornersScreen]:
    """Return the window with the corners, laid out."""
    window = Window(qtbot, seen("corners"))
    settle()
    screen = window.shell.screen_now
    assert isinstance(screen, PaperCornersScreen)
    return window, screen


def test_a_corner_is_dragged(qtbot: QtBot) -> None:
    """Only that one, and never out of the picture; it is large enough for a thumb."""
    window, screen = a_picker(qtbot)
    handle = screen.picker.handles[0]
    assert handle.width() >= window.shell.kit.px(16)
    assert HANDLE_MM >= 16
    middle = handle.rect().center()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(handle, middle + QPoint(30, 20))
    moved = screen.picker.corners
    assert moved[0][0] > CORNERS[0][0]
    assert moved[0][1] > CORNERS[0][1]
    assert moved[1:] == CORNERS[1:]
    QTest.mouseMove(handle, QPoint(-5000, -5000))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton)
    assert screen.picker.corners[0] == (0.0, 0.0)
    window.touch("Use these edges")
    assert window.sent == [CornersSet(AT, ((0.0, 0.0), *CORNERS[1:]))]


def test_a_corner_is_moved_by_keys(qtbot: QtBot) -> None:
    """Enter holds it, arrows move it, Enter lets go; then arrows move the focus again."""
    window, screen = a_picker(qtbot)
    handle = screen.picker.handles[2]
    handle.setFocus()
    QTest.keyClick(handle, Qt.Key.Key_Return)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Up):
        QTest.keyClick(handle, key)
    x, y = screen.picker.corners[2]
    assert (x, y) == pytest.approx((0.8 - 2 * STEP, 0.8 - STEP))
    QTest.keyClick(handle, Qt.Key.Key_Return)
    QTest.keyClick(handle, Qt.Key.Key_Up)
    assert screen.picker.corners[2] == (x, y)
    assert window.shell.focusWidget() is not handle


def test_nothing_of_the_picture_stays_on_the_hidden_page(qtbot: QtBot) -> None:
    """Whoever comes next sees no corner of it."""
    window, screen = a_picker(qtbot)
    assert screen.picker.has_picture
    window.show(seen("paper"))
    settle()
    assert not screen.picker.has_picture


def test_the_original_is_confirmed_by_a_pin(qtbot: QtBot) -> None:
    """The screen names the paper and who is asked."""
    window = Window(qtbot, seen("original seen"))
    assert window.says("Please compare it: Household register. Then type your PIN.")
    for digit in "270418":
        window.touch(digit)
    window.touch("I have seen it")
    assert window.sent == [PinTyped(AT, "270418")]


def test_the_review_tells_what_became_of_each_paper(qtbot: QtBot) -> None:
    """And leads back to it."""
    window = Window(qtbot, seen("review, paper missing"))
    assert window.says("Not here: bring it later")
    window.touch("Change: Household register")
    assert window.sent == [Corrected(AT, "paper:household_register")]


def test_what_is_to_be_brought_is_said_with_the_number(qtbot: QtBot) -> None:
    """Once more, after everything else was wiped."""
    step, changes = PAPER_SITUATIONS["papers missing"]
    assert step is Step.PAPERS_MISSING
    session = a_session(Step.RECEIVED, EN, **changes, sealed=SEALED)
    window = Window(qtbot, replace(session, papers=replace(session.papers, paper_id="")))
    assert window.says("Please bring: Household register, Bank card.")
    (steps,) = window.shell.screen_now.findChildren(Pages)
    while not window.says("Print what is missing"):
        assert steps.turn(1)
    window.touch("Print what is missing")
    assert window.sent == [SlipAsked(AT, Slip.MISSING, SEALED.app_id)]
    asked = AskedSlip(Slip.MISSING, SEALED.app_id)
    window.show(replace(session, papers=replace(session.papers, paper_id=""), slip=asked))
    assert window.says("Being printed, please wait"), "the page that was touched stays"


def test_where_no_paper_comes_out_the_list_says_what_to_do_instead(qtbot: QtBot) -> None:
    """Without a printer there is no button; out of paper it is there, and the sentence, too."""
    window = Window(qtbot, seen("papers missing"))
    instead = "No paper comes out now. Please note it down, or take a photo of this page."
    assert not window.says(instead)
    window.shell.show_session(seen("papers missing"), a_world(has_printer=False))
    assert window.says(instead)
    assert not window.says("Print what is missing")
    window.shell.show_session(seen("papers missing"), a_world(printer=PrinterState.PAPER_OUT))
    assert window.says(instead)
    assert window.says("Print what is missing")


def test_a_paper_is_chosen_by_its_place_on_a_keyboard(qtbot: QtBot) -> None:
    """As everywhere else where there is a list."""
    window = Window(qtbot, seen("papers missing"))
    screen = window.shell.screen_now
    assert screen.type_text("2")
    assert not screen.type_text("3")
    assert window.sent == [PaperChosen(AT, "bank_card")]


def test_the_camera_over_papers_is_tested_with_its_picture(qtbot: QtBot) -> None:
    """The page is outlined while it is looked at, and nothing of it stays when it is ended."""
    part = PortName.DOCUMENT_CAMERA
    window = Window(qtbot, at_maintenance())
    window.touch("Test: Document camera · ready")
    assert window.sent == [DeviceTestAsked(AT, part)]
    (picture,) = window.shell.screen_now.findChildren(PageView)
    window.shell.show_look(LOOK)
    assert not is_outlined(picture), "nobody asked yet"
    tested = PortReport(part, Health.WARNING, "hard", "A page.", "Lay it flat.")
    window.show(at_maintenance(testing=part, tests=(tested,)))
    window.shell.show_look(LOOK)
    assert is_outlined(picture)
    assert picture.caption == "A page. Lay it flat."
    window.show(at_maintenance())
    assert not is_outlined(picture)
    assert picture.image is None


def at_maintenance(**changes: object) -> Session:
    """Return the technician's screen in English."""
    panel = staff(StaffStep.MAINTENANCE, report=REPORT, **changes)
    return replace(a_session(Step.HOME, EN), **panel)  # type: ignore[arg-type] # a panel
