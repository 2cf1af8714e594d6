"""The screens from the photo on say what was touched, drawn and typed, and keep nothing of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.flow.events import (
    Continued,
    DeviceTestAsked,
    DeviceTestEnded,
    Event,
    HelpAnswered,
    HelperJoined,
    KnownAsked,
    PaperConfirmed,
    PaperMissed,
    PapersChosen,
    PhotoDeclined,
    PhotoRetaken,
    PinTyped,
    Rated,
    ReportAsked,
    ReprintAsked,
    SendNowAsked,
    ServiceChosen,
    SignedOut,
    SlipAsked,
    StaffChosen,
    StaffDoorClosed,
    StaffDoorOpened,
    StatusByCardChosen,
    StatusByNumberChosen,
    StatusTyped,
    StillHere,
    StopConfirmed,
    StopDeclined,
    WentBack,
)
from kiosk.flow.paper_state import Slip
from kiosk.flow.session import Rating, ReceiptState, Session
from kiosk.flow.world import Network
from kiosk.photos import Advice, Findings
from kiosk.ports.camera import Frame, Look
from kiosk.ports.card_reader import Presence
from kiosk.readiness import PortName
from tests.screens.later_situations import SEALED, WAITING, situation
from tests.screens.places import ZH, a_world, moment
from tests.screens.test_touch import Window
from tests.screens.windows import settle
from ui.widgets.camera_view import CameraView

AT = moment()
BAD_LIGHT = {"advice": (Advice.TOO_DARK,), "step_since_s": AT.monotonic_s}


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


@pytest.mark.parametrize(
    ("name", "touched", "event"),
    [
        ("photo", "不拍照，由工作人员核对", PhotoDeclined(AT)),
        ("photo", "上一步", WentBack(AT)),
        ("no camera", "不拍照，由工作人员核对", PhotoDeclined(AT)),
        ("photo taken", "用这张", Continued(AT)),
        ("photo taken", "重拍", PhotoRetaken(AT)),
        ("received, printed", "再打一张", ReprintAsked(AT)),
        ("received, failed", "再试一次", ReprintAsked(AT)),
        ("received, unconfirmed", "出来了", PaperConfirmed(AT)),
        ("received, unconfirmed", "没出来，再打一张", ReprintAsked(AT)),
        ("received, printing", "办完了", Continued(AT)),
        ("rating", "非常满意", Rated(AT, Rating.VERY_SATISFIED)),
        ("rating", "一般", Rated(AT, Rating.FAIR)),
        ("rating", "非常不满意", Rated(AT, Rating.VERY_DISSATISFIED)),
        ("rating", "不评了", Continued(AT)),
        ("another", "高龄津贴", ServiceChosen(AT, "s1", "old_age_allowance")),
        ("another", "办完了", Continued(AT)),
        ("take card, cant_tell", "卡拿走了", Continued(AT)),
        ("status ask", "放身份证查", StatusByCardChosen(AT)),
        ("status ask", "用号码查", StatusByNumberChosen(AT)),
        ("status ask", "机器还记得我什么？", KnownAsked(AT)),
        ("known asked", "用号码查", StatusByNumberChosen(AT)),
        ("known", "打印出来", ReprintAsked(AT)),
        ("known", "看好了", Continued(AT)),
        ("known", "上一步", WentBack(AT)),
        ("unseen", "打印凭条", ReprintAsked(AT)),
        ("unseen", "办完了", WentBack(AT)),
        ("unseen", "再办一件", Continued(AT)),
        ("status shown", "看好了", Continued(AT)),
        ("status shown", "您的凭条还没打：现在打印", PapersChosen(AT)),
        ("papers, one failed", "打印凭条", SlipAsked(AT, Slip.RECEIPT, WAITING.app_id)),
        ("papers, one failed", "打印办理进度", SlipAsked(AT, Slip.PROGRESS, WAITING.app_id)),
        ("papers, unconfirmed and enough", "拿到了", PaperConfirmed(AT, SEALED.app_id)),
        ("papers, unconfirmed and enough", "没出来", PaperMissed(AT, SEALED.app_id)),
        ("papers, enough copies", "打印缺什么材料", SlipAsked(AT, Slip.MISSING, SEALED.app_id)),
        ("papers, enough copies", "办完了", Continued(AT)),
        ("papers, enough copies", "上一步", WentBack(AT)),
        (
            "received, printed",
            "打印回执单",
            SlipAsked(AT, Slip.ACKNOWLEDGEMENT, SEALED.app_id),
        ),
        ("guide, list printed", "已送去打印，请看一看；可再打", SlipAsked(AT, Slip.BRING_LIST)),
        ("help, slip failed", "没打出来；再试一次", SlipAsked(AT, Slip.HELP)),
        ("over a step: help", "有人来了", HelpAnswered(AT)),
        ("over a step: help", "不用了，接着办", HelpAnswered(AT)),
        ("over a step: help", "我是李晓燕，我来帮忙", HelperJoined(AT)),
        ("over a step: help", "工作人员", StaffDoorOpened(AT)),
        ("over a step: still_there", "我还在，接着办", StillHere(AT)),
        ("over a step: stop", "接着办", StopDeclined(AT)),
        ("over a step: stop", "退出，清空我的信息", StopConfirmed(AT)),
        ("over a step: card_taken", "接着办", StopDeclined(AT)),
        ("over a step: card_taken", "退出，清空我的信息", StopConfirmed(AT)),
        ("door", "李晓燕", StaffChosen(AT, "v1")),
        ("door", "设备维护", StaffChosen(AT, "")),
        ("door", "回到居民画面", WentBack(AT)),
        ("on duty in a visit", "我在帮这位居民", HelperJoined(AT)),
        ("on duty", "下班", SignedOut(AT)),
        ("on duty", "回到居民画面", StaffDoorClosed(AT)),
        ("maintenance", "试一试: 打印机 · 要看一下", DeviceTestAsked(AT, PortName.PRINTER)),
        ("maintenance, testing", "好了", DeviceTestEnded(AT)),
        ("maintenance", "重新检查", ReportAsked(AT)),
        ("maintenance", "现在就送", SendNowAsked(AT)),
        ("maintenance", "关闭维护", WentBack(AT)),
    ],
)
def test_one_touch_one_event(qtbot: QtBot, name: str, touched: str, event: Event) -> None:
    """Whatever can be touched says what it is for, once."""
    window = Window(qtbot, seen(name))
    window.touch(touched)
    assert window.sent == [event]


@pytest.mark.parametrize(
    ("name", "keys", "event"),
    [
        ("rating", "2", Rated(AT, Rating.SATISFIED)),
        ("status ask", "2", StatusByNumberChosen(AT)),
        ("status ask", "3", KnownAsked(AT)),
        ("door", "2", StaffChosen(AT, "")),
        ("over a step: still_there", "x", StillHere(AT)),
    ],
)
def test_keys_choose_by_place(qtbot: QtBot, name: str, keys: str, event: Event) -> None:
    """Who can't touch the glass chooses by digits."""
    window = Window(qtbot, seen(name))
    window.type(keys)
    assert window.sent == [event]


