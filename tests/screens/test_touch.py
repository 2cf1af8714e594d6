"""Each screen says what was touched, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kiosk.catalogue.forms import Problem, ProblemKind
from kiosk.domain import Purpose
from kiosk.flow.events import (
    Answered,
    Consented,
    Continued,
    Corrected,
    Event,
    HelpAsked,
    OnBehalfChosen,
    OtherWayChosen,
    Refused,
    ServiceChosen,
    StaffDoorOpened,
    Started,
    StatusAsked,
    VouchingChosen,
    WentBack,
)
from kiosk.flow.session import Session, Step
from kiosk.flow.vouching import TEXT_VERSION
from tests.screens.places import EN, SERVICE, TEXTS, ZH, a_session, a_world, moment
from tests.screens.situations import ANSWERS
from tests.screens.windows import a_shell, settle
from ui.shell import Shell
from ui.widgets.press_area import PressArea

AT = moment()


class Window:
    """A shown window, touched by the names of things as a resident reads them."""

    def __init__(self, qtbot: QtBot, session: Session, panel: str = "portrait") -> None:
        """Show a session."""
        self.sent: list[Event] = []
        self.shell: Shell = a_shell(qtbot, panel, self.sent)
        self.show(session)

    def show(self, session: Session) -> None:
        """Show another session."""
        self.shell.show_session(session, a_world())
        settle()

    def area(self, name: str) -> PressArea:
        """Return the visible thing of that name."""
        found = [
            area
            for area in self.shell.findChildren(PressArea)
            if area.isVisible() and area.accessibleName() == name
        ]
        assert len(found) == 1, f"{len(found)} of {name!r}"
        return found[0]

    def touch(self, *names: str) -> None:
        """Touch things one after the other, as a finger would."""
        for name in names:
            QTest.mouseClick(self.area(name), Qt.MouseButton.LeftButton)
            settle()

    def type(self, keys: str) -> None:
        """Type on a keyboard."""
        QTest.keyClicks(self.shell, keys)
        settle()

    def says(self, text: str) -> bool:
        """Say whether a text can be read now."""
        labels: Sequence[QWidget] = self.shell.findChildren(QLabel)
        return any(
            isinstance(label, QLabel) and label.isVisible() and text in label.text()
            for label in labels
        )


@pytest.fixture
def home(qtbot: QtBot) -> Window:
    """Return Home."""
    return Window(qtbot, a_session())


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("放上身份证，直接开始", Started(AT, "s1")),
        ("高龄津贴", ServiceChosen(AT, "s1", SERVICE.service_id)),
        ("查进度", StatusAsked(AT, "s1")),
        ("工作人员", StaffDoorOpened(AT)),
        ("请人帮忙", HelpAsked(AT)),
    ],
)
def test_home(home: Window, name: str, event: Event) -> None:
    """Every way that Home offers is taken."""
    home.touch(name)
    assert home.sent == [event]


def test_home_by_number(home: Window) -> None:
    """A digit chooses a service by its place."""
    home.type("92")
    assert home.sent == []
    home.type("1")
    assert home.sent == [ServiceChosen(AT, "s1", SERVICE.service_id)]


@pytest.mark.parametrize(
    ("step", "name", "event"),
    [
        (Step.GUIDE, "开始办理", Continued(AT)),
        (Step.GUIDE, "上一步", WentBack(AT)),
        (Step.FOR_WHOM, "给我自己办", Continued(AT)),
        (Step.FOR_WHOM, "替家里人或别人办", OnBehalfChosen(AT)),
        (Step.CARD_NOTICE, "可以，读卡", Continued(AT)),
        (Step.CARD, "没带身份证？", OtherWayChosen(AT)),
        (Step.OTHER_WAY, "请人作证", VouchingChosen(AT)),
        (Step.VOUCH_NOTICE, "人在这里", Continued(AT)),
        (Step.VOUCHER_CARD, "没带身份证，或者读不出来？", HelpAsked(AT)),
        (Step.VOUCHER_STATES, "我作证", Consented(AT, Purpose.VOUCHING, TEXT_VERSION)),
        (Step.VOUCHER_STATES, "不作证", Refused(AT, Purpose.VOUCHING, TEXT_VERSION)),
        (Step.CONSENT_DATA, "同意", Consented(AT, Purpose.DATA, "1")),
        (Step.CONSENT_DATA, "不同意", Refused(AT, Purpose.DATA, "1")),
        (Step.CONSENT_PHOTO, "可以拍", Consented(AT, Purpose.FACE_PHOTO, "1")),
        (Step.CONSENT_PHOTO, "不拍", Refused(AT, Purpose.FACE_PHOTO, "1")),
        (Step.REVIEW, "都对，去签名", Continued(AT)),
        (Step.SEAL_FAILED, "再试一次", Continued(AT)),
        (Step.NOT_KEPT, "知道了", Continued(AT)),
    ],
)
def test_one_touch(qtbot: QtBot, step: Step, name: str, event: Event) -> None:
    """What a screen offers is what it says when touched."""
    window = Window(qtbot, a_session(step))
    window.touch(name)
    assert window.sent == [event]


@pytest.mark.parametrize(
    ("step", "digit", "event"),
    [
        (Step.FOR_WHOM, "1", Continued(AT)),
        (Step.FOR_WHOM, "2", OnBehalfChosen(AT)),
        (Step.CONSENT_DATA, "1", Consented(AT, Purpose.DATA, "1")),
        (Step.CONSENT_DATA, "2", Refused(AT, Purpose.DATA, "1")),
    ],
)
def test_one_digit(qtbot: QtBot, step: Step, digit: str, event: Event) -> None:
    """Choices can be made by their place, from a keypad."""
    window = Window(qtbot, a_session(step))
    window.type("9")
    window.type(digit)
    assert window.sent == [event]


def test_nothing_can_be_pressed_while_sealing_and_out_of_service(qtbot: QtBot) -> None:
    """Where nothing would happen there is nothing to press."""
    window = Window(qtbot, a_session(Step.OUT_OF_SERVICE, person=None, service_id=""))
    assert [area for area in window.shell.findChildren(PressArea) if area.isVisible()] == []
    QTest.keyClick(window.shell, Qt.Key.Key_Return)
    QTest.keyClick(window.shell, Qt.Key.Key_Escape)
    assert window.sent == []


def test_a_choice_is_sent_with_next(qtbot: QtBot) -> None:
    """Choosing alone sends nothing; Next sends the option's name."""
    window = Window(qtbot, a_session(Step.QUESTION))
    window.touch("存折", "其他银行卡")
    assert window.sent == []
    window.touch("下一步")
    assert window.sent == [Answered(AT, "pay_to", "bank_card")]


