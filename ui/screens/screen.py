"""What all screens share: the bar's words, what its buttons do, and how keys reach them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.clock import Moment
from kiosk.flow.events import Event, WentBack
from kiosk.ports.camera import Look, NoPicture
from kiosk.ports.document_camera import PaperLook
from ui.kit import Kit
from ui.theme import GAP_MM
from ui.views.bar import Bar
from ui.widgets.column import Column


class Screen(QWidget):
    """One step's page between the frame's top and its bar; also the parent of what lies over a
    step.

    A subclass has `show_view(view)`, which the scene table calls with its own view; it calls
    `set_bar(view.bar)`. It overrides `go_on` and, where Back is not simply back, `go_back`.

    Signals:
        happened: An `Event` to be sent.
    """

    happened = Signal(object)

    def __init__(self, kit: Kit) -> None:
        """Make an empty page."""
        super().__init__()
        self.kit = kit
        self.bar = Bar()
        self._columns: list[Column] = []

    def send(self, event: Event) -> None:
        """Say what was touched."""
        self.happened.emit(event)

    def now(self) -> Moment:
        """Return this instant, for an event."""
        return self.kit.now()

    def set_bar(self, bar: Bar) -> None:
        """Say what stands on the frame's Back and Next while this page is shown."""
        self.bar = bar

    def go_on(self) -> None:
        """Do what Next does here."""

    def go_back(self) -> None:
        """Do what Back does here."""
        self.send(WentBack(self.now()))

    def type_text(self, text: str) -> bool:
        """Take one digit or letter from a keyboard; say whether it meant something."""
        return False

    @property
    def is_typed_into(self) -> bool:
        """Say whether a field of this page takes what is typed, however fast."""
        return False

    def erase(self) -> bool:
        """Take Backspace from a keyboard; say whether it meant something."""
        return False

    def show_look(self, look: Look | PaperLook | NoPicture) -> None:
        """Take a live picture; most screens have no use for it."""

    def first_focus(self) -> QWidget | None:
        """Return what the keyboard should be on when the page appears; None: the frame's Next."""
        return None

    def two_parts(self, first: int = 1, second: int = 1) -> tuple[Column, Column]:
        """Lay out two columns side by side in landscape; in portrait both are one and the same
        column.

        The first is for what is read, the second for what is done; fill them in this order. `first`
        and `second` share a landscape's width.
        """
        if not self.kit.metrics.is_landscape:
            column = self.one_part()
            return column, column
        read, do = Column(self.kit), Column(self.kit)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(self.kit.px(2 * GAP_MM))
        outer.addWidget(read, first)
        outer.addWidget(do, second)
        self._columns = [read, do]
        return read, do

    def one_part(self) -> Column:
        """Lay out a single column."""
        column = Column(self.kit)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(column)
        self._columns = [column]
        return column

    def settle(self) -> None:
        """Arrange the columns after a view was shown."""
        for column in self._columns:
            column.updateGeometry()
            column.arrange()
