"""Where a page lies in a picture: from edges to convex quadrilaterals to those that edges support.

Largest bright contours are not enough: a shadow across the page cuts it in two, and a white desk
has none. Here every way of drawing outlines proposes candidates, and each is asked what its four
sides really lie on. Pure but for OpenCV; works on a small copy, and refits the sides of what it
chose on every pixel there is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera.picture import Image, as_image, fitted
from devices.document_camera.edges import (
    Quad,
    Support,
    clockwise,
    gradients,
    refitted,
    supports_of,
)

SEARCH_PX = (800, 800)
"""Pages are looked for on a copy that fits into this; text has gone from it, edges have not."""

LEAST_AREA, MOST_AREA = 0.025, 0.985
"""Of the picture: a card at arm's length, and a page that fills it."""

LONGEST_RATIO = 4.5
"""Of the longer to the shorter side: a till receipt."""

CANNY_LEVELS = ((10, 28), (30, 80), (80, 200))
"""Low and high, in units of a 3 x 3 Sobel: white on white, an ordinary desk, a cluttered one."""

MOST_CANDIDATES = 80
MOST_FOUND = 6
LEAST_SIDE, LEAST_MEAN = 0.5, 0.72
"""Which share of a side, and of all four, has to lie on an edge of one direction."""

LEAST_SIDE_CUT, LEAST_SIDES_CUT = 0.75, 3
"""The same where a page reaches beyond the picture: so many sides are in it, and so well seen."""

BORDER_PX = 5.0
SAME_SHARE = 0.3
"""Candidates that share so much of the smaller one's area are about the same thing."""

LEAST_DARKER, LEAST_SIDE_DARKER = 8.0, 0.7
"""What is darker than its desk, a card on white, has to differ by so much and be seen so well."""

NEARLY_AS_GOOD = 0.85
"""A candidate around another is taken if it is nearly as well supported: the other is a frame or a
heading that is printed on it. A dark mat around a paper is not: it is darker than its desk."""

DARK, BRIGHT, LEAST_BRIGHT = 100, 150, 0.02
"""Something dark, darker than what it lies on and with nothing bright on it, is no paper: a phone,
a mat."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page: corners in pixels, clockwise from the upper left."""

    quad: Quad = field(repr=False)
    score: float
    is_whole: bool
    is_lighter: bool
    """Lighter than what it lies on, as paper mostly is."""


def find_papers(image: Image) -> tuple[Found, ...]:
    """Return the pages of a picture (BGR), the best first; none is an honest answer."""
    small, scale = fitted(image, *SEARCH_PX)
    smooth = as_image(cv2.GaussianBlur(small, (5, 5), 0))
    across, down = gradients(smooth)
    grey = as_image(cv2.cvtColor(smooth, cv2.COLOR_BGR2GRAY))
    candidates = _candidates(grey, across, down)
    supports = supports_of(candidates, across, down, grey)
    judged = [
        found
        for quad, support in zip(candidates, supports, strict=True)
        if (found := _judged(quad, support, grey)) is not None
    ]
    chosen = _chosen(judged)
    return tuple(_exact(found, image, scale) for found in chosen)


def _exact(found: Found, image: Image, scale: float) -> Found:
    """Return the page with its corners in pixels of the large picture.

    Where it reaches beyond the picture its corners are on the rim, not a few pixels before it.
    """
    quad = refitted(found.quad, image, scale)
    if not found.is_whole:
        ends = np.array([image.shape[1] - 1.0, image.shape[0] - 1.0])
        near = 2 * BORDER_PX / scale
        quad = np.where(quad < near, 0.0, np.where(quad > ends - near, ends, quad))
    return replace(found, quad=quad)


