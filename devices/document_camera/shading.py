"""Paper made white again: what light and shadow did to it is divided out.

Only for papers. A portrait on a card would lose its shades. Pure but for OpenCV.
"""

from __future__ import annotations

import cv2
import numpy as np

from devices.camera.picture import Image, as_image, fitted

ESTIMATE_PX = (220, 220)
"""The light is estimated on a copy this small: it changes slowly, print does not."""

PRINT_REACH = 11
"""Wider than strokes and stamps on that copy; closed over, so that only paper remains."""

WHITE = 245
MOST_GAIN = 4.0
"""A part darker than this is no paper in shadow, and stays dark."""


def flattened(page: Image) -> Image:
    """Return the page (BGR or grey) with its paper evenly white; colours of ink stay."""
    luminance = page if page.ndim == 2 else as_image(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY))
    light = paper_light(luminance)
    gain = np.clip(WHITE / np.maximum(light, 1), 1 / 1.1, MOST_GAIN).astype(np.float32)
    height, width = page.shape[:2]
    wide = cv2.resize(gain, (width, height), interpolation=cv2.INTER_LINEAR)
    if page.ndim == 3:
        wide = cv2.merge([wide, wide, wide])
    return as_image(cv2.multiply(page, wide, dtype=cv2.CV_8U))


def paper_light(luminance: Image) -> Image:
    """Return how light the paper is, print closed over, on a small copy."""
    small, _ = fitted(luminance, *ESTIMATE_PX)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (PRINT_REACH, PRINT_REACH))
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel)
    return as_image(cv2.GaussianBlur(cv2.medianBlur(closed, 2 * PRINT_REACH + 1), (0, 0), 4))
