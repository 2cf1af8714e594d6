"""Front and back of a card in one picture, one above the other, as copying machines do it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from devices.camera.picture import Image, as_image

MARGIN_SHARE = 0.06
"""Around and between the sides, of their width: enough to see where each ends."""

PAPER = 255


def one_above_the_other(sides: Sequence[Image]) -> Image:
    """Return sides (BGR) of the width of the widest, on white; a single one as it is."""
    if len(sides) == 1:
        return sides[0]
    width = max(side.shape[1] for side in sides)
    margin = round(width * MARGIN_SHARE)
    scaled = [_as_wide(side, width) for side in sides]
    height = sum(side.shape[0] for side in scaled) + margin * (len(scaled) + 1)
    page = np.full((height, width + 2 * margin, 3), PAPER, np.uint8)
    top = margin
    for side in scaled:
        page[top : top + side.shape[0], margin : margin + width] = side
        top += side.shape[0] + margin
    return page


def _as_wide(side: Image, width: int) -> Image:
    if side.shape[1] == width:
        return side
    size = (width, max(1, round(side.shape[0] * width / side.shape[1])))
    return as_image(cv2.resize(side, size, interpolation=cv2.INTER_CUBIC))
