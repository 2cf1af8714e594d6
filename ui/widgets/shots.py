"""A row of the photos that were taken, to choose one from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.kit import Kit
from ui.theme import SMALLEST_TARGET_MM
from ui.widgets.label import show_if
from ui.widgets.press_area import PressArea

_FRAME_MM = 1.6
_OTHERS = 0.75
"""How much is seen of those that are not chosen."""
_HEIGHT_MM, _LOW_HEIGHT_MM = 30.0, 20.0
_GAP_MM = 4.0


class ShotRow(QWidget):
    """Hidden while there is nothing to choose between.

    Signals:
        chosen: A photo was touched; its place in the row, from 0.
    """

    chosen = Signal(int)

    def __init__(self, kit: Kit, most: int) -> None:
        """Make room for at most `most` photos."""
        super().__init__()
        self._shots = [_Shot(kit) for _ in range(most)]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(kit.px(_GAP_MM))
        row.addStretch(1)
        for place, shot in enumerate(self._shots):
            shot.place = place
            shot.picked.connect(self._on_picked)
            row.addWidget(shot)
        row.addStretch(1)
        show_if(self, wanted=False)

    def show_shots(self, jpegs: Sequence[bytes], names: Sequence[str], chosen: int) -> None:
        """Show these photos, one of them as chosen; fewer than two show nothing."""
        for shot in self._shots:
            is_there = shot.place < len(jpegs) and len(jpegs) > 1
            shot.show_photo(jpegs[shot.place] if is_there else None, is_chosen=False)
            if is_there:
                shot.show_photo(jpegs[shot.place], is_chosen=shot.place == chosen)
                shot.setAccessibleName(names[shot.place])
            show_if(shot, wanted=is_there)
        show_if(self, wanted=len(jpegs) > 1)

    def _on_picked(self, place: int) -> None:
        self.chosen.emit(place)


class _Shot(PressArea):
    picked = Signal(int)

    def __init__(self, kit: Kit) -> None:
        """Show nothing."""
        super().__init__(
            kit, "bare", height_mm=_LOW_HEIGHT_MM if kit.metrics.is_low else _HEIGHT_MM
        )
        self.place = 0
        self._image: QImage | None = None
        self._is_chosen = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.touched.connect(self._on_touched)

    @property
    def is_chosen(self) -> bool:
        """Say whether it is the one that will be used."""
        return self._is_chosen

    def show_photo(self, jpeg: bytes | None, *, is_chosen: bool) -> None:
        """Show a photo; None forgets it."""
        self._image = None if jpeg is None else QImage.fromData(jpeg)
        self._is_chosen = is_chosen
        self.update()

    def sizeHint(self) -> QSize:
        """Return about a portrait's shape, large enough for a finger."""
        height = self.minimumHeight()
        return QSize(max(round(height * 0.85), self._kit.px(SMALLEST_TARGET_MM)), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the photo whole, with a frame around the chosen one."""
        kit = self._kit
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = kit.px(_FRAME_MM)
        inner = self.size() - QSize(2 * frame, 2 * frame)
        if self._image is not None and not self._image.isNull():
            size = self._image.size().scaled(inner, Qt.AspectRatioMode.KeepAspectRatio)
            area = QRectF(0, 0, size.width(), size.height())
            area.moveCenter(QRectF(self.rect()).center())
            if self._is_chosen:  # white on the camera's wall, which is the same in every theme
                painter.fillRect(area.adjusted(-frame, -frame, frame, frame), QColor("#FFFFFF"))
            painter.setOpacity(1.0 if self._is_chosen else _OTHERS)
            painter.drawImage(area, self._image)
        painter.end()
        super().paintEvent(event)

    def _on_touched(self) -> None:
        self.picked.emit(self.place)
