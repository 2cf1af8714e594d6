"""What might be a page: every way of drawing outlines proposes quadrilaterals.

None is asked here what it lies on (`edges`), nor which is the best (`finder`). A thumb, a fold or a
shadow breaks an outline: sides that are left of it, and long straight lines, propose as well.
Pure but for OpenCV.
"""

from __future__ import annotations

from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera.picture import Image, as_image
from devices.document_camera.quads import (
    NO_QUADS,
    Quads,
    all_clockwise,
    areas,
    believable,
    crossings,
    distinct,
)

LEAST_AREA, MOST_AREA = 0.025, 0.985
"""Of the picture: a card at arm's length, and a page that fills it."""

CANNY_LEVELS = ((10, 28), (30, 80), (80, 200))
"""Low and high, in units of a 3 x 3 Sobel: white on white, an ordinary desk, a cluttered one."""

MOST_CANDIDATES = 80
BORDER_PX = 5.0
SAME_PX = 4.0

MOST_SIDES = 6
"""Of an outline with a thumb on it: four sides, and two around the thumb."""

LEAST_FILLED = 0.85
"""Area of an outline's four corners, against the outline's: they may be rounded or torn."""

LEAST_KEPT, MOST_KEPT = 0.8, 1.35
"""Area of what four sides of an outline enclose, against the outline's."""

MOST_LINES = 8
"""Of each direction."""

LEAST_LINE = 0.11
"""Of the picture's longer side: what is left of a card's shorter side beside a thumb."""


def candidates(grey: Image, across: NDArray[np.int16], down: NDArray[np.int16]) -> Quads:
    """Return convex quadrilaterals of a believable size that some outline has."""
    height, width = grey.shape
    outlined = _of_outlines(grey, across, down)
    lined = _of_lines(across, down, width, height)
    return np.concatenate([outlined, lined])


def are_sized(quads: Quads, width: int, height: int) -> NDArray[np.bool_]:
    """Say which lie in the picture, neither too small nor larger than any page in it can be."""
    share = areas(quads) / (width * height)
    return np.asarray(
        (quads.min((1, 2)) >= -BORDER_PX)
        & (quads[..., 0].max(1) <= width + BORDER_PX)
        & (quads[..., 1].max(1) <= height + BORDER_PX)
        & (share >= LEAST_AREA)
        & (share <= MOST_AREA)
    )


