"""Rows that are shown page by page: what does not fit goes to the next page, nothing scrolls."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.kit import Kit
from ui.theme import GAP_MM, SMALLEST_TARGET_MM, TextRole
from ui.widgets.buttons import BigButton
from ui.widgets.column import height_of
from ui.widgets.label import Label


class Pages(QWidget):
    """Lays rows out from the top, in one or more columns, on as few pages as the room allows.

    A row that alone is higher than the room is cut by nothing: give it less text.

    Signals:
        page_turned: Another page is shown.
    """

    page_turned = Signal()

    def __init__(self, kit: Kit, *, columns: int = 1, gap_mm: float | None = None) -> None:
        """Make empty pages; words for turning come by `say`."""
        super().__init__()
        self._kit = kit
        self._columns = columns
        self._gap = kit.px(kit.metrics.row_gap_mm if gap_mm is None else gap_mm)
        self._items: list[QWidget] = []
        self._pages: list[list[int]] = []
        self._page = 0
        self._said = ""
        self._pager = QWidget(self)
        row = QHBoxLayout(self._pager)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.px(GAP_MM))
        self.earlier = BigButton(kit, height_mm=SMALLEST_TARGET_MM, role=TextRole.FRAME_STRONG)
        self.later = BigButton(kit, height_mm=SMALLEST_TARGET_MM, role=TextRole.FRAME_STRONG)
        self._where = Label(TextRole.FRAME, tone="muted", is_centred=True)
        self._where.setWordWrap(False)
        for button in (self.earlier, self.later):
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            button.setSizePolicy(policy)
        row.addWidget(self.earlier, 3)
        row.addWidget(self._where, 2)
        row.addWidget(self.later, 3)
        self.earlier.touched.connect(self._on_earlier)
        self.later.touched.connect(self._on_later)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def say(self, earlier: str, later: str, where: str) -> None:
        """Say the words of the pager; `where` has places for {page} and {pages}."""
        self.earlier.say(earlier)
        self.later.say(later)
        self._said = where
        self.arrange()

    def set_items(self, items: Sequence[QWidget]) -> None:
        """Show these rows and drop the former ones; the first page is shown."""
        for item in self._items:
            item.hide()
            item.setParent(None)
            item.deleteLater()
        self._items = list(items)
        for item in self._items:
            item.setParent(self)
        self._page = 0
        self.updateGeometry()
        self.arrange()

    def renew(self, items: Sequence[QWidget]) -> None:
        """Show these rows instead, and stay on the page that is being read."""
        shown = next((n for n, item in enumerate(self._items) if not item.isHidden()), 0)
        self.set_items(items)
        if 0 < shown < len(items):
            self.turn_to(items[shown])

    @property
    def items(self) -> tuple[QWidget, ...]:
        """Return all rows, on whatever page."""
        return tuple(self._items)

    @property
    def page_count(self) -> int:
        """Return how many pages there are."""
        return max(len(self._pages), 1)

    def turn_to(self, item: QWidget) -> None:
        """Show the page that `item` is on."""
        number = self._items.index(item)
        for page, members in enumerate(self._pages):
            if number in members and page != self._page:
                self._page = page
                self.arrange()

    def turn(self, pages: int) -> bool:
        """Turn by so many pages; say whether there was one to turn to."""
        wanted = self._page + pages
        if not 0 <= wanted < len(self._pages):
            return False
        self._page = wanted
        self.arrange()
        self.page_turned.emit()
        return True

    def minimumSizeHint(self) -> QSize:
        """Return the room for the highest row and the pager."""
        widest = max((item.minimumSizeHint().width() for item in self._items), default=0)
        width = widest * self._columns + self._gap * (self._columns - 1)
        highest = max((item.minimumSizeHint().height() for item in self._items), default=0)
        return QSize(width, highest)

    def sizeHint(self) -> QSize:
        """Return what all rows would like."""
        minimum = self.minimumSizeHint()
        rows = -(-len(self._items) // self._columns)
        return QSize(minimum.width(), (minimum.height() + self._gap) * max(rows, 1))

    def hasHeightForWidth(self) -> bool:
        """Say no: the room decides how many rows a page has."""
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange for the new room."""
        self.arrange()

    def event(self, event: QEvent) -> bool:
        """Arrange again when a row wants another size."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.arrange()
        return super().event(event)

    def pager_height(self) -> int:
        """Return the room that the pager takes when there is more than one page."""
        return height_of(self._pager, self.width())

    def _on_earlier(self) -> None:
        self.turn(-1)

    def _on_later(self) -> None:
        self.turn(1)

    def arrange(self) -> None:
        """Divide the rows into pages and show the present one."""
        width = (self.width() - self._gap * (self._columns - 1)) // self._columns
        if not self._items or width <= 0:
            self._pager.hide()
            self._pages = []
            return
        heights = [height_of(item, width) for item in self._items]
        lines = [
            list(range(start, min(start + self._columns, len(self._items))))
            for start in range(0, len(self._items), self._columns)
        ]
        line_heights = [max(heights[number] for number in line) for line in lines]
        groups = _paged(line_heights, self.height(), self._gap)
        pager_height = self.pager_height()
        if len(groups) > 1:
            groups = _paged(line_heights, self.height() - pager_height - self._gap, self._gap)
        self._pages = [[number for line in group for number in lines[line]] for group in groups]
        self._page = min(self._page, len(groups) - 1)
        shown = set(self._pages[self._page])
        for number, item in enumerate(self._items):
            item.setVisible(number in shown)
        self._place([lines[line] for line in groups[self._page]], heights, width)
        self._show_pager(pager_height)

    def _place(self, lines: list[list[int]], heights: list[int], width: int) -> None:
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        top = 0
        for line in lines:
            height = max(heights[number] for number in line)
            for column, number in enumerate(line):
                place = self._columns - 1 - column if is_mirrored else column
                self._items[number].setGeometry(place * (width + self._gap), top, width, height)
            top += height + self._gap

    def _show_pager(self, height: int) -> None:
        count = len(self._pages)
        self._pager.setVisible(count > 1)
        if count > 1:
            if self._said:
                self._where.setText(self._said.format(page=self._page + 1, pages=count))
            self.earlier.setVisible(self._page > 0)
            self.later.setVisible(self._page < count - 1)
            self._pager.setGeometry(0, self.height() - height, self.width(), height)
            self._pager.raise_()


def _paged(heights: list[int], room: int, gap: int) -> list[list[int]]:
    """Return the lines of each page: as many as fit, at least one."""
    pages: list[list[int]] = [[]]
    used = 0
    for number, height in enumerate(heights):
        needed = height if not pages[-1] else used + gap + height
        if pages[-1] and needed > room:
            pages.append([])
            needed = height
        pages[-1].append(number)
        used = needed
    return pages
