"""The window around the screens: its buttons, keys, looks, and what it forgets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kiosk.clock import Moment
from kiosk.domain import Language
from kiosk.flow.events import (
    Answered,
    Continued,
    Event,
    HelpAsked,
    LanguageChosen,
    ScreenLowered,
    Started,
    StopAsked,
    TextScaleChosen,
    ThemeChosen,
    WentBack,
)
from kiosk.flow.session import Step, TextScale, Theme
from kiosk.flow.world import Network
from tests.screens import looking
from tests.screens.places import ASSETS, EN, PERSON, TEXTS, ZH, a_session, a_world, moment
from tests.screens.test_touch import AT, Window
from tests.screens.windows import PANELS, a_shell, settle
from ui.shell import LOWERED_PART, Shell
from ui.theme import COLOURS
from ui.widgets.press_area import PressArea


@pytest.mark.parametrize("panel", list(PANELS))
@pytest.mark.parametrize("scale", [TextScale.NORMAL, TextScale.LARGEST])
@pytest.mark.parametrize("language", [ZH, EN])
def test_nothing_moves_on_home_when_the_network_goes(
    qtbot: QtBot, panel: str, scale: TextScale, language: Language
) -> None:
    """Whoever is about to touch a tile touches this tile."""
    shell = a_shell(qtbot, panel)
    places = []
    for network in (Network.ONLINE, Network.OFFLINE, Network.ONLINE):
        shell.show_session(a_session(language=language, scale=scale), a_world(network=network))
        settle()
        areas = [it for it in shell.findChildren(PressArea) if it.isVisible()]
        named = {it.accessibleName(): (it.mapTo(shell, QPoint()), it.size()) for it in areas}
        places.append(named)
        said = {label.text() for label in shell.findChildren(QLabel) if label.isVisible()}
        words = "frame.offline_short" if panel == "low" else "frame.offline"
        is_said = TEXTS[language].say(words) in said
        assert is_said is (network is Network.OFFLINE)
    assert len(places[0]) >= 5
    assert places[0] == places[1] == places[2]


@dataclass
class Clock:
    """A clock that stands until it is set."""

    monotonic_s: float = 100.0

    def now(self) -> Moment:
        """Return the time it was set to."""
        return replace(moment(), monotonic_s=self.monotonic_s)


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("字的大小，现在是标准", TextScaleChosen(AT, TextScale.LARGE)),
        ("画面颜色，现在是浅色", ThemeChosen(AT, Theme.DARK)),
        ("换语言，Change language", LanguageChosen(AT, EN)),
        ("把按钮放低，坐着也够得到", ScreenLowered(AT, is_lowered=True)),
        ("不办了，清空我的信息", StopAsked(AT)),
        ("请人帮忙", HelpAsked(AT)),
        ("上一步", WentBack(AT)),
        ("开始办理", Continued(AT)),
    ],
)
def test_the_frames_buttons(qtbot: QtBot, name: str, event: Event) -> None:
    """Each button of the frame says what it is for."""
    window = Window(qtbot, a_session(Step.GUIDE))
    window.touch(name)
    assert window.sent == [event]


def test_a_finger_that_slides_off_presses_nothing(qtbot: QtBot) -> None:
    """The press counts on release, and only inside."""
    window = Window(qtbot, a_session(Step.GUIDE))
    area = window.area("开始办理")
    QTest.mousePress(area, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(area, Qt.MouseButton.LeftButton, pos=QPoint(-50, -50))
    assert window.sent == []


def a_timed_shell(qtbot: QtBot, clock: Clock, sent: list[Event]) -> Shell:
    """Return a window for fingers: with the pause between taps."""
    shell = Shell(sent.append, clock.now, lambda: "s1", TEXTS, PANELS["portrait"], ASSETS)
    qtbot.addWidget(shell)
    shell.show()
    return shell


def named(shell: Shell, name: str) -> PressArea:
    """Return the visible thing of that name."""
    return next(
        area
        for area in shell.findChildren(PressArea)
        if area.isVisible() and area.accessibleName() == name
    )


def test_pressing_twice_does_it_once(qtbot: QtBot) -> None:
    """A second tap within half a second is an accident, a later one is meant."""
    clock = Clock()
    sent: list[Event] = []
    shell = a_timed_shell(qtbot, clock, sent)
    shell.show_session(a_session(), a_world())
    settle()
    area = named(shell, "放上身份证，直接开始")
    for seconds in (1.0, 0.1, 0.3, 0.6):
        clock.monotonic_s += seconds
        QTest.mouseClick(area, Qt.MouseButton.LeftButton)
    assert len(sent) == 2
    assert all(isinstance(event, Started) for event in sent)


def test_a_tap_meant_for_the_screen_before_is_dropped(qtbot: QtBot) -> None:
    """What lies under a finger that is already coming down was not what it aimed at."""
    clock = Clock()
    sent: list[Event] = []
    shell = a_timed_shell(qtbot, clock, sent)
    shell.show_session(a_session(Step.GUIDE), a_world())
    clock.monotonic_s += 5
    shell.show_session(a_session(Step.CARD_NOTICE), a_world())
    settle()
    clock.monotonic_s += 0.2
    QTest.mouseClick(named(shell, "可以，读卡"), Qt.MouseButton.LeftButton)
    assert sent == []
    clock.monotonic_s += 0.4
    QTest.mouseClick(named(shell, "可以，读卡"), Qt.MouseButton.LeftButton)
    assert len(sent) == 1


def test_keys_of_a_pad_may_follow_quickly(qtbot: QtBot) -> None:
    """The same digit twice within half a second is two digits; a bounce is one."""
    clock = Clock()
    sent: list[Event] = []
    shell = a_timed_shell(qtbot, clock, sent)
    shell.show_session(a_session(Step.QUESTION, question="phone"), a_world())
    settle()
    clock.monotonic_s += 1
    for seconds in (0.3, 0.2, 0.05):
        clock.monotonic_s += seconds
        QTest.mouseClick(named(shell, "8"), Qt.MouseButton.LeftButton)
    clock.monotonic_s += 1
    QTest.mouseClick(named(shell, "下一步"), Qt.MouseButton.LeftButton)
    assert [event.raw for event in sent if isinstance(event, Answered)] == ["88"]


def test_a_whole_question_without_touching_the_glass(qtbot: QtBot) -> None:
    """Arrows lead to an option and to Next, Enter presses, Escape goes back."""
    window = Window(qtbot, a_session(Step.QUESTION))
    shell = window.shell
    QTest.keyClick(shell, Qt.Key.Key_Down)
    press(shell, Qt.Key.Key_Return)
    for _ in range(3):
        press(shell, Qt.Key.Key_Down)
    press(shell, Qt.Key.Key_Right)
    press(shell, Qt.Key.Key_Right)
    press(shell, Qt.Key.Key_Return)
    press(shell, Qt.Key.Key_Escape)
    assert window.sent == [Answered(AT, "pay_to", "bank_card"), WentBack(AT)]


def press(shell: Shell, key: Qt.Key) -> None:
    """Press a key where the focus is."""
    QTest.keyClick(shell.focusWidget(), key)
    settle()


def test_the_focus_is_seen_only_when_keys_drive(qtbot: QtBot) -> None:
    """A finger needs no ring, a key does."""
    window = Window(qtbot, a_session(Step.QUESTION))
    before = window.shell.grab().toImage()
    press(window.shell, Qt.Key.Key_Down)
    ringed = window.shell.grab().toImage()
    assert ringed != before
    window.touch("存折")
    assert not window.shell.kit.is_driven_by_keys


def test_every_control_is_reached_by_arrows(qtbot: QtBot) -> None:
    """From any control some arrow leads on, until all were visited."""
    window = Window(qtbot, a_session(Step.QUESTION))
    shell = window.shell
    visited: set[QWidget] = set()
    open_ones = [named(shell, "社会保障卡")]
    while open_ones:
        area = open_ones.pop()
        visited.add(area)
        for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right):
            area.setFocus()
            press(shell, key)
            reached = shell.focusWidget()
            if isinstance(reached, PressArea) and reached not in visited:
                open_ones.append(reached)
    shown = {area for area in shell.findChildren(PressArea) if area.isVisible()}
    assert {a.accessibleName() for a in shown - visited} == set()


def test_nothing_of_a_visit_is_left_when_it_is_over(qtbot: QtBot) -> None:
    """Screens with what was typed on them are gone, not only hidden."""
    window = Window(qtbot, a_session(Step.QUESTION, question="phone"))
    window.type("13912345678")
    window.show(a_session(Step.REVIEW, answers=(("phone", "13912345678"),)))
    window.show(a_session())
    settle()
    every_text = [label.text() for label in window.shell.findChildren(QLabel)]
    assert not any("1391" in text or "5678" in text for text in every_text)
    assert [text for text in every_text if "张*英" in text or PERSON.full_name in text] == []


def test_language_size_and_colours_change_at_once(qtbot: QtBot) -> None:
    """The same screen is shown in other words, larger, and in other colours."""
    window = Window(qtbot, a_session(Step.QUESTION))
    title = next(t for t in window.shell.findChildren(QLabel) if t.text() == "津贴发到哪里？")
    small = title.font().pixelSize()
    changed = a_session(Step.QUESTION, EN, scale=TextScale.LARGEST, theme=Theme.HIGH_CONTRAST)
    window.show(changed)
    assert title.text() == "Where should the allowance be paid?"
    assert title.font().pixelSize() > small
    corner = window.shell.grab().toImage().pixelColor(3, window.shell.height() // 2)
    assert corner.name().upper() == COLOURS[Theme.HIGH_CONTRAST].paper


@pytest.mark.parametrize("scale", [TextScale.NORMAL, TextScale.LARGEST])
@pytest.mark.parametrize("step", [Step.HOME, Step.QUESTION, Step.CONSENT_DATA, Step.REVIEW])
def test_lowered_everything_is_within_reach(qtbot: QtBot, step: Step, scale: TextScale) -> None:
    """Everything that can be touched lies in the lower 60 %, whole, and goes back up."""
    window = Window(qtbot, a_session(step, is_lowered=True, scale=scale))
    shell = window.shell
    limit = shell.height() * (1 - LOWERED_PART)
    areas = [area for area in shell.findChildren(PressArea) if area.isVisible()]
    assert {
        a.accessibleName() for a in areas if looking.rect_in(shell, a).top() < limit - 1
    } == set()
    assert looking.cut_words(shell) + looking.outside(shell) + looking.overlapping(shell) == []
    window.show(a_session(step, scale=scale))
    tops = [looking.rect_in(shell, a).top() for a in shell.findChildren(PressArea) if a.isVisible()]
    assert min(tops) < limit


def test_a_low_panel_offers_no_lowering(qtbot: QtBot) -> None:
    """A button that could not keep its promise is not there."""
    window = Window(qtbot, a_session(Step.GUIDE), "landscape")
    with pytest.raises(AssertionError, match="0 of"):
        window.area("把按钮放低，坐着也够得到")


def test_no_network_and_simulated_devices_are_said(qtbot: QtBot) -> None:
    """How things are today stands on the screen."""
    shell = a_shell(qtbot)
    shell.show_session(a_session(), a_world(network=Network.OFFLINE))
    settle()
    said = [label.text() for label in shell.findChildren(QLabel) if label.isVisible()]
    assert TEXTS[a_session().display.language].say("frame.offline") in said
    assert any(text.startswith("演示") for text in said)
    shell.show_session(a_session(), a_world(simulated=()))
    settle()
    said = [label.text() for label in shell.findChildren(QLabel) if label.isVisible()]
    assert not any(text.startswith("演示") for text in said)


def test_a_rare_character_is_drawn(qtbot: QtBot) -> None:
    """A name that the usual font does not have brings the other font with it."""
    shell = a_shell(qtbot)
    shell.show_session(a_session(Step.REVIEW, person=PERSON), a_world())
    font = shell._fonts  # what it can draw shows only in pixels
    assert not font.provide("张桂英")
    assert font.provide("𠮷") or not font.provide("𠮷")
    assert not font.provide("𠮷")
