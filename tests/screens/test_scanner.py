"""A scanner that types like a keyboard does nothing where no field wants it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.clock import Moment
from kiosk.flow.events import Continued, Event, PinTyped, ServiceChosen
from kiosk.flow.session import Session, Step
from tests.screens.later_situations import situation
from tests.screens.places import ASSETS, SERVICE, TEXTS, a_session, a_world, moment
from tests.screens.windows import PANELS, settle
from ui.keys import MACHINE_S
from ui.shell import Shell

CODE = "16901234567892"


class Keyboard:
    """A window with a keyboard whose keys come as fast as a test wants."""

    def __init__(self, qtbot: QtBot, session: Session) -> None:
        """Show a session, long enough ago that taps count."""
        self.sent: list[Event] = []
        self.s = 1000.0
        now: Callable[[], Moment] = lambda: Moment(moment().at, self.s)  # noqa: E731
        self.shell = Shell(
            self.sent.append, now, lambda: "s1", TEXTS, PANELS["portrait"], ASSETS, tap_pause_s=0.3
        )
        qtbot.addWidget(self.shell)
        self.shell.show()
        self.shell.show_session(session, a_world())
        settle()
        self.s += 10

    def scan(self) -> None:
        """Type a whole code and Enter, a millisecond apart."""
        for sign in CODE:
            QTest.keyClick(self.shell, Qt.Key(ord(sign)))
            self.s += 0.001
        QTest.keyClick(self.shell, Qt.Key.Key_Return)

    def press(self, key: Qt.Key) -> None:
        """Press one key as a hand does, and leave it time."""
        self.s += 1
        QTest.keyClick(self.shell, key)

    def kinds(self) -> list[type[Event]]:
        """Return what was sent."""
        QCoreApplication.processEvents()
        return [type(event) for event in self.sent]


def test_a_scan_on_home_begins_nothing(qtbot: QtBot) -> None:
    """Its first sign would choose the first service, and its Enter go on."""
    keyboard = Keyboard(qtbot, a_session())
    keyboard.scan()
    keyboard.press(Qt.Key.Key_9)  # no such service: proof that keys are looked at again
    keyboard.press(Qt.Key.Key_1)
    qtbot.waitUntil(lambda: len(keyboard.sent) > 0, timeout=20_000)
    assert keyboard.kinds() == [ServiceChosen]
    event = keyboard.sent[0]
    assert isinstance(event, ServiceChosen)
    assert event.service_id == SERVICE.service_id


def test_a_scan_on_a_page_that_tells_something_goes_nowhere(qtbot: QtBot) -> None:
    """A hand's Enter goes on, a scanner's does not."""
    keyboard = Keyboard(qtbot, a_session(Step.GUIDE))
    keyboard.scan()
    keyboard.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(keyboard.sent) > 0, timeout=20_000)
    assert keyboard.kinds() == [Continued]


def test_a_scan_into_a_field_is_not_handed_in(qtbot: QtBot) -> None:
    """A field takes what is typed, however fast; only a hand goes on from there."""
    keyboard = Keyboard(qtbot, situation("volunteer's PIN"))
    keyboard.scan()
    assert keyboard.kinds() == []
    keyboard.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(keyboard.sent) > 0, timeout=20_000)
    event = keyboard.sent[0]
    assert isinstance(event, PinTyped)
    assert event.pin == CODE[: len(event.pin)]


def test_a_hand_is_slower_than_a_machine(qtbot: QtBot) -> None:
    """Quick keys of a hand are no burst: the tile is chosen, once."""
    keyboard = Keyboard(qtbot, a_session())
    QTest.keyClick(keyboard.shell, Qt.Key.Key_1)
    keyboard.s += 2 * MACHINE_S
    QTest.keyClick(keyboard.shell, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: len(keyboard.sent) == 1, timeout=20_000)