@pytest.mark.parametrize(
    ("key", "event"),
    [(Qt.Key.Key_Escape, StopDeclined(AT)), (Qt.Key.Key_Return, StopDeclined(AT))],
)
def test_keys_never_stop_by_accident(qtbot: QtBot, key: Qt.Key, event: Event) -> None:
    """Enter and Escape go on with the visit."""
    window = Window(qtbot, seen("over a step: stop"))
    QTest.keyClick(window.shell, key)
    assert window.sent == [event]


def test_any_touch_says_that_somebody_is_there(qtbot: QtBot) -> None:
    """A touch beside the huge answer is one too."""
    window = Window(qtbot, seen("over a step: still_there"))
    QTest.mouseClick(window.shell.screen_now, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert window.sent == [StillHere(AT)]


# --- progress ---


def test_number_and_code_are_typed_one_after_the_other(qtbot: QtBot) -> None:
    """First the number, then the code, then both are looked up."""
    window = Window(qtbot, seen("status number", status_problem=""))
    window.touch(*"3702114608", "下一步", *"7K4MPQ", "下一步")
    assert window.sent == [StatusTyped(AT, "3702114608", "7K4MPQ")]


def test_back_goes_from_the_code_to_the_number(qtbot: QtBot) -> None:
    """Back is one step at a time."""
    window = Window(qtbot, seen("status number", status_problem=""))
    window.type("3702")
    window.touch("下一步", "上一步")
    assert window.sent == []
    assert window.says("3702")
    window.touch("上一步")
    assert window.sent == [WentBack(AT)]


def test_a_wrong_code_keeps_the_number(qtbot: QtBot) -> None:
    """Only what was wrong is typed again."""
    window = Window(qtbot, seen("status number", status_problem=""))
    window.touch(*"3702114608", "下一步", *"777777", "下一步")
    window.show(seen("status code"))
    assert window.says("这个查询码不对。")
    window.touch(*"7K4MPQ")
    assert not window.says("这个查询码不对。")
    window.touch("下一步")
    assert window.sent[-1] == StatusTyped(AT, "3702114608", "7K4MPQ")


def test_what_is_known_is_as_old_as_it_is(qtbot: QtBot) -> None:
    """Delivered, answered, and still waiting: each says so, with its age."""
    window = Window(qtbot, seen("status shown"))
    assert window.says("已送达，截至 11月12日")
    assert window.says("还要补材料: 请补一张户口本的复印件。")
    assert window.says("截至 11月18日 上午\u00a09:41 的消息")
    assert window.says("还在这台机器上，网络通了就自动送出。")


def test_everything_shown_says_how_old_it_is(qtbot: QtBot) -> None:
    """Never connected, long offline, and up to date: each is said in words."""
    window = Window(qtbot, seen("status shown"))
    assert window.says("这台机器还没有连上过网络。")
    window.show(seen("status shown", status_heard_at=AT.at))
    assert window.says("这是现在的情况。")
    offline = a_world(network=Network.OFFLINE)
    window.shell.show_session(seen("status shown, long offline"), offline)
    assert window.says("这是3 天前（11月17日 上午\u00a09:41）的情况。从那以后一直没有网络。")
    assert window.says("机器还没来得及给您看号码就停了。")


def test_what_is_known_is_told_page_by_page(qtbot: QtBot) -> None:
    """Every sentence can be reached; printing it changes neither page nor words."""
    window = Window(qtbot, seen("known"))
    assert window.says("3702 1147 05")
    window.touch("往后翻")
    assert window.says("3702 1146 08")
    assert window.says("主管部门写道：请补一张户口本的复印件。")
    window.show(seen("known", receipt=ReceiptState.PRINTING))
    assert window.says("正在打印，请稍等。")
    assert not window.says("打印出来")
    assert window.says("3702 1146 08")


def test_knowing_nothing_is_said_plainly(qtbot: QtBot) -> None:
    """And what is never kept is said all the same."""
    window = Window(qtbot, seen("known nothing"))
    assert window.says("这台机器没有您的任何信息")
    assert window.says("从来不采指纹。")
    assert window.says("没打出来：打印机的盖子开着。")


def test_the_other_question_is_asked_once(qtbot: QtBot) -> None:
    """Once it is chosen only the way to be found is left to choose."""
    window = Window(qtbot, seen("known asked"))
    window.type("3")
    assert window.sent == []
    assert window.says("用什么来查？")


def test_an_unknown_application_leads_on(qtbot: QtBot) -> None:
    """Nothing found is no dead end."""
    window = Window(qtbot, seen("status unknown"))
    assert window.says("请打 0531-0000-0000 问")


# --- received, rating, card ---


def test_the_card_is_spoken_about_while_it_lies_there(qtbot: QtBot) -> None:
    """The reminder is there with the card, and only then."""
    window = Window(qtbot, seen("received, printed"))
    assert window.says("请记得拿走您的身份证")
    window.show(seen("received, printed", card_presence=Presence.ABSENT))
    assert not window.says("请记得拿走您的身份证")


def test_without_a_network_the_date_is_the_earliest(qtbot: QtBot) -> None:
    """The days count from delivery, and the screen says so."""
    window = Window(qtbot, seen("received, printed"))
    assert window.says("到 11月27日 还没有消息")
    window.show(seen("received without network or photo"))
    assert window.says("最早是 11月27日")
    assert window.says("这次没有拍照")


def test_a_helper_is_asked_to_step_aside(qtbot: QtBot) -> None:
    """The rating is the resident's own."""
    window = Window(qtbot, seen("rating, helped"))
    assert window.says("请本人评价。李晓燕请先站开一步。")


def test_nothing_to_press_while_the_card_lies_there(qtbot: QtBot) -> None:
    """Where the reader sees the card, taking it is the answer."""
    window = Window(qtbot, seen("take card, present"))
    assert window.shell.screen_now.bar.next == ""


# --- staff ---


def test_a_pin_is_never_shown(qtbot: QtBot) -> None:
    """Only dots are seen, the PIN is sent once and forgotten."""
    window = Window(qtbot, seen("volunteer's PIN"))
    window.touch(*"246813")
    assert window.says("●●●●●●")
    assert not window.says("24")
    window.touch("确定")
    assert window.sent == [PinTyped(AT, "246813")]
    assert not window.says("●")
    window.touch("确定")
    assert len(window.sent) == 1


def test_the_same_wrong_pin_twice_is_said_twice(qtbot: QtBot) -> None:
    """The problem comes back with the screen, though typing took it away."""
    window = Window(qtbot, seen("technician's PIN, locked"))
    for _ in range(2):
        assert window.says("密码错了几次，先锁一会儿。请等 30 秒再试。")
        window.type("1")
        assert not window.says("密码错了几次")
        window.show(seen("checking"))
        window.show(seen("technician's PIN, locked"))


def test_nobody_joins_a_visit_that_is_none(qtbot: QtBot) -> None:
    """On Home there is nobody to help yet."""
    window = Window(qtbot, seen("help on Home"))
    assert not window.says("我来帮忙")


def test_the_technician_sees_states_and_counts(qtbot: QtBot) -> None:
    """Every part has a word, a sentence and advice; the queue has counts, ages and reasons."""
    window = Window(qtbot, seen("maintenance"))
    assert window.says("摄像头 · 坏了 · 模拟")
    assert window.says("Unplug it and plug it in again")
    window.type("2")
    assert window.says("128 件")
    assert window.says("最早一件：41 天前")
    assert window.says("最早一件：3 小时前")
    assert window.says("原因：too large for the platform")
    window.type("3")
    assert window.says("part.setting_0")


def test_a_new_report_keeps_the_page_that_is_read(qtbot: QtBot) -> None:
    """The technician is not thrown back to the first page every time something is found."""
    session = seen("maintenance")
    window = Window(qtbot, session, "low")
    window.type("3")
    window.touch("往后翻")
    assert window.says("第 2 页")
    panel = session.staff
    assert panel is not None
    assert panel.report is not None
    newer = replace(panel.report, versions=(("doorstep", "0.2.0"),))
    window.show(replace(session, staff=replace(panel, report=newer)))
    assert window.says("第 2 页")


def test_the_camera_is_seen_while_it_is_tested(qtbot: QtBot) -> None:
    """The live picture is there during the test, and gone after it."""
    window = Window(qtbot, seen("maintenance, testing"))
    window.shell.show_look(a_look())
    assert the_view(window).image is not None
    window.show(seen("maintenance"))
    assert the_view(window).image is None
    assert not the_view(window).isVisible()


def test_nothing_of_the_world_is_needed_for_an_overlay(qtbot: QtBot) -> None:
    """With nobody on duty, help shows the telephone."""
    window = Window(qtbot, seen("over a step: help"))
    window.shell.show_session(seen("over a step: help"), a_world(duty=None))
    settle()
    assert window.says("现在没有人值班，请打电话")
    assert window.says("0531-0000-0000")
