"""From four corners to a straight page of its true shape.

The ratio of a page's sides can be read from how its sides converge, because a camera's pixels are
square and its axis runs through the middle of the picture (Zhang and He, "Whiteboard Scanning and
Image Enhancement", 2007, section 4). Where they hardly converge the equations say nothing, and the
mean lengths of the sides say it all. Pure but for OpenCV.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera.picture import Image, as_image
from devices.document_camera.quads import Quad, areas

MOST_PX = 2200
"""Longer side of a page: A4 at 188 dots per inch."""

LEAST_PX = 16
"""A side shorter than this is no page."""

LEAST_CONVERGENCE = 0.02
"""How far the side's homogeneous factors differ from 1 before they say anything."""

USUAL_LENS = 0.95
"""Focal length as a share of the picture's longer side: 55 degrees, as most of these cameras have.
It stands in where only two sides converge, which leaves the lens unknown."""

SHAPES = (2**0.5, 85.6 / 53.98, 125 / 88, 11 / 8.5)
"""Longer to shorter: ISO 216, ID-1 and ID-3 of ISO/IEC 7810, US letter."""

LIKE_A_SHAPE = 0.02
"""A ratio this near one of them is taken to be it: fingers and folds move corners that much."""


def page_ratio(quad: Quad, width_px: int, height_px: int) -> float:
    """Return width to height of the page that lies at `quad` in a picture of that size."""
    sides = np.linalg.norm(np.roll(quad, -1, 0) - quad, axis=1)
    plain = float((sides[0] + sides[2]) / max(sides[1] + sides[3], 1e-9))
    solved = _solved_ratio(quad, width_px, height_px)
    # Corners that were dragged anywhere can say anything: then the plain ratio is nearer.
    ratio = solved if solved is not None and 0.6 < solved / plain < 1.7 else plain
    for shape in SHAPES:
        for known in (shape, 1 / shape):
            if abs(ratio / known - 1) < LIKE_A_SHAPE:
                return known
    return ratio


def _solved_ratio(quad: Quad, width_px: int, height_px: int) -> float | None:
    """Return the ratio by the convergence of the sides, or None if they are too parallel."""
    middle = np.array([(width_px - 1) / 2, (height_px - 1) / 2])
    rows = np.hstack([quad - middle, np.ones((4, 1))])
    m1, m2, m4, m3 = rows  # in the paper's order: upper left, upper right, lower left, lower right
    k2 = _ratio_of(np.cross(m1, m4) @ m3, np.cross(m2, m4) @ m3)
    k3 = _ratio_of(np.cross(m1, m4) @ m2, np.cross(m3, m4) @ m2)
    if k2 is None or k3 is None:
        return None
    n2, n3 = k2 * m2 - m1, k3 * m3 - m1
    if abs(k2 - 1) < LEAST_CONVERGENCE and abs(k3 - 1) < LEAST_CONVERGENCE:
        return None
    longest = max(width_px, height_px)
    focal_squared = (USUAL_LENS * longest) ** 2
    if abs(k2 - 1) >= LEAST_CONVERGENCE and abs(k3 - 1) >= LEAST_CONVERGENCE:
        told = -(n2[0] * n3[0] + n2[1] * n3[1]) / (n2[2] * n3[2])
        # Between the widest lens sold for this and a telephoto; else corners are too coarse.
        if (0.5 * longest) ** 2 < told < (3 * longest) ** 2:
            focal_squared = told
    across = (n2[0] ** 2 + n2[1] ** 2) / focal_squared + n2[2] ** 2
    down = (n3[0] ** 2 + n3[1] ** 2) / focal_squared + n3[2] ** 2
    return float(np.sqrt(across / down)) if across > 0 and down > 0 else None


def _ratio_of(above: float, below: float) -> float | None:
    return None if abs(below) < 1e-9 else float(above / below)


def straightened(image: Image, quad: Quad) -> Image | None:
    """Return the page at `quad` as a rectangle of its true ratio; None if it encloses nothing.

    No pixel is invented: the page has no more of them than its longer sides have in the picture.
    """
    height, width = image.shape[:2]
    if areas(quad[None])[0] < 0:  # corners dragged across each other: print would be mirrored
        quad = quad[[1, 0, 3, 2]]
    points = quad.astype(np.float32)
    sides = np.linalg.norm(np.roll(quad, -1, 0) - quad, axis=1)
    if not cv2.isContourConvex(points) or sides.min() < LEAST_PX:
        return None
    if float(cv2.contourArea(points)) < LEAST_PX * float(sides.max()) / 2:
        return None
    ratio = page_ratio(quad, width, height)
    tall = max(float(max(sides[1], sides[3])), float(max(sides[0], sides[2])) / ratio)
    wide = tall * ratio
    scale = min(1.0, MOST_PX / max(tall, wide))
    size = (max(LEAST_PX, round(wide * scale)), max(LEAST_PX, round(tall * scale)))
    source = image
    if scale < 0.7:  # warping takes no means: shrink first, or print turns to moire
        source = as_image(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
        points = ((quad + 0.5) * scale - 0.5).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(points, _corners_of(*size))
    return as_image(
        cv2.warpPerspective(
            source, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    )


def _corners_of(width: int, height: int) -> NDArray[np.float32]:
    """Return the corners of a picture: the outer edges of its pixels."""
    right, bottom = width - 0.5, height - 0.5
    return np.array([[-0.5, -0.5], [right, -0.5], [right, bottom], [-0.5, bottom]], np.float32)


def turned(image: Image, quarter_turns: int) -> Image:
    """Return the picture turned clockwise by so many quarters."""
    return np.ascontiguousarray(np.rot90(image, -quarter_turns))
