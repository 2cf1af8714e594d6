"""What every screen and widget is built with: the panel, the present style, icons, the time, and
the gate for taps.

One `Kit` per window, made by the shell and handed down through constructors; GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QFont, QFontDatabase, QPainter, QPixmap, QRawFont
from PySide6.QtSvg import QSvgRenderer

from kiosk.clock import Moment
from ui.theme import Colours, Metrics, Style

TAP_PAUSE_S = 0.5
"""A second tap on the same thing, or one on a screen that has just changed, is an accident (EN 301
549, 5.9).
"""

_DRAWN_IN = "#084C57"
_UNKNOWN_ICON = "document"


class TapGate:
    """Tells a tap that was meant from a finger that bounced or came too late for the screen that
    was there.
    """

    def __init__(self, pause_s: float) -> None:
        """Open the gate; with `pause_s` 0 every tap passes, for drivers that aren't fingers."""
        self._pause_s = pause_s
        self._last_s = -1e9
        self._last_widget = 0
        self._changed_s = -1e9

    def admits(self, widget: object, now_s: float, pause_s: float | None = None) -> bool:
        """Say whether this tap counts.

        Args:
            widget: What was tapped.
            now_s: Monotonic seconds.
            pause_s: Shorter pause of this widget against itself, for keys of a pad.
        """
        own_pause = self._pause_s if pause_s is None else min(pause_s, self._pause_s)
        if now_s - self._changed_s < self._pause_s:
            return False
        if self._last_widget == id(widget) and now_s - self._last_s < own_pause:
            return False
        self._last_widget, self._last_s = id(widget), now_s
        return True

    def screen_changed(self, now_s: float) -> None:
        """Remember that another screen is there now: what was aimed at is gone."""
        self._changed_s = now_s


class Icons:
    """The line icons of `assets/icons`, in any colour and size."""

    def __init__(self, folder: Path) -> None:
        """Draw from the SVG files in `folder`."""
        self._folder = folder
        self._drawn: dict[tuple[str, str, int], QPixmap] = {}

    def pixmap(self, name: str, colour: str, size_px: int) -> QPixmap:
        """Return an icon; a name that nobody drew gives a sheet of paper, since names are data of
        the catalogue.
        """
        key = (name, colour, size_px)
        if key not in self._drawn:
            self._drawn[key] = self._draw(name, colour, size_px)
        return self._drawn[key]

    def _draw(self, name: str, colour: str, size_px: int) -> QPixmap:
        path = self._folder / f"{name}.svg"
        if not path.is_file():
            path = self._folder / f"{_UNKNOWN_ICON}.svg"
        svg = path.read_text(encoding="utf-8").replace(_DRAWN_IN, colour)
        picture = QPixmap(size_px, size_px)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size_px, size_px))
        painter.end()
        return picture


class Kit:
    """See the module. `style` is renewed by the shell when text size or theme change."""

    def __init__(
        self,
        metrics: Metrics,
        now: Callable[[], Moment],
        new_session_id: Callable[[], str],
        assets: Path,
        *,
        tap_pause_s: float = TAP_PAUSE_S,
    ) -> None:
        """Gather what widgets need; `assets` is the folder with `icons` and `fonts`."""
        self.metrics = metrics
        self.now = now
        self.new_session_id = new_session_id
        self.icons = Icons(assets / "icons")
        self.gate = TapGate(tap_pause_s)
        self.style = Style(metrics)
        self.is_driven_by_keys = False
        """Keys were used last, so that the focus must be seen."""

    @property
    def colours(self) -> Colours:
        """Return the colours of the present theme."""
        return self.style.colours

    def px(self, mm: float) -> int:
        """Return a length in pixels."""
        return self.metrics.px(mm)


class Fonts:
    """The kiosk's own fonts: two at start, and the big one of rare characters once a name has one.

    It costs as much memory as all icons, texts and screens together, and few visits need it.
    """

    def __init__(self, assets: Path) -> None:
        """Make regular and bold known to Qt; needs a QGuiApplication."""
        self._folder = assets / "fonts"
        self._has_rare = False
        for weight in ("Regular", "Bold"):
            QFontDatabase.addApplicationFont(str(self._folder / f"DoorstepSansSC-{weight}.ttf"))
        self._usual = QRawFont.fromFont(QFont("Doorstep Sans SC"))

    def provide(self, text: str) -> bool:
        """See to it that `text` can be drawn; say whether a font had to be loaded for it."""
        if self._has_rare or all(self._usual.supportsCharacter(ord(sign)) for sign in text):
            return False
        self._has_rare = True
        QFontDatabase.addApplicationFont(str(self._folder / "DoorstepSansSC-Rare.ttf"))
        return True
