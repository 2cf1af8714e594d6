"""The two programs of `benchmarks.live_picture`; each watches itself and tells it in JSON.

python -m benchmarks.live_programs ours|peer ADDRESS [DETECTOR CHECKSUM]
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.live_picture import HEIGHT_PX, RATE, WATCH_S, WIDTH_PX
from benchmarks.programs import weight

_TICK_MS = 4
"""How often the GUI thread says that it came round."""
_FRESH_S = 1.0
"""After the first picture, before watching begins: opening is no live picture."""


@dataclass
class Watch(QObject):
    """Counts pictures and the gaps between two turns of the event loop."""

    worker_pid: int | None = None
    shown: int = 0
    longest_gap_s: float = 0.0
    _is_watching: bool = False
    _has_begun: bool = False
    _came_round_s: float = 0.0
    _began_s: float = 0.0
    _used_s: float = 0.0
    _timer: QTimer | None = field(default=None)

    def __post_init__(self) -> None:
        """Tick from the first turn of the event loop on."""
        super().__init__()
        self._timer = QTimer()
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._came_round)
        self._timer.start()

    def painted(self) -> None:
        """Count a picture that was painted."""
        self.shown += 1
        if not self._has_begun:
            self._has_begun = True
            QTimer.singleShot(round(_FRESH_S * 1000), self._begin)

    @Slot()
    def _begin(self) -> None:
        self.shown = 0
        self.longest_gap_s = 0.0
        self._began_s = self._came_round_s = time.monotonic()
        self._used_s = self._processor_s()
        self._is_watching = True
        QTimer.singleShot(round(WATCH_S * 1000), self._tell)

    @Slot()
    def _came_round(self) -> None:
        now_s = time.monotonic()
        if self._is_watching:
            self.longest_gap_s = max(self.longest_gap_s, now_s - self._came_round_s)
        self._came_round_s = now_s

    @Slot()
    def _tell(self) -> None:
        took_s = time.monotonic() - self._began_s
        maps = [Path(f"/proc/{pid}/smaps").read_text("utf-8", "replace") for pid in self._pids()]
        told = {
            "shown_share": self.shown / (took_s * RATE),
            "core_share": (self._processor_s() - self._used_s) / took_s,
            "longest_gap_ms": self.longest_gap_s * 1000,
            "memory_mb": weight(maps).pss_mb,
        }
        print(json.dumps(told), flush=True)
        QApplication.quit()

    def _pids(self) -> list[int]:
        return [os.getpid(), *([] if self.worker_pid is None else [self.worker_pid])]

    def _processor_s(self) -> float:
        """Return user and system time of all processes so far, in seconds (proc(5), `stat`)."""
        ticks = 0
        for pid in self._pids():
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(words[11]) + int(words[12])
        return ticks / os.sysconf("SC_CLK_TCK")


class Painted(QObject):
    """Tells a watch of every paint of a widget that has something new to show."""

    def __init__(self, widget: QWidget, watch: Watch) -> None:
        """Look at a widget's events."""
        super().__init__()
        self.has_new = False
        self._watch = watch
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Count a paint after a new picture; the widget does it."""
        if event.type() is QEvent.Type.Paint and self.has_new:
            self.has_new = False
            self._watch.painted()
        return False


def ours(address: str, detector: str, checksum: str) -> None:
    """Show the page of the photo, with camera, advice and lane as in the kiosk."""
    from devices.camera.formats import load_photo_formats
    from devices.camera.worker_camera import CameraConfig, WorkerCamera, open_camera
    from kiosk.clock import SystemClock
    from kiosk.device_lanes import CameraRounds
    from kiosk.flow.events import AdviceChanged
    from kiosk.flow.session import Step
    from kiosk.lanes import Lane
    from kiosk.ports.camera import CameraMount, Look, NoPicture
    from kiosk.ports.document_camera import PaperLook
    from tests.screens.places import ASSETS, TEXTS, a_session, a_world, moment
    from ui.bridge import Bridge
    from ui.shell import Shell
    from ui.theme import Metrics
    from ui.widgets.camera_view import CameraView

    program = QApplication([])
    shell = Shell(lambda _: None, moment, lambda: "s1", TEXTS, Metrics(21.5, 1920, 1080), ASSETS)
    session = a_session(Step.PHOTO)
    shell.show_session(session, a_world())
    shell.showFullScreen()
    watch = Watch()
    painted = Painted(shell.screen_now.findChildren(CameraView)[0], watch)
    formats = load_photo_formats(ASSETS / "photo_formats.toml")
    camera: WorkerCamera = open_camera(
        CameraConfig(
            address,
            formats["cn.id_card"],
            WIDTH_PX,
            HEIGHT_PX,
            detector_model=detector,
            detector_sha256=checksum,
        )
    )

    def receive(event: object) -> None:
        nonlocal session
        if isinstance(event, AdviceChanged):
            session = replace(session, advice=event.advice, is_face_judged=event.is_face_judged)
            shell.show_session(session, a_world())

    def show(look: Look | PaperLook | NoPicture) -> None:
        watch.worker_pid = camera._worker.pid
        painted.has_new = isinstance(look, Look)
        shell.show_look(look)

    bridge = Bridge(receive, show, moment)
    rounds = CameraRounds(bridge.post, bridge.post_look, SystemClock())
    rounds.want(CameraMount.USUAL)
    lane = Lane("camera", lambda: camera, WorkerCamera.close, _fail, rounds.round)
    lane.start()
    program.exec()
    bridge.stop()
    rounds.want(None)
    lane.stop()


class _Pictures(QWidget):
    """The peer's window: the newest picture, painted as large as it fits."""

    came = Signal()

    def __init__(self, watch: Watch) -> None:
        """Show nothing yet."""
        super().__init__()
        self.newest: object = None
        self.image: QImage | None = None
        self._painted = Painted(self, watch)
        self.came.connect(self._on_came)

    @Slot()
    def _on_came(self) -> None:
        import numpy as np

        picture = np.asarray(self.newest)
        self._kept = picture
        height, width = picture.shape[:2]
        self.image = QImage(
            picture.tobytes(), width, height, 3 * width, QImage.Format.Format_BGR888
        ).copy()
        self._painted.has_new = True
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint it."""
        if self.image is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.rect(), self.image)
            painter.end()


def peer(address: str) -> None:
    """Read on a thread, paint what came last."""
    import cv2

    cv2.setNumThreads(2)
    program = QApplication([])
    window = _Pictures(Watch())
    window.showFullScreen()
    is_over = threading.Event()

    def read() -> None:
        capture = cv2.VideoCapture(address)
        while not is_over.is_set():
            is_read, picture = capture.read()
            if not is_read:
                return
            window.newest = picture
            window.came.emit()

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    program.exec()
    is_over.set()
    thread.join(5)


def _fail(bug: BaseException) -> None:
    raise bug


def main(arguments: list[str]) -> None:
    """Be one of the two."""
    who, address, *detector = arguments
    if who == "ours":
        ours(address, *(detector or ("", "")))
    else:
        peer(address)


if __name__ == "__main__":
    main(sys.argv[1:])
