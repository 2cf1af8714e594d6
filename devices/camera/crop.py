"""Which part of a picture becomes the portrait: the rules of a format, applied to a head. Pure.

The order in which rules give way where a head can't keep all of them: the place of the eyes wins,
then the width of face or head (its limits, then its aim), then the height of the head, then the
hair. No rule is ever kept by inventing a pixel: where the window would reach beyond the picture, it
is moved, or made smaller.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from devices.camera.formats import PhotoFormat
from devices.camera.head import Head

SPARE = 0.015
"""How far inside the limits the eyes are put, of the photo's height."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a picture, in its pixels, that has a format's shape."""

    left: float
    top: float
    width: float
    height: float

    def place(self, x: float, y: float, photo_format: PhotoFormat) -> tuple[float, float]:
        """Return where a point of the picture comes to lie in the photo."""
        across = photo_format.width_px / self.width
        down = photo_format.height_px / self.height
        return ((x - self.left) * across, (y - self.top) * down)


def wanted_window(head: Head, photo_format: PhotoFormat) -> Window:
    """Return the window that the format wants around a head, wherever the picture ends."""
    scale = _scale(head, photo_format)
    width, height = photo_format.width_px / scale, photo_format.height_px / scale
    x, y = head.eyes
    from_left = photo_format.eyes_from_left_px
    aim_x = photo_format.width_px / 2 if from_left is None else from_left.aim
    eyes_y = _eyes_from_top(head.hair_above_eyes * scale, photo_format)
    return Window(x - aim_x / scale, y - eyes_y / scale, width, height)


def window_in(width_px: int, height_px: int, head: Head, photo_format: PhotoFormat) -> Window:
    """Return the same, moved into the picture, or made smaller where it is too large for it."""
    wanted = wanted_window(head, photo_format)
    share = min(1.0, width_px / wanted.width, height_px / wanted.height)
    width, height = wanted.width * share, wanted.height * share
    x, y = head.eyes
    left = x - (x - wanted.left) * share
    top = y - (y - wanted.top) * share
    return _whole(
        min(max(left, 0), width_px - width), min(max(top, 0), height_px - height), width, height
    )


def middle_window(width_px: int, height_px: int, photo_format: PhotoFormat) -> Window:
    """Return the largest window around the middle: for a picture without a face."""
    ratio = photo_format.height_px / photo_format.width_px
    width = min(width_px, height_px / ratio)
    height = width * ratio
    return _whole((width_px - width) / 2, (height_px - height) / 2, width, height)


def rule_values(head: Head, window: Window, photo_format: PhotoFormat) -> dict[str, float]:
    """Return what each rule of a format is about, in pixels of the photo."""
    across = photo_format.width_px / window.width
    down = photo_format.height_px / window.height
    eyes_x, eyes_y = window.place(*head.eyes, photo_format)
    return {
        "face_width_px": head.face_width * across,
        "head_width_px": head.head_width * across,
        "head_height_px": head.head_height * down,
        "eye_distance_px": head.eye_distance * across,
        "hair_from_top_px": (head.hair_y - window.top) * down,
        "eyes_from_bottom_px": photo_format.height_px - eyes_y,
        "eyes_from_left_px": eyes_x,
    }


def _scale(head: Head, photo_format: PhotoFormat) -> float:
    """Return pixels of the photo per pixel of the picture."""
    widths = (
        (photo_format.face_width_px, head.face_width),
        (photo_format.head_width_px, head.head_width),
        (photo_format.eye_distance_px, head.eye_distance),
    )
    least, most, aims = 0.0, math.inf, []
    for span, length in widths:
        if span is not None:
            least, most = max(least, span.least / length), min(most, span.most / length)
    for span, length in (*widths[:2], (photo_format.head_height_px, head.head_height)):
        if span is not None:
            aims.append(span.aim / length)
    least = min(least, most)
    # Smaller, as far as the widths allow, where the hair would be cut or the head be too high.
    scale = min(*aims, _scale_that_keeps_hair(head, photo_format))
    height = photo_format.head_height_px
    if height is not None:
        scale = max(scale, height.least / head.head_height)
    return min(max(scale, least), most)


def _scale_that_keeps_hair(head: Head, photo_format: PhotoFormat) -> float:
    """Return the largest scale at which the hair has room above eyes that are where they must."""
    hair, eyes = photo_format.hair_from_top_px, photo_format.eyes_from_bottom_px
    if hair is None or eyes is None or head.hair_above_eyes <= 0:
        return math.inf
    room = (1 - SPARE) * photo_format.height_px - eyes.least - (hair.least + hair.most) / 2
    return room / head.hair_above_eyes


def _eyes_from_top(hair_above_eyes: float, photo_format: PhotoFormat) -> float:
    """Return the height of the eyes below the upper edge, both lengths in pixels of the photo."""
    hair, eyes = photo_format.hair_from_top_px, photo_format.eyes_from_bottom_px
    height = photo_format.height_px
    wanted = hair_above_eyes + hair.aim if hair is not None else None
    if eyes is None:
        return height / 2 if wanted is None else wanted
    if wanted is None:
        return height - eyes.aim
    # Not at the limit itself: pupils are found within 2 % of a face.
    spare = min(SPARE * height, (eyes.most - eyes.least) / 4)
    return min(max(wanted, height - eyes.most + spare), height - eyes.least - spare)


def _whole(left: float, top: float, width: float, height: float) -> Window:
    """Return the window on whole pixels, never larger."""
    across, down = max(2, math.floor(width)), max(2, math.floor(height))
    return Window(max(0, math.floor(left)), max(0, math.floor(top)), across, down)