def _candidates(grey: Image, across: NDArray[np.int16], down: NDArray[np.int16]) -> list[Quad]:
    """Return convex quadrilaterals of a believable size that some outline has."""
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
    found: list[tuple[float, Quad]] = []
    for outline in outlines:
        contours, _ = cv2.findContours(outline, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            hull = np.asarray(cv2.convexHull(contour), np.int32)
            area = float(cv2.contourArea(hull))
            if area < LEAST_AREA * width * height:
                continue
            quad = _as_quad(hull, area)
            if quad is not None and area <= MOST_AREA * width * height:
                found.append((area, quad))
    found.sort(key=lambda pair: pair[0], reverse=True)
    crossed = _of_lines(across, down, width, height)
    crossed.sort(key=lambda pair: pair[0], reverse=True)
    outlined = _distinct([quad for _, quad in found])[:MOST_CANDIDATES]
    return outlined + [quad for _, quad in crossed]


def _as_quad(hull: NDArray[np.int32], area: float) -> Quad | None:
    """Return the quadrilateral that an outline is, if it is one; corners may be rounded or torn."""
    length = float(cv2.arcLength(hull, closed=True))
    for share in (0.015, 0.03, 0.05, 0.08):
        corners = cv2.approxPolyDP(hull, share * length, closed=True)
        if len(corners) < 4:
            return None
        if len(corners) == 4:
            quad = clockwise(corners.reshape(4, 2).astype(np.float64))
            kept = float(cv2.contourArea(quad.astype(np.float32))) / area
            return quad if kept > 0.85 and is_believable(quad) else None
    return None


def is_believable(quad: Quad) -> bool:
    """Say whether a page can look like this: convex, no needle, no corner as sharp as a wedge."""
    if not cv2.isContourConvex(quad.astype(np.float32)):
        return False
    sides = np.linalg.norm(np.roll(quad, -1, 0) - quad, axis=1)
    if sides.min() < 1 or sides.max() > LONGEST_RATIO * sides.min():
        return False
    ahead = np.roll(quad, -1, 0) - quad
    behind = np.roll(quad, 1, 0) - quad
    cosines = (ahead * behind).sum(1) / (sides * np.roll(sides, 1))
    return bool(np.abs(cosines).max() < 0.75)


def _of_lines(
    across: NDArray[np.int16], down: NDArray[np.int16], width: int, height: int
) -> list[tuple[float, Quad]]:
    """Return quadrilaterals between long straight lines: where a hand or a fold broke outlines."""
    edges = cv2.Canny(across, down, 20, 60, L2gradient=True)
    least = round(0.16 * max(width, height))
    lines = cv2.HoughLinesP(edges, 1, np.pi / 360, 50, minLineLength=least, maxLineGap=12)
    if lines is None:
        return []
    ends = lines.reshape(-1, 4).astype(np.float64)
    lengths = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    ends = ends[np.argsort(-lengths)][:60]
    flat = np.abs(ends[:, 2] - ends[:, 0]) > np.abs(ends[:, 3] - ends[:, 1])
    rows, columns = _few(ends[flat]), _few(ends[~flat])
    found: list[tuple[float, Quad]] = []
    for top_index, top in enumerate(rows):
        for bottom in rows[top_index + 1 :]:
            for left_index, left in enumerate(columns):
                for right in columns[left_index + 1 :]:
                    quad = _between(top, bottom, left, right)
                    if quad is None or not _is_inside(quad, width, height):
                        continue
                    area = float(cv2.contourArea(quad.astype(np.float32)))
                    large = LEAST_AREA < area / (width * height) <= MOST_AREA
                    if large and is_believable(quad):
                        found.append((area, quad))
    return found


def _few(ends: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return the longest few lines that differ, as a*x + b*y = c."""
    kept: list[NDArray[np.float64]] = []
    for x1, y1, x2, y2 in ends:
        normal = np.array([y2 - y1, x1 - x2]) / np.hypot(x2 - x1, y2 - y1)
        if normal[np.argmax(np.abs(normal))] < 0:
            normal = -normal
        line = np.array([*normal, normal @ (x1, y1), (x1 + x2) / 2, (y1 + y2) / 2])
        if all(
            abs(line[:2] @ other[:2]) < 0.995 or abs(other[:2] @ line[3:] - other[2]) > 8
            for other in kept
        ):
            kept.append(line)
        if len(kept) == 7:
            break
    return kept


def _between(*lines: NDArray[np.float64]) -> Quad | None:
    """Return where two rows and two columns cross."""
    top, bottom, left, right = lines
    crossings = []
    for row, column in ((top, left), (top, right), (bottom, right), (bottom, left)):
        matrix = np.array([row[:2], column[:2]])
        if abs(np.linalg.det(matrix)) < 0.3:
            return None
        crossings.append(np.linalg.solve(matrix, np.array([row[2], column[2]])))
    return clockwise(np.array(crossings))


def _is_inside(quad: Quad, width: int, height: int) -> bool:
    return bool(
        quad.min() >= -BORDER_PX
        and quad[:, 0].max() <= width + BORDER_PX
        and quad[:, 1].max() <= height + BORDER_PX
    )


def _distinct(quads: list[Quad]) -> list[Quad]:
    """Return the quadrilaterals without those whose corners are within a few pixels of another."""
    kept: list[Quad] = []
    for quad in quads:
        if all(np.abs(quad - other).max() > 4 for other in kept):
            kept.append(quad)
    return kept


def _judged(quad: Quad, support: Support, grey: Image) -> Found | None:
    """Return the candidate with its score, or None if its sides lie on too little."""
    height, width = grey.shape
    corners = [*quad, quad[0]]
    on_border = np.array(
        [_is_on_border(first, second, width, height) for first, second in pairwise(corners)]
    )
    seen = support.shares[~on_border]
    is_whole = not on_border.any()
    if is_whole:
        is_supported = seen.min() >= LEAST_SIDE and seen.mean() >= LEAST_MEAN
    else:
        is_supported = len(seen) >= LEAST_SIDES_CUT and seen.min() >= LEAST_SIDE_CUT
    if not is_supported:
        return None
    is_lighter = support.step > 0
    if not is_lighter and (
        support.step > -LEAST_DARKER
        or seen.min() < LEAST_SIDE_DARKER
        or not is_whole
        or _is_dark(quad, grey)
    ):
        return None
    score = float(0.5 * seen.min() + 0.5 * seen.mean())
    score *= (1.0 if is_lighter else 0.75) * (1.0 if is_whole else 0.95)
    return Found(quad, score, is_whole, bool(is_lighter))


def _is_on_border(
    first: NDArray[np.float64], second: NDArray[np.float64], width: int, height: int
) -> bool:
    """Say whether a side is where the picture ends."""
    for axis, end in ((0, width - 1), (1, height - 1)):
        if max(first[axis], second[axis]) < BORDER_PX:
            return True
        if min(first[axis], second[axis]) > end - BORDER_PX:
            return True
    return False


def _is_dark(quad: Quad, grey: Image) -> bool:
    """Say whether nothing of the candidate is bright."""
    mask = np.zeros(grey.shape, np.uint8)
    cv2.fillConvexPoly(mask, quad.round().astype(np.int32), 255)
    inside = grey[mask > 0]
    if not inside.size or float(np.median(inside)) >= DARK:
        return False
    return float((inside > BRIGHT).mean()) < LEAST_BRIGHT


def _chosen(judged: list[Found]) -> list[Found]:
    """Return one of each group of candidates that overlap: of the good ones the outermost."""
    left = sorted(judged, key=lambda it: it.score, reverse=True)
    chosen: list[Found] = []
    while left and len(chosen) < MOST_FOUND:
        best = left[0]
        group = [found for found in left if _is_same(found.quad, best.quad)]
        good = [found for found in group if found.score >= NEARLY_AS_GOOD * best.score]
        largest = max(_area(found.quad) for found in good)
        outer = [found for found in good if _area(found.quad) >= 0.95 * largest]
        taken = max(outer, key=lambda it: it.score)
        chosen.append(taken)
        left = [
            found
            for found in left
            if all(found is not other for other in group) and not _is_same(found.quad, taken.quad)
        ]
    return chosen


def _area(quad: Quad) -> float:
    """Return the area in pixels."""
    return float(cv2.contourArea(quad.astype(np.float32)))


def _is_same(one: Quad, other: Quad) -> bool:
    """Say whether two candidates are about the same place: one lies in the other."""
    first, second = one.astype(np.float32), other.astype(np.float32)
    shared, _ = cv2.intersectConvexConvex(first, second)
    return bool(shared > SAME_SHARE * min(_area(one), _area(other)))
