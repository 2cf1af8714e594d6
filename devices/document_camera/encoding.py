"""Pictures to JPEG and back: within a budget, and never larger than a picture may claim to be."""

from __future__ import annotations

import io
import warnings

import cv2
import numpy as np
from PIL import Image as PillowImage

from devices.camera.picture import Image, as_image

MOST_PIXELS = 24_000_000
"""What is ever opened; decoding takes three bytes for each."""

REDUCED = {
    1: cv2.IMREAD_COLOR,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    4: cv2.IMREAD_REDUCED_COLOR_4,
}
"""By how much a picture is made smaller while it is decoded, never there as a whole; what
needs more than this Pillow takes for a bomb, after its first bytes."""

LEAST_STILL_PX = 64
BEST_QUALITY, LEAST_QUALITY = 90, 45
SHRINK = 0.8
"""What does not fit at the least quality is made smaller by this, again and again."""

STILL_QUALITY = 92
STILL_LONG_SIDE_PX = 4000
STILL_MOST_BYTES = 5_000_000


class PictureTooLarge(Exception):
    """A sound picture that can't be opened within `MOST_PIXELS`."""


def decoded(raw: bytes, *, is_foreign: bool = False) -> Image | None:
    """Return the picture (BGR) of a JPEG file, or None if it is none that this program takes.

    The size is read before a pixel is, and of all formats only JPEG is opened: fewer decoders meet
    foreign bytes.

    Args:
        raw: The file.
        is_foreign: Whether it is of a camera's own program. Such a file is turned as it says it was
            taken (Exif 2.32, 4.6.5, orientation), and may have more pixels than are opened: then
            the picture is a half or a quarter as wide and as high.

    Raises:
        PictureTooLarge: A foreign file is larger still, or is of a kind that has to be in memory
            whole before its first row is known.
    """
    try:
        with warnings.catch_warnings():
            # Who looks at the size before anything else needs no warning of it.
            warnings.simplefilter("ignore", PillowImage.DecompressionBombWarning)
            with PillowImage.open(io.BytesIO(raw), formats=("JPEG",)) as file:
                width, height = file.size
    except PillowImage.DecompressionBombError:
        if is_foreign:
            raise PictureTooLarge from None
        return None
    except (OSError, ValueError, SyntaxError):
        return None
    if min(width, height) < LEAST_STILL_PX:
        return None
    least = next((step for step in REDUCED if width * height <= MOST_PIXELS * step**2), 0)
    if least != 1 and not is_foreign:
        return None
    if least == 0 or (least > 1 and not _comes_in_rows(raw)):
        raise PictureTooLarge
    try:
        flags = REDUCED[least] | (0 if is_foreign else cv2.IMREAD_IGNORE_ORIENTATION)
        image = cv2.imdecode(np.frombuffer(raw, np.uint8), flags)
    except cv2.error:
        return None
    size = (-(-height // least), -(-width // least))
    shapes = {size, size[::-1]} if is_foreign else {size}
    if image is None or image.shape[:2] not in shapes:
        return None
    return as_image(image)


def _comes_in_rows(raw: bytes) -> bool:
    """Say whether a JPEG's first scan has all there is of each row (ITU-T T.81, B.2.2 and B.2.3).

    Of any other, progressive ones among them, a decoder keeps every coefficient until the last
    scan: more memory than the picture, however much smaller it is asked for.
    """
    at, components = 2, b""
    while at + 4 <= len(raw) and raw[at] == 0xFF:
        marker = raw[at + 1]
        if marker == 0xFF:  # a byte that fills
            at += 1
            continue
        if marker == 0xDA:  # start of scan
            return raw[at + 4 : at + 5] == components
        if marker in {0xC0, 0xC1}:  # a frame, sequential
            components = raw[at + 9 : at + 10]
        elif 0xC2 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            return False
        at += 2 + int.from_bytes(raw[at + 2 : at + 4], "big")
    return False


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
