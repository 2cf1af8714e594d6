"""A picture read: decoded, turned upright, its lines found, and read twice."""

from __future__ import annotations

import io
import time

import cv2
import numpy as np

from devices.line_reader.assembling import Reading, reading_of
from devices.line_reader.finding import SEARCHED_PX, Strip, strips
from devices.line_reader.recognising import Row, row_of
from devices.line_reader.signs import Grey
from kiosk.ports.card_reader import PrintedFields
from kiosk.ports.line_reader import LinesAnswer, LinesSeen, LinesUnseen

_LARGEST_PX = 10_000
_WORKED_PX = 2600
"""A longer side than this tells nothing more: 44 signs are 40 pixels wide each by then."""
_SOFT_PX = 0.9
_CLEAR = 0.82
"""So much a row looks like print that is the right way up."""
_TURNS = (None, cv2.ROTATE_180, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE)


def read_picture(jpeg: bytes, timeout_s: float) -> LinesAnswer:
    """Return the lines in a picture, or why they are not told. Never raises."""
    deadline_s = time.monotonic() + timeout_s
    grey = _decoded(jpeg)
    if grey is None:
        return LinesUnseen.NONE
    found: LinesAnswer = LinesUnseen.NONE
    for turn in _TURNS:
        turned = grey if turn is None else cv2.rotate(grey, turn).astype(np.uint8)
        for searched_px in SEARCHED_PX:
            found = _read(turned, searched_px, deadline_s)
            if isinstance(found, LinesSeen):
                return found
        # Clear rows of signs are the right way up: another would make nothing clearer.
        if found is LinesUnseen.UNSURE or time.monotonic() > deadline_s:
            break
    return found


def _decoded(jpeg: bytes) -> Grey | None:
    from PIL import Image  # noqa: PLC0415 # only where pictures are read

    try:
        # Size and kind are looked at before anything is decoded.
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
            if max(image.size) > _LARGEST_PX:
                return None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    grey = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    if grey is None or min(grey.shape) < 60:
        return None
    scale = _WORKED_PX / max(grey.shape)
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return grey.astype(np.uint8)


def _read(grey: Grey, searched_px: int, deadline_s: float) -> LinesAnswer:
    found: list[tuple[Strip, Row]] = []
    for strip in strips(grey, searched_px):
        if time.monotonic() > deadline_s:
            break
        row = row_of(strip)
        if row is not None:
            found.append((strip, row))
    found.sort(key=lambda it: it[1].at)
    first = reading_of([row for _, row in found])
    if first is None:
        is_clear = any(row.mean >= _CLEAR for _, row in found)
        return LinesUnseen.UNSURE if is_clear else LinesUnseen.NONE
    again = [row_of(strip, soft_px=_SOFT_PX) for strip, _ in found]
    second = reading_of([row for row in again if row is not None])
    if second is None or second.key != first.key:
        return LinesUnseen.UNSURE
    return _told(first, float(np.mean([row.mean for _, row in found])))


def _told(reading: Reading, likeness: float) -> LinesSeen:
    text = "\n".join(reading.lines.lines)
    return LinesSeen(text, PrintedFields(*reading.key), round(min(max(likeness, 0.0), 1.0), 3))