def test_nothing_chosen_is_sent_as_nothing(qtbot: QtBot) -> None:
    """Next is never dead: the form says what is missing."""
    window = Window(qtbot, a_session(Step.QUESTION))
    window.touch("下一步")
    assert window.sent == [Answered(AT, "pay_to", "")]


def test_a_former_choice_is_marked(qtbot: QtBot) -> None:
    """Coming back to a question shows what was answered."""
    window = Window(qtbot, a_session(Step.QUESTION, answers=(("pay_to", "passbook"),)))
    assert window.area("存折").isChecked()


def test_digits_are_typed_on_the_glass_or_on_keys(qtbot: QtBot) -> None:
    """Both pads write into the same field, and what was typed can be taken back."""
    window = Window(qtbot, a_session(Step.QUESTION, question="account_number"))
    window.touch("6", "2", "2", "9", "删掉一个")
    window.type("0x8888")
    assert window.says("6220 8888")
    window.touch("下一步")
    assert window.sent == [Answered(AT, "account_number", "62208888")]


def test_a_problem_goes_away_when_the_answer_changes(qtbot: QtBot) -> None:
    """The sentence stays until something is touched, and what was typed stays."""
    session = a_session(
        Step.QUESTION,
        question="household_size",
        question_problem=Problem(ProblemKind.REQUIRED),
        question_draft="1",
    )
    window = Window(qtbot, session)
    problem = TEXTS[ZH].say("question.problems.required")
    assert window.says(problem)
    window.touch("2")
    assert not window.says(problem)
    window.touch("下一步")
    assert window.sent == [Answered(AT, "household_size", "12")]


