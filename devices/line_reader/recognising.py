"""Which signs stand in a row: every place of a line is compared with every sign.

Machine-readable lines have a fixed pitch and one of three lengths. So a row is cut into as many
places as fit its length best, and no sign can be lost or doubled.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from devices.line_reader.finding import Strip, ink_of
from devices.line_reader.signs import CELL_H, CELL_W, Numbers, templates, unit

WIDTHS = (44, 36, 30)
LEAST_LIKENESS = 0.72
"""Below this a row is ordinary print, or too blurred to be told from it."""
_NOTHING = np.zeros(0, np.float32)
_BEARING = 0.18
"""How much of its place is empty before a sign, and after it."""
_SHIFTS_X = np.linspace(-0.22, 0.22, 9)
_SHIFTS_Y = np.linspace(-0.2, 0.2, 7)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a line's length: how much each place looks like each sign, -1 to 1."""

    likeness: Numbers = field(repr=False)
    at: float

    @property
    def width(self) -> int:
        """How many signs there are."""
        return len(self.likeness)

    @property
    def mean(self) -> float:
        """How much the places look like the signs that they look like most."""
        return float(self.likeness.max(axis=1).mean())


def row_of(strip: Strip, *, soft_px: float = 0.0) -> Row | None:
    """Return the row in a strip, None where it is no machine-readable line.

    `soft_px` blurs it before: a second look that makes other mistakes.
    """
    ink = ink_of(strip.grey).astype(np.float32)
    soft_px += max((strip.bottom - strip.top) / CELL_H - 0.8, 0.0)
    if soft_px:
        ink = cv2.GaussianBlur(ink, (0, 0), soft_px).astype(np.float32)
    level = ink[strip.top : strip.bottom]
    _, black = cv2.threshold(level.astype(np.uint8), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    tall = strip.bottom - strip.top
    inked = np.flatnonzero((black > 0).sum(axis=0) >= max(1, tall // 10))
    if len(inked) < 20:
        return None
    left, right, middle = int(inked[0]), int(inked[-1]), (strip.top + strip.bottom) / 2
    best: tuple[float, _Fit] | None = None
    for width in WIDTHS:
        usual = (right - left) / (width - 2 * _BEARING)
        if not 0.45 < usual / tall < 1.15:
            continue
        found = _fitted(ink, _Fit(width, left - _BEARING * usual, usual, 0.0, middle))
        if best is None or found[0] > best[0]:
            best = found
    if best is None or best[0] < LEAST_LIKENESS - 0.2:
        return None
    fit = best[1]
    likeness = np.full((fit.width, len(templates())), -1.0, np.float32)
    for across in _SHIFTS_X:
        for down in _SHIFTS_Y:
            moved = replace(
                fit,
                start=fit.start + float(across) * fit.pitch,
                middle=fit.middle + float(down) * fit.pitch,
            )
            likeness = np.maximum(likeness, _compare(ink, moved))
    row = Row(likeness, strip.at)
    return row if row.mean >= LEAST_LIKENESS else None


@dataclass(frozen=True, slots=True)
class _Fit:
    """Where the places of a row are, in pixels of its strip.

    `bend` is how much later the middle comes than halfway, as a share of the length: a page that is
    held askew has narrower places at its far end.
    """

    width: int
    start: float
    pitch: float
    bend: float
    middle: float


def _fitted(ink: Numbers, fit: _Fit) -> tuple[float, _Fit]:
    """Return the likeliest places near to these, and how likely they are."""
    best = (_likeness(ink, fit), fit)
    for step in (1.0, 0.4):
        for changes in (_moves, _bends, _stretches):
            for other in changes(best[1], step):
                told = _likeness(ink, other)
                best = (told, other) if told > best[0] else best
    return best


def _moves(fit: _Fit, step: float) -> list[_Fit]:
    shifts = np.linspace(-0.4, 0.4, 9) * step * fit.pitch
    return [replace(fit, start=fit.start + float(it)) for it in shifts]


def _bends(fit: _Fit, step: float) -> list[_Fit]:
    return [replace(fit, bend=fit.bend + float(it) * step) for it in np.linspace(-0.06, 0.06, 9)]


def _stretches(fit: _Fit, step: float) -> list[_Fit]:
    """Return other pitches about the same middle: both ends move."""
    found = []
    for it in np.linspace(-0.016, 0.016, 7) * step:
        wider = fit.pitch * (1 + float(it))
        start = fit.start - (wider - fit.pitch) * fit.width / 2
        found.append(replace(fit, start=start, pitch=wider))
    return found


def _likeness(ink: Numbers, fit: _Fit) -> float:
    return float(_compare(ink, fit).max(axis=1).mean())


def _compare(ink: Numbers, fit: _Fit) -> Numbers:
    """Return the likeness of every place to every sign."""
    across = (np.arange(CELL_W * fit.width) + 0.5) / (CELL_W * fit.width)
    length = fit.pitch * fit.width
    x = fit.start + length * (across + fit.bend * across * (across - 1)) - 0.5
    scale = fit.pitch / CELL_W
    y = fit.middle + (np.arange(CELL_H) + 0.5 - CELL_H / 2) * scale - 0.5
    map_x, map_y = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    row = cv2.remap(ink, map_x, map_y, cv2.INTER_LINEAR)
    cells = row.reshape(CELL_H, fit.width, CELL_W).transpose(1, 0, 2)
    # Not NumPy's product: its threads wait for each other on a machine that is busy otherwise.
    likeness = cv2.gemm(
        unit(cells.astype(np.float32)), templates(), 1.0, _NOTHING, 0.0, flags=cv2.GEMM_2_T
    )
    told: Numbers = likeness.astype(np.float32)
    return told
