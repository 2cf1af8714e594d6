"""Reading aloud on the screens: which buttons there are, what each says, and how it fits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kiosk.flow.aloud_events import AloudAsked, AloudClosed, SilenceAsked, SpellAsked
from kiosk.flow.events import Event
from kiosk.flow.session import ReceiptState, TextScale
from tests.screens.later_situations import situation
from tests.screens.places import EN, ZH, a_world, moment
from tests.screens.test_later_fit import complain
from tests.screens.test_touch import Window
from tests.screens.windows import PANELS, a_shell, settle
from ui.views.known import known_view, unseen_view
from ui.views.received import received_view
from ui.widgets.press_area import PressArea

AT = moment()


@pytest.mark.parametrize(
    ("name", "touched", "event"),
    [
        ("received, failed", "念给我听", AloudAsked(AT)),
        ("received, unconfirmed", "念给我听", AloudAsked(AT)),
        ("status shown", "念给我听", AloudAsked(AT)),
        ("unseen", "念给我听", AloudAsked(AT)),
        ("known", "念给我听", AloudAsked(AT)),
        ("read aloud?", "念办理号码", SpellAsked(AT, 0)),
        ("read aloud?", "念查询码", SpellAsked(AT, 1)),
        ("being read aloud", "再念一遍办理号码", SpellAsked(AT, 0)),
        ("being read aloud", "别念了", SilenceAsked(AT)),
        ("being read aloud", "关上", AloudClosed(AT)),
    ],
)
def test_a_touch_says_what_was_meant(qtbot: QtBot, name: str, touched: str, event: Event) -> None:
    """Each button sends its own event, and nothing is said by a page that only appears."""
    window = Window(qtbot, situation(name, ZH))
    assert window.sent == []
    window.touch(touched)
    assert window.sent == [event]


def test_keys_that_mean_yes_say_nothing(qtbot: QtBot) -> None:
    """Enter, Escape and a scanner's end of line close the page: only a touch speaks."""
    window = Window(qtbot, situation("read aloud?", ZH))
    window.shell.screen_now.go_on()
    window.shell.screen_now.go_back()
    assert window.sent == [AloudClosed(AT), AloudClosed(AT)]
    assert window.shell.screen_now.first_focus() is window.area("关上")


@pytest.mark.parametrize("name", ["received, failed", "status shown", "unseen", "known"])
def test_without_a_voice_there_is_no_button(qtbot: QtBot, name: str) -> None:
    """The page is there all the same, its number to be copied."""
    shell = a_shell(qtbot, "portrait")
    shell.show_session(situation(name, EN), replace(a_world(), has_voice=False))
    names = {
        it.accessibleName() for it in shell.screen_now.findChildren(PressArea) if it.isVisible()
    }
    assert names
    assert "Read it to me" not in names


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("scale", [TextScale.NORMAL, TextScale.LARGEST])
def test_a_voice_that_fails_leaves_what_can_be_copied(
    qtbot: QtBot, panel: str, scale: TextScale
) -> None:
    """Number and code stand there, nothing offers to say them, and all of it fits."""
    shell = a_shell(qtbot, panel)
    mute = replace(a_world(), has_voice=False)
    shell.show_session(situation("being read aloud", EN, scale), mute)
    settle()
    assert complain(shell, panel, is_over=True) == []
    shown = {it.text() for it in shell.screen_now.findChildren(QLabel) if it.isVisible()}
    assert {"3702 1146 08", "7K4 MPQ"} <= shown
    names = {it.accessibleName() for it in shell.screen_now.findChildren(PressArea)}
    assert not any(it.startswith("Say") for it in names)


def test_a_machine_that_prints_nothing_says_where_help_is() -> None:
    """No button to print again, no word of a paper that would come later, and what to do."""
    from kiosk.texts import load_texts
    from launch.places import LOCALE

    texts = load_texts(LOCALE)[EN]
    nowhere = replace(a_world(), has_printer=False)
    view = received_view(situation("received, failed", EN), nowhere, texts)
    assert view.bar.back == ""
    assert view.steps[0] == texts.say("received.paper.none")
    assert texts.say("received.elsewhere") in view.steps
    assert texts.say("received.later") not in view.steps
    with_printer = received_view(situation("received, failed", EN), a_world(), texts)
    assert texts.say("received.later") in with_printer.steps
    never = replace(situation("received, failed", EN), receipt=ReceiptState.NOT_PRINTED)
    assert received_view(never, nowhere, texts).steps == view.steps
    assert known_view(situation("known", EN), nowhere, texts).print_it == ""
    assert unseen_view(situation("unseen", EN), nowhere, texts).print_it == ""