def test_a_date_is_typed_field_by_field(qtbot: QtBot) -> None:
    """Each full field leads to the next; a month that needs no second digit does too."""
    window = Window(qtbot, a_session(Step.QUESTION, question="residence_since"))
    window.type("1998")
    window.type("5")
    window.type("20")
    window.touch("下一步")
    assert window.sent == [Answered(AT, "residence_since", "1998-05-20")]


def test_a_date_can_be_corrected(qtbot: QtBot) -> None:
    """Erasing goes back field by field, and touching a field writes it anew."""
    session = a_session(Step.QUESTION, question="residence_since", question_draft="2026-02-30")
    window = Window(qtbot, session)
    window.touch("几日")
    window.type("28")
    QTest.keyClick(window.shell, Qt.Key.Key_Backspace)
    QTest.keyClick(window.shell, Qt.Key.Key_Backspace)
    QTest.keyClick(window.shell, Qt.Key.Key_Backspace)
    window.type("1")
    window.type("9")
    window.touch("下一步")
    assert window.sent == [Answered(AT, "residence_since", "2026-01-09")]


def test_half_a_date_is_no_date_and_none_is_nothing(qtbot: QtBot) -> None:
    """The form can tell a date that was begun from one that was left empty."""
    window = Window(qtbot, a_session(Step.QUESTION, question="residence_since"))
    window.touch("下一步")
    window.type("19")
    window.touch("下一步")
    assert window.sent == [
        Answered(AT, "residence_since", ""),
        Answered(AT, "residence_since", "0019-00-00"),
    ]


def test_what_was_typed_outlives_a_change_of_language_but_not_of_question(qtbot: QtBot) -> None:
    """Words change, digits stay; the next question starts empty."""
    window = Window(qtbot, a_session(Step.QUESTION, question="phone"))
    window.type("139")
    window.show(a_session(Step.QUESTION, EN, question="phone"))
    assert window.says("139")
    window.show(a_session(Step.QUESTION, question="account_number"))
    assert not window.says("139")


def test_what_one_person_typed_is_not_there_for_the_next(qtbot: QtBot) -> None:
    """Somebody goes back before the card, and another card leads to the same question."""
    window = Window(qtbot, a_session(Step.QUESTION, question="phone", step_since_s=7.0))
    window.type("139")
    window.show(a_session(Step.CARD, ZH))
    window.show(a_session(Step.QUESTION, question="phone", step_since_s=9.0))
    assert not window.says("139")
    window.type("1")
    assert window.says("1")


def test_each_answer_can_be_changed_from_the_review(qtbot: QtBot) -> None:
    """The button beside an answer names its question."""
    window = Window(qtbot, a_session(Step.REVIEW, answers=ANSWERS))
    window.touch("改: 您的手机号是多少？")
    assert window.sent == [Corrected(AT, "phone")]


@pytest.mark.parametrize("is_by_key", [False, True])
def test_the_review_reveals_only_while_held(qtbot: QtBot, is_by_key: bool) -> None:  # noqa: FBT001
    """Names and numbers are whole as long as the button is held."""
    window = Window(qtbot, a_session(Step.REVIEW, answers=ANSWERS))
    hold = window.area("按住不放，看全部内容")
    if is_by_key:
        QTest.keyPress(hold, Qt.Key.Key_Space)
    else:
        QTest.mousePress(hold, Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
    assert window.says("张桂英")
    assert window.says("11010519491231002X")
    if is_by_key:
        QTest.keyRelease(hold, Qt.Key.Key_Space)
    else:
        QTest.mouseRelease(hold, Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
    assert not window.says("张桂英")
    assert window.sent == []
