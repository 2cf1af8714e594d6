"""The way from the lanes' threads onto the GUI thread, and the tick.

Nothing else of the screens may be called from another thread. What arrives here is received by a
slot of a QObject: a lambda would run in the thread that emits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from kiosk.clock import Moment
from kiosk.flow.events import Ticked
from kiosk.ports.camera import Look, NoPicture
from kiosk.ports.document_camera import PaperLook

TICK_MS = 1000


class Bridge(QObject):
    """Hands events and live pictures over in the order in which they were posted; lives on the GUI
    thread.
    """

    _posted = Signal(object)
    _looked = Signal()

    def __init__(
        self,
        on_event: Callable[[Any], None],
        on_look: Callable[[Look | PaperLook | NoPicture], None],
        now: Callable[[], Moment],
    ) -> None:
        """Call `on_event` and `on_look` on this thread, which must be the GUI's."""
        super().__init__()
        self._on_event = on_event
        self._on_look = on_look
        self._now = now
        self._newest: deque[Look | PaperLook | NoPicture] = deque(maxlen=1)
        self._is_open = True
        self._posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)
        self._looked.connect(self._on_looked, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_timeout)

    def post(self, event: object) -> None:
        """Hand an event to the GUI thread. May be called from any thread."""
        self._posted.emit(event)

    def post_look(self, look: Look | PaperLook | NoPicture) -> None:
        """Hand the newest picture to the GUI thread; older ones that it has not looked at yet are
        dropped.

        May be called from any thread.
        """
        self._newest.append(look)
        self._looked.emit()

    def start_ticking(self) -> None:
        """Send `Ticked` once a second from now on."""
        self._timer.start()

    def stop(self) -> None:
        """Hand over nothing any more, and stop ticking."""
        self._is_open = False
        self._timer.stop()

    @Slot(object)
    def _on_posted(self, event: object) -> None:
        if self._is_open:
            self._on_event(event)

    @Slot()
    def _on_looked(self) -> None:
        if self._newest and self._is_open:
            self._on_look(self._newest.pop())

    @Slot()
    def _on_timeout(self) -> None:
        self._on_event(Ticked(self._now()))
