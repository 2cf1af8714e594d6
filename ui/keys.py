"""Driving the screens without touching the glass: where an arrow key leads."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget

_DIRECTIONS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}

ARROWS = frozenset(_DIRECTIONS)


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
