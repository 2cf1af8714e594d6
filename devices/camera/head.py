"""Where a head is in a picture: what the detector saw, and what only the wall behind it tells.

A detector finds eyes and a face; formats want the top of the hair, the chin and the ears as well.
The top of the hair is found as the first row, from above, that is not the wall. Where the wall is
not plain, and for chin and ears, the usual proportions stand in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from devices.camera.faces import Face
from devices.camera.picture import Image

FACE_PER_EYES = 2.17
"""Width of a face, cheekbone to cheekbone, over the distance of its pupils: 137 over 63 mm."""

HEAD_PER_FACE = 1.16
"""Width of a head with its ears over the width of its face."""

CHIN_PER_FACE = 0.84
"""From the eyes down to the chin, in widths of the face."""

HAIR_PER_FACE = 0.95
"""From the eyes up to the top of ordinary hair, in widths of the face; where it can't be seen."""

HIGHEST_HAIR = 1.9
"""Above so many widths of the face over the eyes nothing is taken for hair."""

NOT_WALL = 20.0
"""Difference from the wall's colour, of 255 per channel, from which a pixel is something else."""

PLAIN_WALL = 14.0
"""Standard deviation of a wall, of 255, up to which what differs from it is the head."""

SHARE_OF_ROW = 0.12
"""Of a row above the face so much must differ from the wall: a hair that sticks out is not it."""


@dataclass(frozen=True, slots=True)
class Head:
    """A head in pixels of its picture, upright.

    `eyes` is the point between the pupils. `eye_distance` and `face_width` are lengths;
    `hair_y` and `chin_y` are heights in the picture. Without `is_hair_seen` the hair is where it
    usually is.
    """

    eyes: tuple[float, float]
    eye_distance: float
    face_width: float
    hair_y: float
    chin_y: float
    is_hair_seen: bool

    @property
    def head_width(self) -> float:
        """The width with ears."""
        return self.face_width * HEAD_PER_FACE

    @property
    def head_height(self) -> float:
        """From the top of the hair to the chin."""
        return max(self.chin_y - self.hair_y, 1.0)

    @property
    def hair_above_eyes(self) -> float:
        """From the eyes up to the top of the hair."""
        return self.eyes[1] - self.hair_y


def head_of(image: Image, face: Face) -> Head:
    """Return the head that belongs to a face that stands upright in the picture."""
    x, y = face.between_eyes
    (x1, y1), (x2, y2) = face.eyes
    # A network can answer anything; what has no size would have any scale.
    distance = max(math.hypot(x2 - x1, y2 - y1), 1.0)
    width = max(face.width, 1.0)
    chin_y = y + CHIN_PER_FACE * width
    if face.has_landmarks:
        # A box varies by 7 % around one face, the pupils by 1 %; people vary the other way round.
        width = (width + FACE_PER_EYES * distance) / 2
        chin_y = (y + CHIN_PER_FACE * width + face.box[1] + face.box[3]) / 2
    hair_y = hair_top(image, (x, y), width) if face.has_landmarks else None
    usual_y = y - HAIR_PER_FACE * width
    return Head(
        eyes=(x, y),
        eye_distance=distance,
        face_width=width,
        hair_y=usual_y if hair_y is None else hair_y,
        chin_y=chin_y,
        is_hair_seen=hair_y is not None,
    )


def hair_top(image: Image, eyes: tuple[float, float], face_width: float) -> float | None:
    """Return the row where the hair begins, or None where the wall is not plain enough to tell."""
    height, width = image.shape[:2]
    x, y = eyes
    top = max(0, round(y - HIGHEST_HAIR * face_width))
    bottom = min(height, round(y - 0.45 * face_width))
    left, right = max(0, round(x - 0.4 * face_width)), min(width, round(x + 0.4 * face_width))
    if bottom - top < 4 or right - left < 8:
        return None
    step = max(1, round(face_width / 120))
    above = image[top:bottom:step, left:right:step].astype(np.int16)
    wall = _wall(image, x, y, face_width, step)
    if wall is None:
        return None
    difference = np.abs(above - wall).max(axis=2)
    # The edge of soft hair is where it is half as dark as hair is.
    differs = difference > max(NOT_WALL, float(np.percentile(difference, 90)) / 2)
    rows = np.flatnonzero(differs.mean(axis=1) > SHARE_OF_ROW)
    if rows.size == 0:  # no hair above the forehead's height, or of the wall's own colour
        return None
    first = int(rows[0])
    # Hair goes on down to the face; what is above it with wall between hangs on the wall.
    if float(differs[first:].mean(axis=1).min()) < SHARE_OF_ROW / 2:
        return None
    return float(top + first * step)


def _wall(
    image: Image, x: float, y: float, face_width: float, step: int
) -> tuple[float, float, float] | None:
    """Return the wall's colour on both sides of the head, or None if it is not plain."""
    sides = []
    for outer, inner in ((-1.3, -0.85), (0.85, 1.3)):
        left, right = round(x + outer * face_width), round(x + inner * face_width)
        left, right = max(left, 0), min(right, image.shape[1])
        top, bottom = max(0, round(y - face_width)), max(0, round(y + 0.1 * face_width))
        if right - left >= 4 and bottom - top >= 4:
            sides.append(image[top:bottom:step, left:right:step].reshape(-1, 3))
    if not sides:
        return None
    pixels = np.concatenate(sides)
    _, deviation = cv2.meanStdDev(pixels.reshape(-1, 1, 3))
    if float(deviation.max()) > PLAIN_WALL:
        return None
    blue, green, red = (float(value) for value in np.median(pixels, axis=0))
    return (blue, green, red)
