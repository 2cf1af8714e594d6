"""What an eye and a finger would find on a shown window: words that are cut, things too small."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from ui.theme import SMALLEST_TARGET_MM, Metrics
from ui.widgets.press_area import PressArea

ROUNDING_PX = 2
_ROLES = frozenset(
    {QAccessible.Role.Button, QAccessible.Role.RadioButton, QAccessible.Role.CheckBox}
)


def rect_in(shell: QWidget, widget: QWidget) -> QRect:
    """Return where a widget lies on the window."""
    return QRect(widget.mapTo(shell, QPoint(0, 0)), widget.size())


def seen(shell: QWidget, kind: type[QWidget] = QWidget) -> list[QWidget]:
    """Return what is visible, without what lies under a layer."""
    return [widget for widget in shell.findChildren(kind) if widget.isVisible()]


def cut_words(shell: QWidget) -> list[str]:
    """Return every text of which a part can't be read."""
    found = []
    for label in seen(shell, QLabel):
        assert isinstance(label, QLabel)
        if not label.text():
            continue
        room = label.contentsRect()
        if label.wordWrap():
            flags = int(Qt.TextFlag.TextWordWrap)
            needed = label.fontMetrics().boundingRect(
                QRect(0, 0, room.width(), 9999), flags, label.text()
            )
            is_cut = (
                needed.height() > room.height() + ROUNDING_PX
                or needed.width() > room.width() + ROUNDING_PX
            )
        else:
            is_cut = (
                label.fontMetrics().horizontalAdvance(label.text()) > room.width() + ROUNDING_PX
            )
        if is_cut:
            found.append(f"cut: {label.text()!r} in {room.width()} x {room.height()}")
    return found


def outside(shell: QWidget) -> list[str]:
    """Return every visible thing that reaches over the edge of what holds it."""
    found = []
    for widget in seen(shell):
        holder = widget.parentWidget()
        if holder is None or widget.isWindow() or widget.size().isEmpty():
            continue
        grown = holder.rect().adjusted(-ROUNDING_PX, -ROUNDING_PX, ROUNDING_PX, ROUNDING_PX)
        if not grown.contains(widget.geometry()):
            found.append(f"outside: {describe(widget)} {widget.geometry()} of {holder.rect()}")
    return found


def overlapping(shell: QWidget) -> list[str]:
    """Return pairs of things to press, or to read, that lie on each other."""
    parts = [w for w in seen(shell) if isinstance(w, PressArea | QLabel)]
    found = []
    for number, one in enumerate(parts):
        for other in parts[number + 1 :]:
            if one.isAncestorOf(other) or other.isAncestorOf(one):
                continue
            common = rect_in(shell, one).intersected(rect_in(shell, other))
            if common.width() > ROUNDING_PX and common.height() > ROUNDING_PX:
                found.append(f"overlap: {describe(one)} and {describe(other)}")
    return found


def too_small(shell: QWidget, metrics: Metrics) -> list[str]:
    """Return what can be pressed and is smaller than a finger needs."""
    least = metrics.px(SMALLEST_TARGET_MM) - 1
    return [
        f"small: {describe(area)} {area.width()} x {area.height()}"
        for area in seen(shell, PressArea)
        if area.width() < least or area.height() < least
    ]


def nameless(shell: QWidget) -> list[str]:
    """Return what keys can be on and a screen reader has no name or no role for."""
    found = []
    for widget in seen(shell):
        if widget.focusPolicy() is Qt.FocusPolicy.NoFocus:
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface.text(QAccessible.Text.Name) == "" or interface.role() not in _ROLES:
            found.append(f"nameless: {describe(widget)}")
    return found


def strays(shell: QWidget) -> list[str]:
    """Return what is shown beside the window: a widget that nothing holds is a window of its own,
    above everything.
    """
    shown = (it for it in QApplication.topLevelWidgets() if it.isVisible())
    return [f"beside: {describe(it)}" for it in shown if type(it) is not type(shell)]


def describe(widget: QWidget) -> str:
    """Return a widget in words."""
    text = widget.text() if isinstance(widget, QLabel) else widget.accessibleName()
    return f"{type(widget).__name__} {text!r}"
