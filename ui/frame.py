"""The frame's two ends: at the top where am I and how I want to see it, at the bottom Help, Back,
Next.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.kit import Kit
from ui.theme import GAP_MM, MARGIN_MM, TextRole
from ui.views.bar import Bar
from ui.views.frame import FrameView
from ui.widgets.banner import Banner
from ui.widgets.buttons import BigButton, RoundButton
from ui.widgets.label import Label, Sheet
from ui.widgets.step_bar import StepBar


class SimulatedBand(Sheet):
    """Says on every screen that a device is only simulated."""

    def __init__(self, kit: Kit) -> None:
        """Make a band without words."""
        super().__init__("simulated")
        row = QHBoxLayout(self)
        row.setContentsMargins(kit.px(MARGIN_MM), kit.px(0.6), kit.px(MARGIN_MM), kit.px(0.6))
        self._label = Label(TextRole.BAND, is_centred=True)
        row.addWidget(self._label)
        self.hide()

    def say(self, text: str) -> None:
        """Show the words; without any there is no band."""
        self._label.setText(text)
        self.setAccessibleName(text)
        self.setVisible(text != "")


class Where(QWidget):
    """Where am I: two lines; on a low panel the second gives way to the one about the network."""

    def __init__(self, kit: Kit) -> None:
        """Make it without words."""
        super().__init__()
        self._title = Label(TextRole.FRAME_STRONG)
        self._line = Label(TextRole.FRAME, tone="muted")
        self._is_low = kit.metrics.is_low
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(kit.px(0.5))
        column.addStretch(1)
        column.addWidget(self._title)
        column.addWidget(self._line)
        column.addStretch(1)

    def show_view(self, view: FrameView) -> None:
        """Say where this is."""
        self._title.say(view.title)
        is_offline = self._is_low and view.network != ""
        self._line.set_tone("warm" if is_offline else "muted")
        self._line.say(view.network_short if is_offline else view.line)


class Controls(QWidget):
    """How the resident wants to see the screens, and Stop.

    Signals:
        text_size_touched, contrast_touched, language_touched, lowering_touched, stop_touched: each
        pressed.
    """

    text_size_touched = Signal()
    contrast_touched = Signal()
    language_touched = Signal()
    lowering_touched = Signal()
    stop_touched = Signal()

    def __init__(self, kit: Kit) -> None:
        """Make the row of small buttons."""
        super().__init__()
        self._text_size = RoundButton(kit, "text_size")
        self._contrast = RoundButton(kit, "contrast")
        self._lowering = RoundButton(kit, "lower_screen")
        self._language = RoundButton(kit)
        self._stop = RoundButton(kit, "close")
        self._can_be_lowered = kit.metrics.can_be_lowered
        self._is_low = kit.metrics.is_low
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.px(GAP_MM))
        for button, signal in (
            (self._text_size, self.text_size_touched),
            (self._contrast, self.contrast_touched),
            (self._lowering, self.lowering_touched),
            (self._language, self.language_touched),
            (self._stop, self.stop_touched),
        ):
            row.addWidget(button)
            button.touched.connect(signal)

    def show_view(self, view: FrameView) -> None:
        """Name the buttons, and leave away what has no use now."""
        lowering = view.lowering if self._can_be_lowered else None
        for button, control in (
            (self._text_size, view.text_size),
            (self._contrast, view.contrast),
            (self._lowering, lowering),
            (self._language, view.language),
            (self._stop, view.stop),
        ):
            button.setVisible(control is not None)
            if control is not None:
                has_icon = button is not self._language
                button.say(control.name, "" if self._is_low and has_icon else control.text)


class Top(QWidget):
    """The frame's top: where am I beside the controls, the step bar, the line about the network."""

    def __init__(self, kit: Kit) -> None:
        """Lay it out; in landscape the step bar stands between words and buttons."""
        super().__init__()
        self.controls = Controls(kit)
        self._where = Where(kit)
        self._steps = StepBar(kit)
        is_landscape = kit.metrics.is_landscape
        role = TextRole.FRAME if is_landscape else TextRole.SIDE
        self._network = Banner(kit, "network_off", role=role)
        self._is_low = kit.metrics.is_low
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(kit.px(3))
        self._row = QHBoxLayout()
        self._row.setSpacing(kit.px(2 * GAP_MM))
        self._row.addWidget(self._where, 6 if kit.metrics.is_low else 4)
        if is_landscape:
            self._row.addWidget(self._steps, 7 if kit.metrics.is_low else 6)
        if is_landscape and not self._is_low:
            self._row.addWidget(self._network, 8)  # in the place of the steps, which Home has not
        self._row.addWidget(self.controls, 0, Qt.AlignmentFlag.AlignVCenter)
        self._column.addLayout(self._row)
        if not is_landscape:
            self._column.addWidget(self._steps)
            self._column.addWidget(self._network)

    def show_view(self, view: FrameView) -> None:
        """Show where this is, how far, and how things are today."""
        self._where.show_view(view)
        self.controls.show_view(view)
        if not self._is_low:
            self._network.say(view.network, view.network_room)
        self._steps.setVisible(view.step is not None)
        if view.step is not None:
            step = view.step
            words = step.short_words if self._is_low else step.words
            self._steps.show_step(step.number, step.count, words, is_done=step.is_done)

    def release_controls(self) -> None:
        """Let go of the buttons, so that they can lie further down."""
        self._row.removeWidget(self.controls)

    def take_controls(self) -> None:
        """Take the buttons back."""
        self._row.addWidget(self.controls, 0, Qt.AlignmentFlag.AlignVCenter)


class Bottom(Sheet):
    """Help, Back and Next, always in the same place.

    Signals:
        help_touched, back_touched, next_touched: each pressed.
    """

    help_touched = Signal()
    back_touched = Signal()
    next_touched = Signal()

    def __init__(self, kit: Kit) -> None:
        """Make the bar."""
        super().__init__("bar")
        height_mm = kit.metrics.bar_mm
        self.help = BigButton(kit, look="warm", height_mm=height_mm)
        self.back = BigButton(kit, look="outline", height_mm=height_mm)
        self.next = BigButton(kit, look="primary", height_mm=height_mm)
        row = QHBoxLayout(self)
        row.setContentsMargins(kit.px(MARGIN_MM), kit.px(3), kit.px(MARGIN_MM), kit.px(3))
        row.setSpacing(kit.px(GAP_MM))
        self._row: QBoxLayout = row
        for button, signal, share in (
            (self.help, self.help_touched, 10),
            (self.back, self.back_touched, 10),
            (self.next, self.next_touched, 13),
        ):
            row.addWidget(button, share)
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)  # Help does not wander when Back is not there
            button.setSizePolicy(policy)
            button.touched.connect(signal)

    def show_bar(self, help_words: str, bar: Bar) -> None:
        """Show a screen's bar."""
        shown = ((self.help, help_words), (self.back, bar.back), (self.next, bar.next))
        for button, words in shown:
            button.setVisible(words != "")
            button.say(words)
        self.setVisible(any(words for _, words in shown))
        self.next.setEnabled(bar.is_next_open)
        self.next.set_look("primary" if bar.is_next_main else "outline")
        self._row.setStretchFactor(self.next, 13 if bar.is_next_main else 10)
