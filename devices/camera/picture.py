"""What a picture is inside a camera worker, and the few things done to whole pictures."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

_TURNS = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}

Image = NDArray[np.uint8]
"""Height x width x 3 bytes, blue first; or height x width for grey."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One captured picture; `captured_at_s` is the reading of `time.monotonic` when it arrived."""

    image: Image = field(repr=False)
    captured_at_s: float


def fitted(image: Image, width_px: int, height_px: int) -> tuple[Image, float]:
    """Return the picture shrunk, never enlarged, to fit into a size, and the scale it now has."""
    height, width = image.shape[:2]
    scale = min(width_px / width, height_px / height, 1.0)
    if scale == 1.0:
        return image, 1.0
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return as_image(cv2.resize(image, size, interpolation=cv2.INTER_AREA)), scale


def upright(image: Image, rotation_deg: int) -> Image:
    """Return the picture of a camera that is mounted turned, as people stand.

    Args:
        image: As the camera gives it.
        rotation_deg: How far it is turned clockwise to stand upright: 0, 90, 180 or 270.
    """
    if rotation_deg == 0:
        return image
    return as_image(cv2.rotate(image, _TURNS[rotation_deg]))


def grey(image: Image) -> Image:
    """Return the luminance of a picture."""
    return as_image(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))


def as_image(array: object) -> Image:
    """Return OpenCV's array as one of bytes; no copy if it is one already."""
    return np.asarray(array, np.uint8)
