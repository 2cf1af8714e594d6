"""The desk: a small window beside the kiosk that lays cards and papers, empties the printer and
cuts the network.

It drives simulated devices only, by the same words as `kiosk desk`, and looks again twice a second,
since others may drive them too. An ordinary window for whoever shows the kiosk: pixels, not
millimetres, and no part of what residents see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from kiosk.texts import Texts
from ui.theme import FONT_FAMILIES

REFRESH_MS = 500
FACES = (
    "good",
    "nobody",
    "far_away",
    "too_close",
    "off_centre",
    "tilted",
    "too_dark",
    "too_bright",
    "light_from_side",
    "blurred",
    "passport",
    "unplugged",
    "frozen",
)
SHEETS = (
    "letter",
    "form",
    "nothing",
    "card",
    "card_back",
    "two",
    "crooked",
    "upside_down",
    "far_away",
    "cut_off",
    "shadow",
    "glare",
    "dark",
    "blurred",
    "blank",
    "unplugged",
    "frozen",
)
PAPERS = ("ready", "low", "out", "cover_open", "silent")

_STYLE = """
* { font-family: @families; font-size: 15px; color: #16202A; }
DeskWindow { background: #FBF8F3; }
QGroupBox { font-weight: 700; border: 1px solid #8A8376; border-radius: 8px;
  margin-top: 12px; padding: 10px 6px 6px 6px; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; padding: 0 4px; }
QPushButton { background: #FFFFFF; border: 1px solid #8A8376; border-radius: 6px;
  padding: 6px 8px; text-align: left; }
QPushButton:pressed { background: #E3F0F1; }
QPushButton:checked { background: #E3F0F1; border: 2px solid #084C57; font-weight: 700; }
QPushButton:focus { border: 2px solid #7A3400; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }
QLabel#said { color: #434D57; }
QLabel#bell_rings { color: #7A3400; font-weight: 700; }
QLabel#paper { background: #FFFFFF; border: 1px solid #8A8376; }
"""


@dataclass(frozen=True, slots=True)
class DeskPicture:
    """How the simulated devices are now, in the words of `kiosk desk`."""

    card: str | None = None
    """Name of the card that lies there, None for none."""
    face: str = "good"
    sheet: str = "letter"
    paper: str = "ready"
    tray: str | None = None
    """The printer of sheets, None where there is no simulated one: it has no buttons then."""
    network_up: bool = True
    bell: bool = False
    """The bell is ringing."""
    spoken: str = ""
    """The sentence that was spoken last, "" for none."""
    last_paper: Path | None = None
    """A PNG of what was printed last, None while nothing was."""
    reader_connected: bool = True
    pulls_mid_read: bool = False
    """The card will be pulled in the middle of the next reading."""


class DeskWindow(QWidget):
    """See the module; GUI thread only."""

    def __init__(
        self,
        cards: Sequence[tuple[str, str]],
        do: Callable[[Sequence[str]], str],
        state: Callable[[], DeskPicture],
        texts: Texts,
    ) -> None:
        """Make the window; it is not shown yet.

        Args:
            cards: Name and title of every sample card.
            do: Carries out the words of `kiosk desk` and answers with a sentence.
            state: Tells how the devices are; called twice a second on the GUI thread.
            texts: The words of the window.
        """
        super().__init__()
        self._titles = dict(cards)
        self._do = do
        self._state = state
        self._texts = texts
        self._shown: DeskPicture | None = None
        self._paper_time = 0
        self._groups: dict[str, dict[str, QPushButton]] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(_STYLE.replace("@families", FONT_FAMILIES))
        self.setWindowTitle(texts.say("desk.window"))
        self._lies = QLabel()
        self._lies.setWordWrap(True)
        self._bell = QLabel()
        self._spoken = QLabel()
        self._spoken.setWordWrap(True)
        self._said = QLabel()
        self._said.setObjectName("said")
        self._said.setWordWrap(True)
        self._paper = _PaperView(texts.say("desk.no_paper"))
        self._lay_out()
        self.resize(560, 940)
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self.refresh()

    def button(self, device: str, word: str) -> QPushButton:
        """Return the button that says these words to the desk."""
        return self._groups[device][word]

    @property
    def paper(self) -> QLabel:
        """Return what shows the last paper."""
        return self._paper

    def refresh(self) -> None:
        """Show how the devices are now."""
        picture = self._state()
        self._show_paper(picture.last_paper)
        if picture == self._shown:
            return
        self._shown = picture
        say = self._texts.say
        if not picture.reader_connected:
            self._lies.setText(say("desk.is_unplugged"))
        elif picture.card is None:
            self._lies.setText(say("desk.empty"))
        else:
            name = self._titles.get(picture.card, picture.card)
            self._lies.setText(say("desk.lies", name=name))
        self._bell.setText(say("desk.bell_rings" if picture.bell else "desk.bell_silent"))
        self._spoken.setText(say("desk.spoken", sentence=picture.spoken) if picture.spoken else "")
        self._bell.setObjectName("bell_rings" if picture.bell else "bell_silent")
        self.style().unpolish(self._bell)
        self.style().polish(self._bell)
        for name, button in self._groups["card"].items():
            button.setChecked(name == picture.card)
        self._groups["card"]["pull"].setChecked(picture.pulls_mid_read)
        self._groups["card"]["unplug"].setChecked(not picture.reader_connected)
        self._check("face", picture.face)
        self._check("sheet", picture.sheet)
        self._check("paper", picture.paper)
        self._box_of_tray.setVisible(picture.tray is not None)
        self._check("tray", picture.tray or "")
        self._check("network", "on" if picture.network_up else "off")

    def _check(self, device: str, word: str) -> None:
        for name, button in self._groups[device].items():
            button.setChecked(name == word)

    def _show_paper(self, path: Path | None) -> None:
        try:
            time = 0 if path is None else path.stat().st_mtime_ns
        except OSError:
            return  # it is just being replaced
        if time != self._paper_time:
            self._paper_time = time
            self._paper.show_picture(None if path is None else QPixmap(str(path)))

    def _on_pressed(self, device: str, word: str) -> None:
        self._said.setText(self._do((device, word)))
        self._shown = None  # also a refused word has checked a button
        self.refresh()

    def _lay_out(self) -> None:
        say = self._texts.say
        left = QVBoxLayout()
        card_words = [("none", say("desk.take_away"))]
        card_words += [(word, say(f"desk.{word}")) for word in ("pull", "unplug", "plug")]
        card_words += self._titles.items()
        left.addWidget(
            _Scrolling(self._group("card", say("desk.cards"), card_words, 1, self._lies)), 1
        )
        sheets = [(word, say(f"desk.sheets.{word}")) for word in SHEETS]
        left.addWidget(self._group("sheet", say("desk.sheet"), sheets, 3))
        left.addWidget(
            self._group(
                "network",
                say("desk.network"),
                [(word, say(f"desk.network_{word}")) for word in ("on", "off")],
                2,
            )
        )
        left.addWidget(self._bell)
        left.addWidget(self._spoken)
        left.addWidget(self._said)
        right = QVBoxLayout()
        faces = [(word, say(f"desk.faces.{word}")) for word in FACES]
        right.addWidget(self._group("face", say("desk.face"), faces, 3))
        papers = [(word, say(f"desk.papers.{word}")) for word in PAPERS]
        right.addWidget(self._group("paper", say("desk.paper"), papers, 3))
        self._box_of_tray = self._group("tray", say("desk.tray"), papers, 3)
        right.addWidget(self._box_of_tray)
        right.addWidget(QLabel(say("desk.last_paper")))
        right.addWidget(self._paper, 1)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(12, 8, 12, 12)
        columns.setSpacing(12)
        columns.addLayout(left, 2)
        columns.addLayout(right, 3)

    def _group(
        self,
        device: str,
        title: str,
        words: Sequence[tuple[str, str]],
        columns: int,
        above: QWidget | None = None,
    ) -> QGroupBox:
        box = QGroupBox(title)
        grid = QGridLayout(box)
        grid.setSpacing(6)
        first = 0
        if above is not None:
            grid.addWidget(above, 0, 0, 1, columns)
            first = 1
        self._groups[device] = {}
        together = QButtonGroup(box)
        together.setExclusive(False)
        for number, (word, text) in enumerate(words):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setAccessibleName(f"{title}: {text}")
            button.clicked.connect(partial(self._on_pressed, device, word))
            together.addButton(button)
            grid.addWidget(button, first + number // columns, number % columns)
            self._groups[device][word] = button
        return box


class _Scrolling(QScrollArea):
    """A box that may be longer than the screen: there is a sample of every kind of card."""

    def __init__(self, box: QWidget) -> None:
        super().__init__()
        self._box = box
        self.setWidget(box)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """Be as wide as the box, whatever its height."""
        self._box.ensurePolished()
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._box.minimumSizeHint().width() + bar, 200)


class _PaperView(QLabel):
    """The last paper, whole, as large as there is room."""

    def __init__(self, empty: str) -> None:
        super().__init__(empty)
        self._empty = empty
        self._picture: QPixmap | None = None
        self.setObjectName("paper")
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setMinimumSize(QSize(200, 260))

    def show_picture(self, picture: QPixmap | None) -> None:
        """Show a picture; None, or one that can't be read, shows the words again."""
        self._picture = None if picture is None or picture.isNull() else picture
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit it into the new room."""
        self._fit()

    def _fit(self) -> None:
        if self._picture is None:
            self.setText(self._empty)
            return
        self.setPixmap(
            self._picture.scaled(
                self.contentsRect().size(),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
