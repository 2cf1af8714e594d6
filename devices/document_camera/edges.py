"""What lies under the sides of a quadrilateral, and lines refitted to it below a pixel.

Corners are rows of x and y in pixels, clockwise from the upper left. Pure but for OpenCV.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera.picture import Image

Quad = NDArray[np.float64]
"""4 x 2."""

SAMPLES = 48
REACH_PX = 3
"""How far from a candidate's side its edge may lie, in pixels of the small copy."""

LEAST_STEP = 14.0
"""Of a 3 x 3 Sobel: four levels of 255. Paper casts as much on a white desk."""

LEAST_AIM = 0.8
"""Cosine between the gradient and the side's normal."""

FIT_SAMPLES = 64
FIT_REACH = 4.0
"""In pixels of the small copy; in the large one it is that much more."""

CORNER_SHARE = 0.06
"""Of a side, at both ends: rounded, bent or under a thumb, and left out."""


@dataclass(frozen=True, slots=True)
class Support:
    """Which share of each side lies on an edge of the side's own direction and of one sign.

    `step` is how much lighter it is inside than outside, in levels of 255, over all sides.
    """

    shares: NDArray[np.float64] = field(repr=False)
    step: float


def clockwise(corners: NDArray[np.float64]) -> Quad:
    """Return four corners clockwise (y runs down), beginning with the upper left one."""
    centre = corners.mean(0)
    angles = np.arctan2(corners[:, 1] - centre[1], corners[:, 0] - centre[0])
    ordered = corners[np.argsort(angles)]
    return np.roll(ordered, -int(np.argmin(ordered.sum(1))), 0)


def gradients(smooth: Image) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Return the Sobel gradient (x, y) of whichever colour changes most at each pixel."""
    across = cv2.Sobel(smooth, cv2.CV_16S, 1, 0)
    down = cv2.Sobel(smooth, cv2.CV_16S, 0, 1)
    strength = np.abs(across).astype(np.int32) + np.abs(down)
    strongest = strength.argmax(2)[..., None]
    return (
        np.ascontiguousarray(np.take_along_axis(across, strongest, 2)[..., 0]),
        np.ascontiguousarray(np.take_along_axis(down, strongest, 2)[..., 0]),
    )


def supports_of(
    quads: Sequence[Quad],
    across: NDArray[np.int16],
    down: NDArray[np.int16],
    grey: Image,
) -> list[Support]:
    """Return what the sides of each candidate lie on."""
    if not quads:
        return []
    offsets = np.arange(-REACH_PX, REACH_PX + 1, dtype=np.float64)
    placed = [_places(quad, SAMPLES, offsets) for quad in quads]
    places = np.stack([where for where, _ in placed])
    normals = np.stack([normal for _, normal in placed])
    count = len(quads)
    x, y = _within(places, grey)
    shape = (count, 4, SAMPLES, len(offsets))
    px = across[y, x].reshape(shape).astype(np.float32)
    py = down[y, x].reshape(shape).astype(np.float32)
    along = px * normals[:, :, None, None, 0] + py * normals[:, :, None, None, 1]
    aim = np.abs(along) / (np.hypot(px, py) + 1e-6)
    strength = np.where(aim >= LEAST_AIM, along, 0.0)
    best = np.take_along_axis(strength, np.abs(strength).argmax(3)[..., None], 3)[..., 0]
    lighter = (best < -LEAST_STEP).mean(2)  # normals point outwards
    darker = (best > LEAST_STEP).mean(2)
    shares = np.maximum(lighter, darker)
    return [Support(share, _step(quad, grey)) for share, quad in zip(shares, quads, strict=True)]


def _within(places: NDArray[np.float64], grey: Image) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pixels (x, y) that places are in, or the nearest that there are."""
    height, width = grey.shape
    whole = np.rint(places).astype(np.intp)
    return whole[..., 0].clip(0, width - 1), whole[..., 1].clip(0, height - 1)


def _step(quad: Quad, grey: Image) -> float:
    """Return how much lighter it is just inside the sides than just outside."""
    places, _ = _places(quad, SAMPLES, np.array([-6.0, 6.0]))
    x, y = _within(places, grey)
    pairs = grey[y, x].reshape(4, SAMPLES, 2).astype(np.float64)
    return float(np.median(pairs[..., 0] - pairs[..., 1]))


def refitted(quad: Quad, image: Image, scale: float) -> Quad:
    """Return corners in pixels of the large picture: where lines through its own edges cross.

    `quad` is in pixels of a copy that was made smaller by `scale`.
    """
    reach = max(3, round(FIT_REACH / scale))
    offsets = np.arange(-reach, reach + 1, dtype=np.float64)
    # A pixel's middle is half a pixel from its corner, and shrinking keeps corners.
    large = (quad + 0.5) / scale - 0.5
    places, normals = _places(large, FIT_SAMPLES, offsets)
    x, y = places[..., 0].astype(np.float32), places[..., 1].astype(np.float32)
    profiles = _sampled(image, x, y).reshape(4, FIT_SAMPLES, len(offsets), -1).astype(np.float32)
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
                places.reshape(4, FIT_SAMPLES, -1, 2)[side],
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


def _places(
    quad: Quad, samples: int, offsets: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return 4*samples x offsets x 2 places along and beside the sides, and 4 x 2 normals."""
    ahead = np.roll(quad, -1, 0) - quad
    lengths = np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    normals = np.stack([ahead[:, 1], -ahead[:, 0]], 1) / lengths  # outwards, for y runs down
    shares = np.linspace(CORNER_SHARE, 1 - CORNER_SHARE, samples)
    along = quad[:, None, :] + ahead[:, None, :] * shares[None, :, None]
    places = along[:, :, None, :] + normals[:, None, None, :] * offsets[None, None, :, None]
    return places.reshape(4 * samples, len(offsets), 2), normals


def _sampled(
    plane: NDArray[np.float32] | Image, x: NDArray[np.float32], y: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return values between pixels; beyond the picture those of its border."""
    return np.asarray(
        cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32
    )
