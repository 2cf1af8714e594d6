"""Words across a copy that say for what and when it was made, so that it is good for nothing else.

They cover the whole page again and again, slanted and half transparent: cutting off a rim does not
take them away, and print below them stays readable.
"""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from devices.camera.picture import Image, as_image

SLANT_DEG = 30.0
SIZE_SHARE = 0.026
"""Height of the letters, of the page's longer side: 8 mm on A4."""

LEAST_SIZE_PX = 14
GAP_ACROSS, GAP_DOWN = 2.0, 4.2
"""Between one and the next, in heights of the letters."""

OPACITY = 0.24
INK = (60, 60, 190)
"""Red (BGR): seen on print, on white and on photographs."""


def marked(page: Image, words: str, font: str) -> Image:
    """Return the page (BGR or grey) with the words written across all of it.

    Args:
        page: Of any size.
        words: One line; "" leaves the page as it is.
        font: Path of the font file that has its characters.
    """
    if not words.strip():
        return page
    height, width = page.shape[:2]
    size = max(LEAST_SIZE_PX, round(max(height, width) * SIZE_SHARE))
    cover = _cover(words, font, size, width, height)
    weight = cover.astype(np.float32) * (OPACITY / 255)
    ink: NDArray[np.float32] = np.array(INK, np.float32)
    if page.ndim == 2:
        ink = np.asarray(cv2.cvtColor(ink.reshape(1, 1, 3), cv2.COLOR_BGR2GRAY), np.float32).ravel()
    else:
        weight = weight[..., None]
    # Light places are darkened, dark ones lightened: the words are seen on both.
    return as_image((page * (1 - weight) + ink * weight + 0.5).astype(np.uint8))


def _cover(words: str, font: str, size: int, width: int, height: int) -> Image:
    """Return where the words are, 0 to 255, over a whole page."""
    tile = _tile(words, font, size)
    reach = math.ceil(math.hypot(width, height))
    across = math.ceil(reach / tile.shape[1]) + 2
    down = math.ceil(reach / tile.shape[0]) + 1
    rows = [np.roll(np.tile(tile, (1, across)), row * tile.shape[1] // 3, 1) for row in range(down)]
    sheet = np.vstack(rows)
    turn = cv2.getRotationMatrix2D((sheet.shape[1] / 2, sheet.shape[0] / 2), SLANT_DEG, 1.0)
    turn[0, 2] += width / 2 - sheet.shape[1] / 2
    turn[1, 2] += height / 2 - sheet.shape[0] / 2
    return as_image(cv2.warpAffine(sheet, turn, (width, height), flags=cv2.INTER_LINEAR))


@lru_cache(maxsize=4)
def _tile(words: str, font: str, size: int) -> Image:
    """Return the words once, with the gap to the next."""
    face = ImageFont.truetype(font, size)
    left, top, right, bottom = face.getbbox(words)
    width = round(right - left + GAP_ACROSS * size)
    height = round(max(bottom - top, size) + GAP_DOWN * size)
    tile = PillowImage.new("L", (max(1, width), max(1, height)), 0)
    ImageDraw.Draw(tile).text(
        (GAP_ACROSS * size / 2 - left, GAP_DOWN * size / 2 - top), words, 255, face
    )
    return as_image(np.asarray(tile))
