"""Pictures to JPEG and back: within a budget, and never larger than a picture may claim to be."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image as PillowImage

from devices.camera.picture import Image, as_image

MOST_PIXELS = 24_000_000
"""What a file may claim; decoding takes three bytes for each."""

LEAST_STILL_PX = 64
BEST_QUALITY, LEAST_QUALITY = 90, 45
SHRINK = 0.8
"""What does not fit at the least quality is made smaller by this, again and again."""

STILL_QUALITY = 92
STILL_LONG_SIDE_PX = 4000
STILL_MOST_BYTES = 5_000_000


def decoded(raw: bytes, *, is_turned: bool = False) -> Image | None:
    """Return the picture (BGR) of a JPEG file, or None if it is none that this program takes.

    The size is read before a pixel is, and of all formats only JPEG is opened: fewer decoders meet
    foreign bytes.

    Args:
        raw: The file.
        is_turned: Whether to turn the picture as the file says it was taken (Exif 2.32, 4.6.5,
            orientation), as files of foreign cameras want it.
    """
    try:
        with PillowImage.open(io.BytesIO(raw), formats=("JPEG",)) as file:
            width, height = file.size
    except (OSError, ValueError, SyntaxError, PillowImage.DecompressionBombError):
        return None
    if min(width, height) < LEAST_STILL_PX or width * height > MOST_PIXELS:
        return None
    try:
        flags = cv2.IMREAD_COLOR | (0 if is_turned else cv2.IMREAD_IGNORE_ORIENTATION)
        image = cv2.imdecode(np.frombuffer(raw, np.uint8), flags)
    except cv2.error:
        return None
    shapes = {(height, width), (width, height)} if is_turned else {(height, width)}
    if image is None or image.shape[:2] not in shapes:
        return None
    return as_image(image)


def encoded_still(image: Image) -> tuple[bytes, Image]:
    """Return a whole picture as JPEG, as good as the way to the kiosk's side allows, and itself."""
    longest = max(image.shape[:2])
    if longest > STILL_LONG_SIDE_PX:
        image = _smaller(image, STILL_LONG_SIDE_PX / longest)
    while True:
        for quality in (STILL_QUALITY, 80, 65):
            raw = _jpeg(image, quality)
            if len(raw) <= STILL_MOST_BYTES:
                return raw, image
        image = _smaller(image, SHRINK)


def within(page: Image, max_bytes: int) -> tuple[bytes, Image]:
    """Return a page as JPEG of at most so many bytes in its best quality, and the page it shows."""
    while len(least := _jpeg(page, LEAST_QUALITY)) > max_bytes and max(page.shape) > LEAST_STILL_PX:
        # Bytes go with the number of pixels: jump near what fits, then step.
        page = _smaller(page, min(SHRINK, max(0.3, (max_bytes / len(least)) ** 0.5)))
    low, high, best = LEAST_QUALITY, BEST_QUALITY, least
    while low < high:  # the size grows with the quality, so halving finds the best one that fits
        quality = (low + high + 1) // 2
        raw = _jpeg(page, quality)
        if len(raw) <= max_bytes:
            low, best = quality, raw
        else:
            high = quality - 1
    return best, page


def _smaller(image: Image, scale: float) -> Image:
    height, width = image.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return as_image(cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def _jpeg(image: Image, quality: int) -> bytes:
    is_made, raw = cv2.imencode(
        ".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1]
    )
    if not is_made:
        raise ValueError("no JPEG could be made")
    return raw.tobytes()
