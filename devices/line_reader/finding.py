"""Where lines of print lie in a picture: each is cut out and laid level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from devices.line_reader.signs import Grey

SEARCHED_PX = (1000, 640)
"""The longer side while searching: for pages, then for cards held near. Sizes below are for it."""
_LEAST_LENGTH_PX = 220
_LEAST_HEIGHT_PX = 5
_LEAST_RATIO = 3.0
_MOST_BANDS = 8
_LEAST_SIGN_PX = 8
_MOST_ROWS = 4


@dataclass(frozen=True, slots=True)
class Strip:
    """A level piece of the picture with one row of print from `top` to `bottom`; `at` is the height
    of its middle in the picture.
    """

    grey: Grey
    top: int
    bottom: int
    at: float


def strips(grey: Grey, searched_px: int = SEARCHED_PX[0]) -> Iterator[Strip]:
    """Yield rows of print that are long enough to be lines, the largest first."""
    bands = _bands(grey, searched_px)
    for one in bands:
        middle, (width, height), angle = _as_long_as_its_neighbours(one, bands)
        band = _level(grey, middle, (width * 1.05, height * 1.1 + 0.03 * width), angle)
        for top, bottom in _rows(band):
            row = _levelled(band, top, bottom)
            if row is not None:
                yield Strip(*row, at=middle[1] + (top + bottom - band.shape[0]) / 2)


def ink_of(grey: Grey) -> Grey:
    """Return how much darker than its surroundings each place is: shade falls away."""
    size = max(9, grey.shape[0] // 2 | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    ink: Grey = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, kernel).astype(np.uint8)
    return ink


_Band = tuple[tuple[float, float], tuple[float, float], float]


def _bands(grey: Grey, searched_px: int) -> list[_Band]:
    """Return middle, size and angle of what looks like dense rows of print."""
    scale = searched_px / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (3, 3), 0)
    dark = cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, _box(15, 9))
    edges = np.abs(cv2.Sobel(dark, cv2.CV_32F, 1, 0, ksize=3))
    top = float(edges.max())
    if top <= 0:
        return []
    level = (edges * (255 / top)).astype(np.uint8)
    joined = cv2.morphologyEx(level, cv2.MORPH_CLOSE, _box(25, 5))
    _, solid = cv2.threshold(joined, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, _box(21, 3))
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, _box(31, 3))
    outlines, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found: list[tuple[float, _Band]] = []
    for outline in outlines:
        (x, y), (width, height), angle = cv2.minAreaRect(outline)
        if width < height:
            width, height, angle = height, width, angle - 90
        angle = (angle + 90) % 180 - 90
        is_line = width >= _LEAST_LENGTH_PX and height >= _LEAST_HEIGHT_PX
        if is_line and width >= _LEAST_RATIO * height and abs(angle) < 30:
            band = ((x / scale, y / scale), (width / scale, height / scale), angle)
            found.append((width * height, band))
    found.sort(key=lambda it: -it[0])
    return [band for _, band in found[:_MOST_BANDS]]


def _as_long_as_its_neighbours(band: _Band, bands: list[_Band]) -> _Band:
    """Return the band as long as those beside it: lines begin and end below each other, and what is
    thin at an end is easily missed.
    """
    (x, y), (width, height), angle = band
    along = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    across = np.array([-along[1], along[0]])
    low, high = -width / 2, width / 2
    for (other_x, other_y), (other_width, other_height), other_angle in bands:
        gap = np.array([other_x - x, other_y - y])
        is_near = abs(gap @ across) < 5 * max(height, other_height)
        if is_near and abs(other_angle - angle) < 4:  # degrees
            low = min(low, float(gap @ along) - other_width / 2)
            high = max(high, float(gap @ along) + other_width / 2)
    middle = np.array([x, y]) + along * (low + high) / 2
    return (float(middle[0]), float(middle[1])), (high - low, height), angle


def _box(width: int, height: int) -> Grey:
    box: Grey = cv2.getStructuringElement(cv2.MORPH_RECT, (width, height)).astype(np.uint8)
    return box


def _level(
    grey: Grey, middle: tuple[float, float], size: tuple[float, float], angle: float
) -> Grey:
    width, height = size
    turn = cv2.getRotationMatrix2D(middle, angle, 1.0)
    turn[0, 2] += width / 2 - middle[0]
    turn[1, 2] += height / 2 - middle[1]
    cut: Grey = cv2.warpAffine(
        grey,
        turn,
        (max(int(width), 1), max(int(height), 1)),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.uint8)
    return cut


def _rows(band: Grey) -> list[tuple[int, int]]:
    """Return where rows of print begin and end, from above."""
    _, black = cv2.threshold(ink_of(band), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    edge = band.shape[1] // 20
    counts = (black[:, edge : band.shape[1] - edge] > 0).sum(axis=1)
    if counts.max(initial=0) == 0:
        return []
    dense = np.concatenate([[False], counts > 0.15 * counts.max(), [False]])
    changes = np.flatnonzero(dense[1:] != dense[:-1])
    rows = [(int(a), int(b)) for a, b in zip(changes[::2], changes[1::2], strict=True)]
    return [(a, b) for a, b in rows if b - a >= _LEAST_SIGN_PX][:_MOST_ROWS]


def _levelled(band: Grey, top: int, bottom: int) -> tuple[Grey, int, int] | None:
    """Return the row alone, turned by what its signs' middles still slope, and where it lies."""
    height = bottom - top
    pad = height
    cut = band[max(top - pad, 0) : bottom + pad]
    above = top - max(top - pad, 0)
    _, black = cv2.threshold(ink_of(cut), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    black[: max(above - height // 4, 0)] = 0
    black[above + height + height // 4 :] = 0
    _, _, stats, middles = cv2.connectedComponentsWithStats(black, connectivity=8)
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    is_sign = (heights > 0.5 * height) & (heights < 1.4 * height)
    points = middles[1:][is_sign]
    if len(points) < 8:
        return None
    x, y = points[:, 0], points[:, 1]
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / max(((x - x.mean()) ** 2).sum(), 1e-9))
    start = float(y.mean() - slope * x.mean())
    length = cut.shape[1]
    middle = (length / 2, float(slope * length / 2 + start))
    size = (float(length), 3.0 * height)
    level = _level(cut, middle, size, float(np.degrees(np.arctan(slope))))
    # Most signs of a line of names are fillers, and those are lower than letters.
    tall = int(np.percentile(heights[is_sign], 85))
    first = (level.shape[0] - tall) // 2
    return level, first, first + tall
