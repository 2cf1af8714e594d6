"""Drawn people of many tones before many walls, and what a drawing tells that no detector need."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from devices.camera.crop import Window
from devices.camera.drawn_face import CHIN, EAR, EYE, HAIR, Sitter, draw_sitter, middle_of
from devices.camera.faces import FaceDetector, load_detector
from devices.camera.formats import PhotoFormat, load_photo_formats
from devices.camera.head import Head
from devices.camera.picture import Image, as_image
from tests.support.faces import ROOT, YUNET_SHA256, yunet_file

FORMATS = load_photo_formats(ROOT / "assets" / "photo_formats.toml")
ID_CARD = FORMATS["cn.id_card"]

TONES = (0.0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0)
"""Skin from the darkest to the lightest."""

WALLS = {
    "white": (250, 250, 250),
    "grey": (200, 200, 200),
    "blue": (230, 200, 170),
    "dark": (60, 60, 60),
}


def cascade() -> FaceDetector:
    """Return the detector that ships."""
    return load_detector("", "")


def yunet() -> FaceDetector:
    """Return the detector that a deployer supplies, or skip the test."""
    return load_detector(str(yunet_file()), YUNET_SHA256)


def drawn(sitter: Sitter, size: tuple[int, int] = (1280, 720), seed: int = 0) -> Image:
    """Return a sitter as a camera sees them."""
    picture = draw_sitter(sitter, *size).astype(np.int16) + _noise(size, seed % 3)
    return as_image(np.clip(picture, 0, 255).astype(np.uint8))


@lru_cache(maxsize=6)
def _noise(size: tuple[int, int], seed: int) -> NDArray[np.int16]:
    """Return a sensor's noise; making it takes longer than drawing a face."""
    random = np.random.default_rng(seed)
    return np.rint(random.normal(0, 3, (size[1], size[0], 3))).astype(np.int16)


def true_head(sitter: Sitter, size: tuple[int, int]) -> Head:
    """Return the head as it was drawn, upright."""
    unit = sitter.face_width * size[1]
    x, y = middle_of(sitter, *size)
    return Head(
        eyes=(x, y),
        eye_distance=2 * EYE * unit,
        face_width=unit,
        hair_y=y - (HAIR + sitter.hair) * unit,
        chin_y=y + CHIN * unit,
        is_hair_seen=True,
    )


def true_values(
    sitter: Sitter, size: tuple[int, int], window: Window, wanted: PhotoFormat
) -> dict[str, float]:
    """Return where the drawn head truly came to lie in the photo, by the format's rules."""
    head = true_head(sitter, size)
    across = wanted.width_px / window.width
    x, y = window.place(*head.eyes, wanted)
    hair = window.place(head.eyes[0], head.hair_y, wanted)[1]
    chin = window.place(head.eyes[0], head.chin_y, wanted)[1]
    return {
        "face_width_px": head.face_width * across,
        "head_width_px": 2 * EAR * head.face_width * across,
        "head_height_px": chin - hair,
        "eye_distance_px": head.eye_distance * across,
        "hair_from_top_px": hair,
        "eyes_from_bottom_px": wanted.height_px - y,
        "eyes_from_left_px": x,
    }
