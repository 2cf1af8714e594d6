"""The kiosk's real window with everything behind it, touched by the names of things.

    with at_window(qtbot, build_kiosk(home.settings)) as glass:
        glass.touch("home.hero_title")

Everything goes through widgets: what a mouse can't press here, a finger can't either. Waiting keeps
Qt's events going.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from devices.desk_state import SimulatedCard
from kiosk.flow.session import Overlay, Session, Step
from kiosk.texts import Texts
from launch.script import DEFAULT_CARD
from launch.window import KioskWindow
from launch.wiring import Kiosk
from ui.widgets.press_area import PressArea
from ui.widgets.signature_pad import SignaturePad

WAIT_MS = 30_000
MOST_PAGES = 8


@dataclass
class Glass:
    """Somebody before the window."""

    qtbot: QtBot
    kiosk: Kiosk
    window: KioskWindow
    announced: list[str]
    seen: list[Step] = field(default_factory=list)
    """Every step that was waited for."""

    @property
    def session(self) -> Session:
        """Where the visit stands."""
        return self.window.conductor.session

    @property
    def texts(self) -> Texts:
        """The words in the language of the screen."""
        return self.kiosk.texts[self.session.display.language]

    # --- waiting ---

    def wait(self, condition: Callable[[], object], what: str = "") -> None:
        """Let the window live until something is so.

        Raises:
            AssertionError: It did not come to be so.
        """

        def is_so() -> bool:
            return bool(condition())

        try:
            self.qtbot.waitUntil(is_so, timeout=WAIT_MS)
        except Exception as error:
            at = f"{self.session.step} {self.session.question} {self.session.overlay}"
            raise AssertionError(
                f"at {at}, awaited: {what}; on the glass: {self.read()}"
            ) from error

    def until(self, step: Step, question: str = "") -> None:
        """Wait for a step, and for a question if one is named."""

        def is_there() -> bool:
            is_asked = not question or self.session.question == question
            return self.session.step is step and is_asked

        self.wait(is_there, f"{step} {question}")
        self.seen.append(step)

    def until_overlay(self, overlay: Overlay) -> None:
        """Wait for what lies over a step."""
        self.wait(lambda: self.session.overlay is overlay, f"overlay {overlay}")

    # --- looking ---

    def read(self) -> list[str]:
        """Return every text that can be read now."""
        labels = self.window.shell.findChildren(QLabel)
        return [label.text() for label in labels if label.isVisible() and label.text()]

    def says(self, key: str, **values: object) -> bool:
        """Say whether a message can be read now."""
        wanted = self.texts.say(key, **values)
        return any(wanted in text for text in self.read())

    def remains(self) -> list[str]:
        """Return every text that any widget of the window still holds, seen or not."""
        self.settle()
        texts: list[str] = []
        for widget in [self.window.shell, *self.window.shell.findChildren(QWidget)]:
            texts += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
            texts += [widget.windowTitle(), widget.objectName()]
            if isinstance(widget, QLabel | QLineEdit):
                texts.append(widget.text())
            if isinstance(widget, QTextEdit):
                texts.append(widget.toPlainText())
            texts += [repr(value) for value in vars(widget).values()]
        return [text for text in texts if text]

    def settle(self) -> None:
        """Let widgets that were thrown away go."""
        for _ in range(3):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QCoreApplication.processEvents()

    # --- touching ---

    def touch(self, key: str) -> None:
        """Touch what a message of the screens names."""
        self.touch_named(self.texts.say(key))

    def touch_named(self, name: str) -> None:
        """Touch the one thing of a name, turning pages if it is on another."""
        self._turn_to(name)
        (area,) = self._areas(name)
        QTest.mouseClick(area, Qt.MouseButton.LeftButton, pos=area.rect().center())

    def choose(self, choice: str) -> None:
        """Touch a choice of the question on the screen, as the catalogue names it, and go on."""
        question = self.kiosk.catalogue.services[0].question(self.session.question)
        assert question is not None, self.session.question
        (label,) = [it.label for it in question.choices if it.name == choice]
        self.touch_named(label.say(self.session.display.language))
        self.touch("bar.next")

    def press_digits(self, digits: str) -> None:
        """Touch digits on the pad of the screen."""
        for digit in digits:
            self.touch_named(digit)

    def change(self, question: str) -> None:
        """Touch the button beside an answer on the review."""
        asked = self.kiosk.catalogue.services[0].question(question)
        assert asked is not None
        label = asked.label.say(self.session.display.language)
        self.touch_named(f"{self.texts.say('review.change')}: {label}")

    def sign(self) -> None:
        """Draw a name with the finger: two strokes."""
        (pad,) = [it for it in self.window.shell.findChildren(SignaturePad) if it.isVisible()]
        middle = pad.rect().center()
        for shift in (-60, 60):
            points = [
                middle + QPoint(shift + 4 * step, round(30 * math.sin(step / 2)))
                for step in range(12)
            ]
            QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=points[0])
            for point in points[1:]:
                QTest.mouseMove(pad, point)
                QCoreApplication.processEvents()
            QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=points[-1])
        drawn = pad.signature
        assert len(drawn.strokes) == 2
        assert all(len(stroke) > 5 for stroke in drawn.strokes), drawn

    def lay_card(self, name: str = DEFAULT_CARD) -> None:
        """Lay a card on the simulated reader."""
        self.kiosk.desk.write(SimulatedCard(card=name))

    def take_card(self) -> None:
        """Take the card away."""
        self.kiosk.desk.write(SimulatedCard())

    def _turn_to(self, name: str) -> None:
        """Wait until a thing can be touched, looking through all pages."""

        def is_there() -> bool:
            if self._areas(name):
                return True
            later = self._areas(self.texts.say("pages.later"))
            if len(later) == 1 and self._turned < MOST_PAGES:
                self._turned += 1
                QTest.mouseClick(later[0], Qt.MouseButton.LeftButton)
            return bool(self._areas(name))

        self._turned = 0
        self.wait(is_there, f"{name!r} to touch")

    def _areas(self, name: str) -> list[PressArea]:
        return [
            area
            for area in self.window.shell.findChildren(PressArea)
            if area.isVisible() and area.isEnabled() and area.accessibleName() == name
        ]


@contextmanager
def at_window(qtbot: QtBot, kiosk: Kiosk) -> Iterator[Glass]:
    """Open the window of a kiosk, and end everything behind it afterwards."""
    announced: list[str] = []
    window = KioskWindow(kiosk, announced.append, is_windowed=True, tap_pause_s=0)
    glass = Glass(qtbot, kiosk, window, announced)
    window.start(is_windowed=True)
    try:
        glass.until(Step.HOME)
        yield glass
    finally:
        window.stop()
        glass.settle()
        window.shell.deleteLater()
        window.deleteLater()
        glass.settle()
