"""`kiosk run`: the window that residents touch, driven by the conductor.

Qt's event loop is the owner's thread; what lanes post comes through the bridge. After a bug the
screen says "out of service" for a
moment and the process ends with status 70, to be started again by the service manager.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from devices.desk_state import SimulatedNetwork
from kiosk.conductor import BugFound, Conductor, Message, new_session_id
from kiosk.flow.session import Session, Step
from kiosk.flow.world import World
from kiosk.ports.camera import Look, NoPicture
from kiosk.ports.document_camera import PaperLook
from kiosk.settings import Orientation, Settings
from launch.announcing import announcer
from launch.desk import DeskSocket
from launch.places import ASSETS
from launch.renewal import LOOK_MS, renewal_of
from launch.resident import Resident
from launch.script import DEFAULT_CARD, Script
from launch.wiring import Kiosk
from ui.bridge import Bridge
from ui.shell import Shell
from ui.theme import Metrics

BUG_STATUS = 70
BUG_SHOWN_MS = 5_000
UNSEEN_MS = 2_000
"""How long the lanes wait for a window that the window system does not show."""

_WINDOWED_PART = 0.85


@dataclass(slots=True)
class Player:
    """Plays practice visits in the window, one after the other."""

    resident: Resident
    visits: int
    is_over: Callable[[], None]
    _played: int = field(default=0, init=False)
    _is_between: bool = field(default=True, init=False)

    def react(self, session: Session, world: World) -> None:
        """Play on; at Home, begin the next visit or end."""
        if session.step is not Step.HOME:
            self._is_between = False
            self.resident.react(session, world)
            return
        if self._is_between and self._played:
            return
        if self.visits and self._played >= self.visits:
            self.is_over()
            return
        self._played += 1
        self._is_between = True
        self.resident.start()


class KioskWindow(QObject):
    """The kiosk's window with everything behind it; a `Stage` for the conductor."""

    def __init__(
        self,
        kiosk: Kiosk,
        announce: Callable[[str], None],
        *,
        is_windowed: bool,
        tap_pause_s: float | None = None,
    ) -> None:
        """Make the window and the conductor; nothing runs before `start`."""
        super().__init__()
        self._kiosk = kiosk
        self._announce = announce
        self._announced = ""
        self._is_broken = False
        self._has_bug = False
        self._is_running = False
        self.player: Player | None = None
        self._renewal = renewal_of(kiosk, is_windowed=is_windowed)
        self._renewal_timer = QTimer(self)
        self._renewal_timer.timeout.connect(self._look_for_catalogue)
        self.bridge = Bridge(self._receive, self._show_look, kiosk.clock.now)
        self.conductor: Conductor = kiosk.conductor(self, self.bridge.post)
        pause = {} if tap_pause_s is None else {"tap_pause_s": tap_pause_s}
        self.shell = Shell(
            self.conductor.receive,
            kiosk.clock.now,
            new_session_id,
            kiosk.texts,
            metrics_of(kiosk.settings, is_windowed=is_windowed),
            ASSETS,
            **pause,
        )

    def start(self, *, is_windowed: bool) -> None:
        """Show Home, and start the lanes once it is on the glass.

        What the lanes load would take the time in which Home is painted.
        """
        self.shell.show_session(self.conductor.session, self.conductor.world)
        self.shell.create()
        self.shell.windowHandle().installEventFilter(self)
        if is_windowed or not self._kiosk.settings.screen.fullscreen:
            self.shell.show()
        else:
            self.shell.showFullScreen()
        QTimer.singleShot(UNSEEN_MS, self, self._run)
        self.shell.installEventFilter(self)
        self.bridge.start_ticking()
        if self._renewal is not None:
            self._renewal_timer.start(LOOK_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Wait for the first painting, and end the program when its own window is closed."""
        if event.type() is QEvent.Type.Expose and watched is not self.shell:
            # Qt paints before it comes back from an exposure.
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._run)
        elif event.type() is QEvent.Type.Close and watched is self.shell:
            QApplication.quit()
        return False

    def stop(self) -> None:
        """End everything behind the window."""
        self.shell.removeEventFilter(self)
        self._is_running = True  # a start that is still to come comes no more
        self._renewal_timer.stop()
        self.bridge.stop()
        self.conductor.stop()
        self.shell.close()

    def show(self, session: Session, world: World) -> None:
        """Show a session; see `kiosk.conductor.Stage`."""
        self.shell.show_session(session, world)
        if session.sealed is not None and session.sealed.app_id != self._announced:
            self._announced = session.sealed.app_id
            self.shell.repaint()  # announced is what can be read on the glass, not what will be
            self._announce(f"SHOWN {''.join(session.sealed.number_groups)} {self._announced}")
        if session.step is Step.OUT_OF_SERVICE and not self._is_broken:
            self._is_broken = True
            QTimer.singleShot(BUG_SHOWN_MS, self, self._end)
        if self.player is not None:
            self.player.react(session, world)

    def show_look(self, look: Look | PaperLook | NoPicture) -> None:
        """Take a live picture from the camera's lane; see `kiosk.conductor.Stage`."""
        self.bridge.post_look(look)

    @property
    def status(self) -> int:
        """The exit status that fits what happened."""
        return BUG_STATUS if self._is_broken or self._has_bug else 0

    def bug(
        self, kind: type[BaseException], bug: BaseException, trace: TracebackType | None
    ) -> None:
        """Take what a slot raised: the machine goes out of service, once, and the process ends."""
        if self._has_bug:
            sys.__excepthook__(kind, bug, trace)
            QApplication.exit(BUG_STATUS)
            return
        self._has_bug = True
        self._receive(BugFound(bug))

    def _receive(self, message: Message) -> None:
        self.conductor.receive(message)

    def _show_look(self, look: Look | PaperLook | NoPicture) -> None:
        self.shell.show_look(look)

    @Slot()
    def _run(self) -> None:
        if not self._is_running:
            self._is_running = True
            self.conductor.start()

    @Slot()
    def _look_for_catalogue(self) -> None:
        if self._renewal is not None and self._renewal.is_due(self.conductor.session):
            QApplication.quit()

    @Slot()
    def _end(self) -> None:
        QApplication.quit()


def run_window(
    kiosk: Kiosk,
    *,
    plays: bool,
    visits: int,
    announce: Path | None,
    is_windowed: bool,
) -> int:
    """Run the kiosk until it is told to stop; return the exit status."""
    program = QApplication(sys.argv[:1])
    with announcer(announce) as tell:
        window = KioskWindow(kiosk, tell, is_windowed=is_windowed)
        if plays:
            window.player = make_player(kiosk, window.bridge.post, visits)
        return run_program(program, kiosk, window, is_windowed=is_windowed)


def run_program(
    program: QApplication, kiosk: Kiosk, window: KioskWindow, *, is_windowed: bool
) -> int:
    """Run the event loop with window, desk socket and signals; return the exit status."""
    socket = DeskSocket(kiosk.desk) if kiosk.world.simulated else None
    if socket is not None:
        socket.start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: QApplication.quit())
    before = sys.excepthook
    sys.excepthook = window.bug
    window.start(is_windowed=is_windowed)
    try:
        program.exec()
    finally:
        sys.excepthook = before
        window.stop()
        if socket is not None:
            socket.stop()
    return window.status


def make_player(kiosk: Kiosk, send: Callable[[Message], None], visits: int) -> Player:
    """Return who plays visits in a window with simulated devices."""
    kiosk.desk.write(SimulatedNetwork())
    script = Script(card=DEFAULT_CARD)
    resident = Resident(script, kiosk.clock, send, kiosk.desk)
    return Player(resident, visits, QApplication.quit)


def metrics_of(settings: Settings, *, is_windowed: bool) -> Metrics:
    """Return the panel's size: from the settings, else from the screen that is there."""
    chosen = settings.screen
    width, height = chosen.width_px, chosen.height_px
    if not width or not height:
        size = QApplication.primaryScreen().size()
        width, height = size.width(), size.height()
        if is_windowed:
            width, height = int(width * _WINDOWED_PART), int(height * _WINDOWED_PART)
    is_upright = height > width
    if chosen.orientation is Orientation.PORTRAIT and not is_upright:
        width = height * height // width  # as much of an upright panel as fits
    elif chosen.orientation is Orientation.LANDSCAPE and is_upright:
        height = width * width // height
    return Metrics(chosen.diagonal_inch, width, height)
