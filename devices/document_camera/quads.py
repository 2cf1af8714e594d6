"""Many quadrilaterals at once, as arrays of n x 4 corners x 2; what a page can look like.

Corners are x and y in pixels, clockwise from the upper left, for y runs down. Pure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
"""Where there are so many that moving half as many bytes is felt."""

Quad = Floats
"""4 x 2."""

Quads = Floats
"""n x 4 x 2."""

NO_QUADS: Quads = np.empty((0, 4, 2))

LONGEST_RATIO = 4.5
"""Of the longer to the shorter side: a till receipt."""

MOST_COSINE, MOST_CONVERGENCE = 0.45, 1.8
"""Seen from above, even aslant, no corner of a page is sharper than 63 degrees, and no side so much
longer than the one across from it."""

LEAST_SINE = 0.3
"""Lines that cross at a smaller angle have no corner that could be told."""


def clockwise(corners: Floats) -> Quad:
    """Return four corners clockwise, beginning with the upper left one."""
    return np.asarray(all_clockwise(corners[None])[0])


def all_clockwise(quads: Quads) -> Quads:
    """Return the corners of each clockwise, beginning with the upper left one."""
    away = quads - quads.mean(1, keepdims=True)
    order = np.argsort(np.arctan2(away[..., 1], away[..., 0]), axis=1)
    first = np.take_along_axis(quads.sum(2), order, 1).argmin(1)
    turned = np.take_along_axis(order, (first[:, None] + np.arange(4)) % 4, 1)
    return np.take_along_axis(quads, turned[..., None], 1)


def areas(quads: Quads) -> Floats:
    """Return the area of each in pixels; below zero anticlockwise."""
    x, y = quads[..., 0], quads[..., 1]
    ahead = np.roll(quads, -1, 1)
    return np.asarray((x * ahead[..., 1] - y * ahead[..., 0]).sum(1) / 2)


def believable(quads: Quads) -> NDArray[np.bool_]:
    """Say which a page can look like: convex, no needle, no corner as sharp as a wedge."""
    ahead = np.roll(quads, -1, 1) - quads
    behind = np.roll(ahead, 1, 1)
    sides = np.maximum(np.linalg.norm(ahead, axis=2), 1e-9)
    turns = behind[..., 0] * ahead[..., 1] - behind[..., 1] * ahead[..., 0]
    cosines = (ahead * behind).sum(2) / (sides * np.roll(sides, 1, 1))
    return np.asarray(
        (turns > 0).all(1)
        & (sides.min(1) >= 1)
        & (sides.max(1) <= LONGEST_RATIO * sides.min(1))
        & (np.abs(cosines).max(1) < MOST_COSINE)
        & (np.abs(np.log(sides / np.roll(sides, 2, 1))).max(1) < np.log(MOST_CONVERGENCE))
    )


def crossings(lines: Floats) -> tuple[Quads, NDArray[np.bool_]]:
    """Return where each line crosses the one before it, and which quadrilaterals have all four.

    `lines` is n x 4 x 3: a, b and c of a*x + b*y = c, with a and b of length 1.
    """
    before = np.roll(lines, 1, 1)
    sine = before[..., 0] * lines[..., 1] - before[..., 1] * lines[..., 0]
    safe = np.where(np.abs(sine) < 1e-9, 1.0, sine)
    x = (before[..., 2] * lines[..., 1] - before[..., 1] * lines[..., 2]) / safe
    y = (before[..., 0] * lines[..., 2] - before[..., 2] * lines[..., 0]) / safe
    return np.stack([x, y], 2), np.asarray((np.abs(sine) >= LEAST_SINE).all(1))


def distinct(quads: Quads, least_px: float) -> NDArray[np.intp]:
    """Return which to keep so that none has all its corners so near to an earlier one's."""
    kept: list[int] = []
    for index, quad in enumerate(quads):
        if not kept or (np.abs(quads[kept] - quad).max((1, 2)) > least_px).all():
            kept.append(index)
    return np.array(kept, np.intp)


def beside(quads: Quads, along: Floats, offsets: Floats, sides: int = 4) -> tuple[Singles, Floats]:
    """Return n x sides x samples x offsets x 2 places beside the sides, and n x sides x 2 normals.

    `along` is in shares of a side, the same for all or n x sides x samples.
    """
    ahead = (np.roll(quads, -1, 1) - quads)[:, :sides]
    lengths = np.maximum(np.linalg.norm(ahead, axis=2, keepdims=True), 1e-9)
    normals = np.stack([ahead[..., 1], -ahead[..., 0]], 2) / lengths  # outwards, for y runs down
    shares = np.broadcast_to(along, (*ahead.shape[:2], np.shape(along)[-1]))
    on = quads[:, :sides, None, :] + ahead[:, :, None, :] * shares[..., None]
    beside = normals[:, :, None, None, :].astype(np.float32) * offsets[:, None].astype(np.float32)
    return on[:, :, :, None, :].astype(np.float32) + beside, normals
