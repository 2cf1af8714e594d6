"""Lines refitted to a page's sides below a pixel, in the large picture. Pure but for OpenCV."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera.picture import Image
from devices.document_camera.quads import Quad, beside

FIT_SAMPLES = 64
FIT_REACH = 4.0
"""In pixels of the small copy; in the large one it is that much more."""

CORNER_SHARE = 0.06
"""Of a side, at both ends: rounded, bent or under a thumb, and left out."""


def refitted(quad: Quad, image: Image, scale: float) -> Quad:
    """Return corners in pixels of the large picture: where lines through its own edges cross.

    `quad` is in pixels of a copy that was made smaller by `scale`.
    """
    reach = max(3, round(FIT_REACH / scale))
    offsets = np.arange(-reach, reach + 1, dtype=np.float64)
    # A pixel's middle is half a pixel from its corner, and shrinking keeps corners.
    large = (quad + 0.5) / scale - 0.5
    along = np.linspace(CORNER_SHARE, 1 - CORNER_SHARE, FIT_SAMPLES)
    beside_sides, all_normals = beside(large[None], along, offsets)
    places, normals = beside_sides[0], all_normals[0]
    rows = places.reshape(4 * FIT_SAMPLES, -1, 2)
    profiles = (
        _sampled(image, rows[..., 0], rows[..., 1])
        .reshape(4, FIT_SAMPLES, len(offsets), -1)
        .astype(np.float32)
    )
    blur = max(0.8, 0.6 / scale)
    kernel = _slope_kernel(blur)
    lines = []
    for side in range(4):
        slopes = np.stack(
            [
                cv2.filter2D(profiles[side, ..., channel], -1, kernel)
                for channel in range(profiles.shape[-1])
            ],
            -1,
        )
        strongest = np.abs(slopes).sum((0, 1)).argmax()
        lines.append(
            _fitted(
                np.asarray(slopes[..., strongest], np.float32),
                places[side].astype(np.float64),
                normals[side],
            )
        )
    return _crossings(lines, large, reach)


def _slope_kernel(sigma: float) -> NDArray[np.float32]:
    """Return the derivative of a Gaussian, as a row."""
    radius = int(np.ceil(2.5 * sigma))
    at = np.arange(-radius, radius + 1, dtype=np.float32)
    bell = at * np.exp(-(at**2) / (2 * sigma**2))
    return np.asarray((bell / np.abs(bell).sum()).reshape(1, -1), np.float32)


def _fitted(
    slopes: NDArray[np.float32], places: NDArray[np.float64], normal: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return a point and a direction of the line through a side's edge, or None without one."""
    margin = 1
    inner = slopes[:, margin:-margin]
    signed = float(np.sign(np.sum(np.sign(inner) * inner**2)))
    inner = inner * (signed or 1.0)  # one side is lighter all along; shadows that cross are not
    peak = inner.argmax(1) + margin
    rows = np.arange(len(slopes))
    before, at, after = (signed * slopes[rows, peak + step] for step in (-1, 0, 1))
    bend = before - 2 * at + after
    shift = np.where(np.abs(bend) > 1e-6, 0.5 * (before - after) / np.where(bend == 0, 1, bend), 0)
    points = places[rows, peak] + np.clip(shift, -0.5, 0.5)[:, None] * normal
    is_clear = at > max(0.8, 0.35 * float(np.median(at)))
    if is_clear.sum() < FIT_SAMPLES // 4:
        return None
    points = points[is_clear]
    vx, vy, x0, y0 = _line_through(points)
    for _ in range(2):
        away = np.abs((points[:, 0] - x0) * vy - (points[:, 1] - y0) * vx)
        keep = away <= max(0.7, 2.0 * float(np.median(away)))
        if keep.all() or keep.sum() < FIT_SAMPLES // 5:
            break
        points = points[keep]
        vx, vy, x0, y0 = _line_through(points)
    return np.array([x0, y0], np.float64), np.array([vx, vy], np.float64)


def _line_through(points: NDArray[np.float64]) -> list[float]:
    """Return direction and a point of the line that most of the points lie on."""
    line = cv2.fitLine(points.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01)
    return [float(value) for value in np.asarray(line).ravel()]


def _crossings(
    lines: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]] | None],
    quad: Quad,
    reach: float,
) -> Quad:
    """Return where neighbouring lines cross; a corner that would move far stays where it was."""
    corners = quad.copy()
    for index in range(4):
        before, after = lines[index - 1], lines[index]
        if before is None or after is None:
            continue
        (p, d), (q, e) = before, after
        cross = d[0] * e[1] - d[1] * e[0]
        if abs(cross) < 0.2:
            continue
        along = ((q[0] - p[0]) * e[1] - (q[1] - p[1]) * e[0]) / cross
        corner = p + along * d
        if np.hypot(*(corner - quad[index])) <= 3 * reach:
            corners[index] = corner
    return corners


def _sampled(
    plane: NDArray[np.float32] | Image, x: NDArray[np.float32], y: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return values between pixels; beyond the picture those of its border."""
    return np.asarray(
        cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32
    )
