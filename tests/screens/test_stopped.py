"""Stopping with a slip: what is touched, what is told of the paper, and that it names nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from kiosk.flow.events import Continued, Event, SlipAsked
from kiosk.flow.paper_state import AskedSlip, ReceiptState, Slip
from kiosk.flow.session import Step
from kiosk.flow.shown_state import ShownState
from kiosk.ports.printer import PrinterState
from kiosk.shown_papers import PaperShown
from kiosk.texts import load_texts
from launch.places import LOCALE
from tests.screens.later_situations import situation
from tests.screens.places import EN, SERVICE, ZH, a_session, a_world, moment
from tests.screens.test_touch import Window
from tests.screens.windows import a_shell
from ui.views.overlays import stop_view
from ui.views.stopped import stopped_view
from ui.widgets.press_area import PressArea

AT = moment()
TEXTS = load_texts(LOCALE)[EN]


@pytest.mark.parametrize(
    ("name", "touched", "event"),
    [
        ("over a step: stop", "退出，打一张要带什么", SlipAsked(AT, Slip.DRAFT)),
        ("over a step: card_taken", "退出，打一张要带什么", SlipAsked(AT, Slip.DRAFT)),
        ("stopped, failed", "再打一张", SlipAsked(AT, Slip.DRAFT)),
        ("stopped, unconfirmed", "知道了", Continued(AT)),
    ],
)
def test_a_touch_says_what_was_meant(qtbot: QtBot, name: str, touched: str, event: Event) -> None:
    """Each button sends its own event."""
    window = Window(qtbot, situation(name, ZH))
    window.touch(touched)
    assert window.sent == [event]


def test_without_paper_there_is_no_such_way_to_stop(qtbot: QtBot) -> None:
    """Two ways are left, as before."""
    shell = a_shell(qtbot, "portrait")
    shell.show_session(situation("over a step: stop", EN), replace(a_world(), has_printer=False))
    shown = [it for it in shell.screen_now.findChildren(PressArea) if it.isVisible()]
    assert len(shown) == 2
    out = replace(a_world(), printer=PrinterState.PAPER_OUT)
    assert stop_view(situation("over a step: stop", EN), out, TEXTS).slip == ""


def test_the_page_says_how_the_paper_went_and_what_was_missing() -> None:
    """Nobody goes on while it is being printed."""
    paper = SERVICE.papers[0]
    missing = PaperShown(paper.paper_id, is_required=True, level=None, is_open=True)
    session = replace(
        a_session(Step.STOPPED, EN, person=None),
        papers=ShownState((missing,)),
        slip=AskedSlip(Slip.DRAFT),
    )
    view = stopped_view(session, a_world(), TEXTS)
    assert view.lines[0] == TEXTS.say("stopped.paper.printing")
    assert paper.name.say(EN) in view.lines[-1]
    assert (view.bar.back, view.bar.is_next_open) == ("", False)
    failed = AskedSlip(Slip.DRAFT, None, ReceiptState.FAILED, PrinterState.JAM)
    told = stopped_view(replace(session, slip=failed), a_world(), TEXTS)
    assert "paper is stuck" in told.lines[0]
    assert (bool(told.bar.back), told.bar.is_next_open) == (True, True)


def test_beyond_the_limit_the_page_says_so_and_leads_on() -> None:
    """As many slips as an hour may have were printed: none comes, and nobody is held."""
    enough = AskedSlip(Slip.DRAFT, None, ReceiptState.NOT_PRINTED, is_withheld=True)
    session = replace(a_session(Step.STOPPED, EN, person=None), slip=enough)
    view = stopped_view(session, a_world(), TEXTS)
    assert "try again later" in view.lines[0]
    assert view.bar.is_next_open


def test_of_whom_to_call_it_is_not_said_that_it_is_what_to_bring() -> None:
    """The help slip may be printed over this page, too."""
    session = a_session(Step.STOPPED, EN, person=None)
    for state in (ReceiptState.PRINTING, ReceiptState.PRINTED):
        view = stopped_view(
            replace(session, slip=AskedSlip(Slip.HELP, None, state)), a_world(), TEXTS
        )
        assert not any("What to bring" in line for line in view.lines)
