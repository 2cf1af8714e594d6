"""What can be measured on a picture of a face without a trained model, after ISO/IEC 29794-5.

Pure. Every measure moves with its cause and stays with the rest: brightness is taken out of
sharpness, and skin out of light. Formulas and sources: docs/reference/photo-quality.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera.crop import Window
from devices.camera.faces import Face
from devices.camera.head import Head
from devices.camera.picture import Image, as_image

Floats = NDArray[np.float32]

FACE_AT_PX = 128
"""Sharpness is measured on a face of this width, so that near and far faces compare."""

REBLUR_PX = 9
"""How far the face of that width is blurred once more, to see what it loses."""

NOISE_SIGMA_PX = 0.7

BRIGHT_BYTE, DARK_BYTE = 247, 12
"""From and up to which of 255 the skin's drawing is lost; very dark skin in good light is at 20."""

WALL_BELOW_EYES = 0.3
"""So far below the eyes the wall is looked at, in widths of the face: above any shoulder."""

HAIR_HALF, HAIR_WIDE, HAIR_SPARE = 0.72, 0.92, 1.08
"""Half the width of a head with its hair: of the face's width at the least, of the hair's height
above the eyes where that is more; and what is spared above it."""

LEAST_WALL = 0.02
"""Of the part that is looked at, so much must be wall to tell."""

NATURAL_A, NATURAL_B = (5.0, 25.0), (5.0, 35.0)
"""CIE L*a*b* of skin in white light, ISO/IEC 29794-5 natural colour."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured; lengths in pixels of the picture, shares and lights of 1."""

    illumination: float
    """How much light there is, whatever the skin: the wall's, or that of the eyes' whites."""
    luminance: float
    """Mean of the face."""
    overexposed: float
    underexposed: float
    uniformity: float
    """The darker cheek's luminance of the brighter one's."""
    sharpness: float
    motion: float
    """How much less sharp one direction is than the other."""
    dynamic_range: float
    """Entropy of the face, in bits."""
    colour: float
    """Distance of the cheeks' colour from that of skin in white light, in CIE L*a*b*."""
    eye_distance: float
    roll_deg: float


def measure(image: Image, luminance: Image, face: Face) -> Measures:
    """Return the measures of a face; `luminance` is the grey picture."""
    inner = _inner(luminance, face)
    sharpness, motion = _edges(inner)
    (x1, y1), (x2, y2) = face.eyes
    return Measures(
        illumination=_illumination(luminance, face),
        luminance=float(inner.mean()) / 255,
        overexposed=float((inner >= BRIGHT_BYTE).mean()),
        underexposed=float((inner <= DARK_BYTE).mean()),
        uniformity=_uniformity(luminance, face),
        sharpness=sharpness,
        motion=motion,
        dynamic_range=_entropy(inner),
        colour=_colour(image, face),
        eye_distance=math.hypot(x2 - x1, y2 - y1),
        roll_deg=face.roll_deg,
    )


def picture_light(luminance: Image) -> float:
    """Return how much light there is in a whole picture: its bright parts, not its mean."""
    return float(np.percentile(luminance[::8, ::8], 90)) / 255


@dataclass(frozen=True, slots=True)
class Wall:
    """The wall on both sides of a head."""

    luminance: float
    """Mean, of 1."""
    deviation: float
    """Standard deviation, of 1."""
    clutter: float
    """Mean gradient (Sobel) at the size of the photo, of 255 per pixel; 0 for a plain wall."""


def wall_beside(
    luminance: Image, head: Head, roll_deg: float, window: Window, height_px: int
) -> Wall | None:
    """Return how the wall is within a portrait's window, above the shoulders and around the head.

    `luminance` is the grey picture, `height_px` the photo's height. None where too little of the
    wall is in the picture to tell.
    """
    height, width = luminance.shape[:2]
    x, y = head.eyes
    left, top = max(round(window.left), 0), max(round(window.top), 0)
    right = min(round(window.left + window.width), width)
    bottom = min(round(y + WALL_BELOW_EYES * head.face_width), height)
    if right - left < 8 or bottom - top < 8:
        return None
    scale = min(1.0, height_px / window.height)
    size = (max(4, round((right - left) * scale)), max(4, round((bottom - top) * scale)))
    part = luminance[top:bottom, left:right]
    shown = as_image(cv2.resize(part, size, interpolation=cv2.INTER_AREA))
    across = np.linspace(left - x, right - x, size[0], dtype=np.float32)[None, :]
    down = np.linspace(top - y, bottom - y, size[1], dtype=np.float32)[:, None]
    is_wall = ~_is_hair(across, down, head, roll_deg)
    if float(is_wall.mean()) < LEAST_WALL:
        return None
    pixels = shown[is_wall]
    gradient = _gradient(as_image(cv2.GaussianBlur(shown, (5, 5), 0)))[is_wall]
    mean, deviation = float(pixels.mean()) / 255, float(pixels.std()) / 255
    return Wall(mean, deviation, float(gradient.mean()))


