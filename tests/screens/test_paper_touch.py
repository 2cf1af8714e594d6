"""What is touched about paper that was put in, and what is said of papers that end."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.flow.events import DeviceTestAsked, Event, PaperConfirmed, PinTyped, SlipAsked
from kiosk.flow.paper_state import Slip
from kiosk.flow.staff_events import RefillAsked, RefillConfirmed, RefillDropped
from kiosk.readiness import PortName
from tests.screens.later_situations import ANSWERED, SEALED, situation
from tests.screens.places import ZH, moment
from tests.screens.test_touch import Window

AT = moment()
SHEET = SEALED.app_id


@pytest.mark.parametrize(
    ("name", "touched", "event"),
    [
        (
            "maintenance, new paper",
            "换了新纸: 打印机 · 要看一下",
            RefillAsked(AT, PortName.PRINTER),
        ),
        (
            "maintenance, new paper",
            "试一试: A4 打印机 · 正常",
            DeviceTestAsked(AT, PortName.OFFICE_PRINTER),
        ),
        ("maintenance, new roll?", "是，换了: 打印机 · 要看一下", RefillConfirmed(AT)),
        ("maintenance, new roll?", "没有: 打印机 · 要看一下", RefillDropped(AT)),
        ("on duty, new paper", "我把纸盒加满了", RefillAsked(AT, PortName.OFFICE_PRINTER)),
        ("on duty, tray filled?", "是，纸盒加满了", RefillConfirmed(AT)),
        ("on duty, tray filled?", "没有换纸", RefillDropped(AT)),
        ("received on a sheet, unconfirmed", "出来了", PaperConfirmed(AT)),
        (
            "received, acknowledgement on a sheet",
            "A4 纸打好了，请拿好；可再打",
            SlipAsked(AT, Slip.ACKNOWLEDGEMENT, SHEET),
        ),
        (
            "received, last acknowledgement",
            "打好了，请拿好",
            SlipAsked(AT, Slip.ACKNOWLEDGEMENT, SHEET),
        ),
        (
            "papers, slip withheld",
            "办理进度打够了；还要请找值班的人",
            SlipAsked(AT, Slip.PROGRESS, ANSWERED.app_id),
        ),
        ("guide, list withheld", "现在打不了，请过一会儿再打", SlipAsked(AT, Slip.BRING_LIST)),
    ],
)
def test_one_touch_one_event(qtbot: QtBot, name: str, touched: str, event: Event) -> None:
    """Whatever can be touched says what it is for, once."""
    window = Window(qtbot, situation(name, ZH))
    window.touch(touched)
    assert window.sent == [event]


@pytest.mark.parametrize(
    ("name", "button"), [("PIN for the tray", "确认换纸"), ("PIN to sign out", "下班")]
)
def test_the_button_under_a_pin_says_what_is_done_with_it(
    qtbot: QtBot, name: str, button: str
) -> None:
    """Asked for after a touch, it is no signing in; it is typed, and sent once."""
    window = Window(qtbot, situation(name, ZH))
    window.touch(*"246813", button)
    assert window.sent == [PinTyped(AT, "246813")]
    QTest.keyClicks(window.shell, "135790")
    QTest.keyClick(window.shell, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(window.sent) > 1)
    assert window.sent[1] == PinTyped(AT, "135790")
