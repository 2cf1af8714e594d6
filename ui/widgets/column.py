"""A column that gives way: what can be spared is left out when the text is large or the panel is
low.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit import Kit
from ui.theme import GAP_MM
from ui.widgets.label import is_wanted
from ui.widgets.press_area import PressArea


@dataclass(slots=True)
class _Item:
    widget: QWidget | None
    """None: room that stays empty."""
    give_way: int = 0
    stretch: int = 0


class Column(QWidget):
    """Puts widgets below each other, each as high as its words need at this width.

    Unlike Qt's own layouts it never squeezes: whatever does not fit and may give way is not shown,
    the highest `give_way` first. Widgets taken away by `show_if` take no room.
    """

    def __init__(self, kit: Kit, *, gap_mm: float | None = None) -> None:
        """Make an empty column."""
        super().__init__()
        usual_mm = GAP_MM if kit.metrics.is_landscape else 6.0
        self._gap = kit.px(usual_mm if gap_mm is None else gap_mm)
        self._items: list[_Item] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def add(self, widget: QWidget, *, give_way: int = 0, stretch: int = 0) -> None:
        """Add a widget at the bottom.

        Args:
            widget: Belongs to the column from now on.
            give_way: 0: always shown; the higher, the sooner it is left out.
            stretch: Above 0 it takes its share of the room that is left.
        """
        widget.setParent(self)
        self._items.append(_Item(widget, give_way, stretch))

    def add_space(self, stretch: int = 1) -> None:
        """Add room that stays empty and takes its share of what is left."""
        self._items.append(_Item(None, 0, stretch))

    def minimumSizeHint(self) -> QSize:
        """Return the room below which something that must be read would be cut."""
        needed = [
            item.widget
            for item in self._items
            if item.widget is not None and is_wanted(item.widget) and item.give_way == 0
        ]
        width = max((widget.minimumSizeHint().width() for widget in needed), default=0)
        height = sum(w.minimumSizeHint().expandedTo(w.minimumSize()).height() for w in needed)
        return QSize(width, height + self._gap * max(len(needed) - 1, 0))

    def sizeHint(self) -> QSize:
        """Return a little more than the least."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange for the new room."""
        self.arrange()

    def event(self, event: QEvent) -> bool:
        """Arrange again when a widget wants another size."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.arrange()
        return super().event(event)

    def arrange(self) -> None:
        """Give every widget its place."""
        if self.width() <= 0 or self.height() <= 0:
            return
        shown = [item for item in self._items if item.widget is None or is_wanted(item.widget)]
        heights = {id(item): self._least(item) for item in shown}
        while self._total(shown, heights) > self.height():
            spare = max(shown, key=lambda item: item.give_way, default=None)
            if spare is None or spare.give_way == 0:
                break
            shown.remove(spare)
        self._shorten(shown, heights)
        left = max(self.height() - self._total(shown, heights), 0)
        shares = sum(item.stretch for item in shown)
        for item in self._items:
            if item.widget is not None:
                item.widget.setVisible(item in shown)
        top = 0
        for item in shown:
            height = heights[id(item)] + (left * item.stretch // shares if shares else 0)
            if item.widget is not None:
                item.widget.setGeometry(0, top, self.width(), height)
                top += self._gap
            top += height

    def _shorten(self, shown: list[_Item], heights: dict[int, int]) -> None:
        """Leave second lines away where there is too little room: all or none, so that no choice
        looks weightier than its neighbour.
        """
        is_terse = self._total(shown, heights) > self.height()
        for item in shown:
            if isinstance(item.widget, PressArea):
                both = item.widget.heights(self.width())
                item.widget.set_terse(is_terse=is_terse)
                if both is not None:
                    heights[id(item)] = both[1] if is_terse else both[0]

    def _least(self, item: _Item) -> int:
        if item.widget is None:
            return 0
        if isinstance(item.widget, PressArea):
            both = item.widget.heights(self.width())
            if both is not None:
                return both[0]
        return height_of(item.widget, self.width(), item.stretch > 0)

    def _total(self, items: list[_Item], heights: dict[int, int]) -> int:
        count = sum(item.widget is not None for item in items)
        return sum(heights[id(item)] for item in items) + self._gap * max(count - 1, 0)


def height_of(widget: QWidget, width: int, is_least: bool = False) -> int:  # noqa: FBT001, FBT002
    """Return how high a widget wants to be at this width; with `is_least`, what it can do with."""
    widget.ensurePolished()
    wanted = widget.heightForWidth(width) if widget.hasHeightForWidth() else -1
    if wanted < 0 and not is_least:
        wanted = widget.sizeHint().height()
    return max(wanted, widget.minimumSizeHint().height(), widget.minimumHeight())
