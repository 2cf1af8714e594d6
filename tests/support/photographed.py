"""Photographed faces in the public domain, sat before the walls that drawn ones sit before.

Where they come from: `tests/faces/README.md`. Each was cut out once, by hand and GrabCut, so that
the face is a photograph and the wall behind it can be any.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from devices.camera.crop import Window
from devices.camera.drawn_face import Sitter, draw_sitter, lit
from devices.camera.formats import PhotoFormat
from devices.camera.picture import Image, as_image
from tests.support.faces import ROOT

FOLDER = ROOT / "tests" / "faces"
EYES_AT = 0.47
"""How far down the picture the eyes are."""


@dataclass(frozen=True, slots=True)
class Photographed:
    """Who it is, and where the eyes are in the file: pupils marked by hand, in pixels."""

    name: str
    eyes: tuple[tuple[float, float], tuple[float, float]]

    @property
    def tilt_deg(self) -> float:
        """How far the line through the eyes is turned in the file."""
        (x1, y1), (x2, y2) = self.eyes
        return float(np.rad2deg(np.arctan2(y2 - y1, x2 - x1)))

    @property
    def eye_distance(self) -> float:
        """In pixels of the file."""
        (x1, y1), (x2, y2) = self.eyes
        return float(np.hypot(x2 - x1, y2 - y1))


COLLINS = Photographed("collins", ((142.0, 101.0), (188.5, 103.5)))
HOPPER = Photographed("hopper", ((218.5, 191.0), (307.0, 187.0)))
PEOPLE = (COLLINS, HOPPER)


def seated(
    who: Photographed,
    sitter: Sitter | None = None,
    size: tuple[int, int] = (640, 480),
    *,
    beside: float = 0.0,
) -> Image:
    """Return a picture of a person before a wall, with light, blur and the like of a drawn sitter.

    `sitter.face_width` is 2.17 times the distance of the eyes, as a share of the height; the head
    is upright but for `sitter.roll_deg`; `beside` is how far it is from the middle, of the width.
    """
    sitter = sitter or Sitter(face_width=0.44)
    width, height = size
    wall = draw_sitter(
        Sitter(is_there=False, wall=sitter.wall, clutter=sitter.clutter), width, height
    )
    person, mask = _cut_out(who.name)
    scale = sitter.face_width * height / 2.17 / who.eye_distance
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    person, mask = (
        as_image(cv2.resize(it, None, fx=scale, fy=scale, interpolation=way))
        for it in (person, mask)
    )
    (x1, y1), (x2, y2) = who.eyes
    x, y = (x1 + x2) / 2 * scale, (y1 + y2) / 2 * scale
    turn = cv2.getRotationMatrix2D((x, y), who.tilt_deg - sitter.roll_deg, 1.0)
    turn[:, 2] += np.array((width * (0.5 + beside) - x, height * EYES_AT - y))
    # The body goes on below the file's edge.
    face, cover = (
        cv2.warpAffine(it, turn, size, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
        for it in (person, mask)
    )
    share = cover[..., None] / 255
    picture = as_image(np.rint(face * share + wall * (1 - share)).astype(np.uint8))
    return lit(picture, sitter)


def true_rules(
    who: Photographed, sitter: Sitter, size: tuple[int, int], window: Window, wanted: PhotoFormat
) -> dict[str, float]:
    """Return where eyes and hair of an upright person truly came to lie in the photo."""
    width, height = size
    scale = sitter.face_width * height / 2.17 / who.eye_distance
    _, mask = _cut_out(who.name)
    (_, y1), (_, y2) = who.eyes
    hair = (y1 + y2) / 2 - float(np.flatnonzero(mask.max(axis=1) > 128)[0])
    x, y = window.place(width / 2, height * EYES_AT, wanted)
    _, top = window.place(width / 2, height * EYES_AT - hair * scale, wanted)
    return {
        "eye_distance_px": who.eye_distance * scale * wanted.width_px / window.width,
        "hair_from_top_px": top,
        "eyes_from_bottom_px": wanted.height_px - y,
        "eyes_from_left_px": x,
    }


@cache
def as_photographed(who: Photographed) -> Image:
    """Return the file as it is, with what truly was behind the person."""
    image = cv2.imread(str(FOLDER / f"{who.name}.jpg"))
    assert image is not None
    return as_image(image)


@cache
def _cut_out(name: str) -> tuple[Image, Image]:
    image = cv2.imread(str(FOLDER / f"{name}.jpg"))
    mask = cv2.imread(str(FOLDER / f"{name}_mask.png"), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    assert mask is not None
    return as_image(image), as_image(cv2.GaussianBlur(mask, (0, 0), 1.0))