def _is_hair(across: Floats, down: Floats, head: Head, roll_deg: float) -> NDArray[np.bool_]:
    """Return where hair may be, for points that far from the eyes: within a rounded arch as wide as
    full hair of that height is, and below the eyes, where long hair falls, between its feet.
    """
    roll = math.radians(roll_deg)
    arch = HAIR_SPARE * max(head.hair_above_eyes, head.face_width / 2)
    half = max(HAIR_HALF * head.face_width, HAIR_WIDE * head.hair_above_eyes)
    aside = np.abs(across * (math.cos(roll) / half) + down * (math.sin(roll) / half))
    above = np.maximum(across * (math.sin(roll) / arch) - down * (math.cos(roll) / arch), 0)
    inside: NDArray[np.bool_] = aside * aside * aside + above * above * above < 1
    return inside


def _gradient(luminance: Image) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    across = cv2.Sobel(luminance, cv2.CV_32F, 1, 0, scale=0.25)
    down = cv2.Sobel(luminance, cv2.CV_32F, 0, 1, scale=0.25)
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _illumination(luminance: Image, face: Face) -> float:
    """Return the light on a face without its skin: what is bright around it, or in its eyes."""
    (x1, y1), (x2, y2) = face.eyes
    distance = math.hypot(x2 - x1, y2 - y1)
    around = _within(
        luminance,
        round(face.box[0] - 0.8 * face.width),
        round(face.box[1] - 0.6 * face.width),
        round(face.box[0] + 1.8 * face.width),
        round(face.box[1] + face.box[3]),
    )
    lights = [float(np.percentile(around[::4, ::4], 90))]
    if face.has_landmarks:
        side = max(4, round(0.3 * distance))
        lights += [
            float(np.percentile(_patch(luminance, x, y + 0.04 * distance, side), 95))
            for x, y in face.eyes
        ]
    return max(lights) / 255


def _uniformity(luminance: Image, face: Face) -> float:
    """Return the darker cheek's luminance over the brighter one's."""
    cheeks = [float(patch.mean()) + 1 for patch in _cheeks(luminance, face)]
    return min(cheeks) / max(cheeks)


def _colour(image: Image, face: Face) -> float:
    """Return how far the cheeks are from skin in white light; a grey picture is far from it."""
    cheeks = np.concatenate([patch.reshape(-1, 3) for patch in _cheeks(image, face)])
    mean = cheeks.mean(axis=0).astype(np.float32).reshape(1, 1, 3) / 255
    _, a, b = (float(value) for value in cv2.cvtColor(mean, cv2.COLOR_BGR2LAB)[0, 0])
    beside_a = max(NATURAL_A[0] - a, a - NATURAL_A[1], 0.0)
    beside_b = max(NATURAL_B[0] - b, b - NATURAL_B[1], 0.0)
    return math.hypot(beside_a, beside_b)


def _edges(inner: Image) -> tuple[float, float]:
    """Return sharpness and motion.

    A sharp picture loses much when it is blurred once more, one that is blurred already loses
    little; how much, is a share, so that neither light nor skin moves it. It is taken across and
    down: sharpness is the lesser of the two, motion their difference, since what moves smears one
    direction and leaves the other.
    """
    height = max(2, round(FACE_AT_PX * inner.shape[0] / inner.shape[1]))
    shrinks = inner.shape[1] > FACE_AT_PX
    fixed = cv2.resize(
        inner,
        (FACE_AT_PX, height),
        interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR,
    )
    # A sensor's noise is sharp in any picture: without this it would pass for sharpness.
    calm = cv2.GaussianBlur(fixed.astype(np.float32), (0, 0), NOISE_SIGMA_PX)
    lost = []
    for axis, size in ((1, (REBLUR_PX, 1)), (0, (1, REBLUR_PX))):
        before = np.diff(calm, axis=axis)
        after = np.diff(cv2.blur(calm, size), axis=axis)
        energy = float(np.mean(before * before))
        lost.append(1 - float(np.mean(after * after)) / energy if energy > 0.01 else 0.0)
    return max(min(lost), 0.0), max(lost) - min(lost)


def _entropy(inner: Image) -> float:
    counts = cv2.calcHist([inner], [0], None, [256], [0, 256])
    shares = counts[counts > 0] / inner.size
    return float(-(shares * np.log2(shares)).sum())


def _cheeks(image: Image, face: Face) -> list[Image]:
    """Return a square below each eye."""
    (x1, y1), (x2, y2) = face.eyes
    distance = math.hypot(x2 - x1, y2 - y1)
    side = max(2, round(distance * 0.3))
    roll = math.radians(face.roll_deg)
    dx, dy = -math.sin(roll) * distance * 0.65, math.cos(roll) * distance * 0.65
    return [_patch(image, x + dx, y + dy, side) for x, y in face.eyes]


def _inner(luminance: Image, face: Face) -> Image:
    """Return the face without its margins, where hair and wall would be measured."""
    x, y, width, height = face.box
    return _within(
        luminance,
        round(x + 0.1 * width),
        round(y + 0.12 * height),
        round(x + 0.9 * width),
        round(y + 0.95 * height),
    )


def _patch(image: Image, x: float, y: float, side: int) -> Image:
    """Return a square around a point."""
    left, top = round(x - side / 2), round(y - side / 2)
    return _within(image, left, top, left + side, top + side)


def _within(image: Image, left: int, top: int, right: int, bottom: int) -> Image:
    """Return what of a rectangle lies in the picture, at least two by two pixels."""
    height, width = image.shape[:2]
    left, top = min(max(left, 0), width - 2), min(max(top, 0), height - 2)
    return as_image(image[top : max(bottom, top + 2), left : max(right, left + 2)])