def _of_outlines(grey: Image, across: NDArray[np.int16], down: NDArray[np.int16]) -> Quads:
    height, width = grey.shape
    _, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    kernel = np.ones((5, 5), np.uint8)
    # Opened, so that a page does not grow together with what touches it.
    wide = np.ones((9, 9), np.uint8)
    outlines = [
        as_image(cv2.morphologyEx(mask, cv2.MORPH_OPEN, wide))
        for mask in (bright, cv2.bitwise_not(bright))
    ]
    for low, high in CANNY_LEVELS:
        edges = cv2.Canny(across, down, low, high, L2gradient=True)
        outlines.append(as_image(cv2.morphologyEx(edges, cv2.MORPH_CLOSE, kernel)))
        outlines.append(as_image(cv2.dilate(edges, np.ones((3, 3), np.uint8))))
    found: list[Quads] = []
    fours: list[NDArray[np.float64]] = []
    hull_areas: list[float] = []
    least = LEAST_AREA * width * height
    for outline in outlines:
        contours, _ = cv2.findContours(outline, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            if len(contour) < 4:
                continue
            _, _, wide_px, high_px = cv2.boundingRect(contour)
            if wide_px * high_px < least:
                continue
            hull = np.asarray(cv2.convexHull(contour), np.int32)
            area = float(cv2.contourArea(hull))
            if area >= least:
                found.append(_of_sides(hull, area))
                four = _as_four(hull)
                if four is not None:
                    fours.append(four)
                    hull_areas.append(area)
    if fours:
        rounded = all_clockwise(np.array(fours))
        found.append(rounded[areas(rounded) > LEAST_FILLED * np.array(hull_areas)])
    quads = np.concatenate([NO_QUADS, *found])
    quads = quads[believable(quads) & are_sized(quads, width, height)]
    quads = quads[np.argsort(-areas(quads), kind="stable")]
    return quads[distinct(quads, SAME_PX)[:MOST_CANDIDATES]]


def _as_four(hull: NDArray[np.int32]) -> NDArray[np.float64] | None:
    """Return the four corners (4 x 2) that an outline has, if it has four."""
    length = float(cv2.arcLength(hull, closed=True))
    for share in (0.015, 0.03, 0.05, 0.08):
        corners = cv2.approxPolyDP(hull, share * length, closed=True)
        if len(corners) <= 4:
            return corners.reshape(4, 2).astype(np.float64) if len(corners) == 4 else None
    return None


def _of_sides(hull: NDArray[np.int32], area: float) -> Quads:
    """Return quadrilaterals between the longest sides of an outline that has more than four."""
    length = float(cv2.arcLength(hull, closed=True))
    corners = cv2.approxPolyDP(hull, 0.012 * length, closed=True).reshape(-1, 2).astype(np.float64)
    if not 5 <= len(corners) <= 12:
        return NO_QUADS
    ahead = np.roll(corners, -1, 0) - corners
    longest = np.sort(np.argsort(-np.linalg.norm(ahead, axis=1))[:MOST_SIDES])
    lines = _lines(corners[longest], corners[longest] + ahead[longest])
    chosen = np.array(list(combinations(range(len(longest)), 4)))
    quads, are_whole = crossings(lines[chosen])
    quads = quads[are_whole]
    if not len(quads):
        return NO_QUADS
    quads = all_clockwise(quads)
    share = areas(quads) / area
    return quads[(share > LEAST_KEPT) & (share < MOST_KEPT)]


def _lines(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return lines through pairs of points, as n x 3: a, b and c of a*x + b*y = c."""
    ahead = second - first
    normals = np.stack([ahead[:, 1], -ahead[:, 0]], 1)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    return np.column_stack([normals, (normals * first).sum(1)])


def _of_lines(across: NDArray[np.int16], down: NDArray[np.int16], width: int, height: int) -> Quads:
    """Return quadrilaterals between long straight lines: where a hand or a fold broke outlines."""
    edges = cv2.Canny(across, down, 20, 60, L2gradient=True)
    least = round(LEAST_LINE * max(width, height))
    found = cv2.HoughLinesP(edges, 1, np.pi / 360, 50, minLineLength=least, maxLineGap=12)
    if found is None:
        return NO_QUADS
    ends = found.reshape(-1, 4).astype(np.float64)
    ahead = ends[:, 2:] - ends[:, :2]
    lengths = np.hypot(ahead[:, 0], ahead[:, 1])
    order = np.argsort(-lengths, kind="stable")[:80]
    ends, lengths, ahead = ends[order], lengths[order], ahead[order]
    angles = np.arctan2(ahead[:, 1], ahead[:, 0])
    # Most lines run along a page or across it, whichever way it is turned.
    along = np.angle((lengths * np.exp(4j * angles)).sum()) / 4
    is_row = np.abs(np.cos(angles - along)) > np.sqrt(0.5)
    rows, columns = _few(ends[is_row]), _few(ends[~is_row])
    if len(rows) < 2 or len(columns) < 2:
        return NO_QUADS
    sides = np.array(
        [
            (rows[top], columns[left], rows[bottom], columns[right])
            for top, bottom in combinations(range(len(rows)), 2)
            for left, right in combinations(range(len(columns)), 2)
        ]
    )
    quads, are_whole = crossings(sides)
    quads = all_clockwise(quads[are_whole])
    quads = quads[believable(quads) & are_sized(quads, width, height)]
    return quads[np.argsort(-areas(quads), kind="stable")]


def _few(ends: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return the longest few lines that differ, as a*x + b*y = c."""
    kept: list[NDArray[np.float64]] = []
    middles: list[NDArray[np.float64]] = []
    for line, end in zip(_lines(ends[:, :2], ends[:, 2:]), ends, strict=True):
        middle = (end[:2] + end[2:]) / 2
        if all(
            abs(line[:2] @ other[:2]) < 0.995 or abs(other[:2] @ middle - other[2]) > 8
            for other in kept
        ):
            kept.append(line)
            middles.append(middle)
        if len(kept) == MOST_LINES:
            break
    return kept
