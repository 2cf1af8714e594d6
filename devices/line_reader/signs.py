"""What the signs of printed lines look like: OCR-B (ISO 1073-2), drawn once per process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Numbers = NDArray[np.float32]

SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
CELL_W, CELL_H = 20, 30
"""A place of a line in pixels: 2.54 mm wide (Doc 9303-3, 4.3), and as high as a sign needs."""

FONT = Path(__file__).resolve().parents[2] / "assets" / "ocr_b" / "OCRB.ttf"
_FINER = 8
_SOFT_PX = 1.0


@cache
def templates() -> Numbers:
    """Return the signs as rows of unit length, mean 0, one per sign of `SIGNS`."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 # only where pictures are read

    width, height = CELL_W * _FINER, CELL_H * _FINER
    measured = ImageFont.truetype(str(FONT), 400)
    font = ImageFont.truetype(str(FONT), round(400 * width / measured.getlength("<")))
    _, top, _, bottom = font.getbbox("0")
    drawn = []
    for sign in SIGNS:
        image = Image.new("L", (width, height), 0)
        place = (0, height / 2 - (top + bottom) / 2)
        ImageDraw.Draw(image).text(place, sign, font=font, fill=255)
        small = cv2.resize(np.array(image), (CELL_W, CELL_H), interpolation=cv2.INTER_AREA)
        drawn.append(cv2.GaussianBlur(small.astype(np.float32), (0, 0), _SOFT_PX))
    return unit(np.stack(drawn).astype(np.float32))


def unit(cells: Numbers) -> Numbers:
    """Return cells as rows of unit length with their mean taken off."""
    rows = cells.reshape(len(cells), -1)
    rows = rows - rows.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    result: Numbers = (rows / (lengths + 1e-6)).astype(np.float32)
    return result
