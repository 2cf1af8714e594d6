"""Driving the screens without touching the glass: where an arrow key leads, and whose keys count.

A scanner that types like a keyboard fires off a whole code and Enter within milliseconds, wherever
the visit stands. No hand is that fast, so such a burst means nothing on a page that is not typed
into, and its Enter means nothing anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtWidgets import QWidget

_DIRECTIONS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}

ARROWS = frozenset(_DIRECTIONS)


MACHINE_S = 0.035
"""Keys closer than this come from a machine; the fastest hands leave twice as much."""


class Scribe(QObject):
    """Holds each key back for a moment, until it is sure that a hand pressed it."""

    def __init__(
        self,
        now_s: Callable[[], float],
        *,
        pause_s: float = MACHINE_S,
        parent: QObject | None = None,
    ) -> None:
        """Let keys through at once where `pause_s` is 0, for drivers that aren't hands.

        A key that is held when `parent` goes away, goes with it.
        """
        super().__init__(parent)
        self._now_s = now_s
        self._pause_s = pause_s
        self._last_s = float("-inf")
        self._held: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(pause_s * 1000) + 1)
        self._timer.timeout.connect(self._let_through)

    def press(self, act: Callable[[], None]) -> None:
        """Do what a key means, unless another one came or comes right beside it."""
        if self._pause_s == 0:
            act()
            return
        if not self.is_machine():
            self._let_through()  # what is still held was a hand's: time has shown it
            self._held = act
            self._timer.start()

    def is_machine(self) -> bool:
        """Take note of a key, and say whether it came at a machine's speed."""
        now_s = self._now_s()
        is_machine = self._pause_s > 0 and now_s - self._last_s < self._pause_s
        self._last_s = now_s
        if is_machine:
            self._held = None
            self._timer.stop()
        return is_machine

    def _let_through(self) -> None:
        self._timer.stop()
        act, self._held = self._held, None
        if act is not None:
            act()


def focusable(parents: Iterable[QWidget]) -> list[QWidget]:
    """Return every widget below `parents` that keys can be on now, from top to bottom."""
    found = [
        widget
        for parent in parents
        for widget in parent.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        # Qt takes the tab stop of all but one of several exclusive buttons away.
        and widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
    ]
    return sorted(found, key=lambda widget: (_place(widget).top(), _place(widget).left()))


def toward(start: QWidget, key: int, others: Iterable[QWidget]) -> QWidget | None:
    """Return the widget that an arrow leads to from `start`: near, and rather straight ahead."""
    step_x, step_y = _DIRECTIONS[Qt.Key(key)]
    here = _place(start)
    best: tuple[int, QWidget] | None = None
    for other in others:
        if other is start:
            continue
        there = _place(other)
        if step_x:
            ahead = (there.center().x() - here.center().x()) * step_x
            aside = _gap(here.top(), here.bottom(), there.top(), there.bottom())
        else:
            ahead = (there.center().y() - here.center().y()) * step_y
            aside = _gap(here.left(), here.right(), there.left(), there.right())
        if ahead <= 0:
            continue
        cost = ahead + 3 * aside
        if best is None or cost < best[0]:
            best = (cost, other)
    return None if best is None else best[1]


def _place(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


def _gap(low: int, high: int, other_low: int, other_high: int) -> int:
    """Return how far two stretches are apart, 0 when they overlap."""
    return max(other_low - high, low - other_high, 0)
