"""What is good and bad about a portrait: measures after ISO/IEC 29794-5, and advice from them.

Pure. The thresholds are where to start from: they were found on one photographed face and on drawn
ones, and want checking on the real camera and booth, with people of all skin tones.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from devices.camera.faces import Face
from devices.camera.formats import PhotoFormat
from devices.camera.picture import Image, as_image, grey
from kiosk.domain import Advice, Findings

DARKEST, BRIGHTEST = 0.25, 0.80
"""Mean luminance of a face, of 1."""

DARKEST_IN_GOOD_LIGHT = 0.10
"""The same in a well lit picture: there a dark face is dark skin, and no lamp would change it."""

WELL_LIT = 0.40
"""Median luminance of a well lit picture."""

DARK_ROOM = 0.15
"""Mean luminance below which darkness explains that no face was found."""

MOST_OVEREXPOSED = 0.02
"""Share of the face at 247 of 255 or above: there the skin's drawing is lost."""

LEAST_LEFT_RIGHT = 0.70
"""The darker cheek's luminance of the brighter one's."""

LEAST_SHARPNESS = 0.05
"""Mean squared gradient over squared mean of the face at 256 px; 4 px of blur take 4/5 of it."""

SECOND_FACE = 0.10
"""A second face counts from this share of the first one's area."""

LARGEST_ROLL_DEG = 8.0
LEAST_OF_FORMAT = 0.80
"""A face may be enlarged to the format by a quarter, no more."""

OFF_CENTRE = 0.04
"""How far beside its window the format's crop may be, of the crop's width."""

_FACE_AT_PX = 256


def judge(
    image: Image, faces: tuple[Face, ...], photo_format: PhotoFormat, detector: str
) -> Findings:
    """Return what was measured on a picture and what would make it better, most helpful first."""
    luminance = grey(image)
    if not faces:
        return _nobody(luminance, detector)
    face = faces[0]
    measures = _light(luminance, face)
    measures["left_right"] = _left_right(luminance, face)
    measures["sharpness"] = _sharpness(luminance, face)
    measures["face_width_px"] = face.width
    (x1, y1), (x2, y2) = face.eyes
    measures["eye_distance_px"] = math.hypot(x2 - x1, y2 - y1)
    if face.has_landmarks:
        measures["roll_deg"] = face.roll_deg
    x, y, width, height = face.box
    return Findings(
        advice=_advice(measures, faces, image.shape[1], image.shape[0], photo_format),
        face_box=(round(x), round(y), round(width), round(height)),
        measures=tuple((name, round(value, 4)) for name, value in measures.items()),
        detector=detector,
    )


def _nobody(luminance: Image, detector: str) -> Findings:
    """Return the findings on a picture without a face."""
    mean = float(luminance.mean()) / 255
    # In the dark "no face" would be true and no help.
    advice = (Advice.TOO_DARK, Advice.NO_FACE) if mean < DARK_ROOM else (Advice.NO_FACE,)
    return Findings(
        advice=advice, measures=(("picture_luminance", round(mean, 4)),), detector=detector
    )


def _advice(
    measures: dict[str, float],
    faces: tuple[Face, ...],
    width: int,
    height: int,
    photo_format: PhotoFormat,
) -> tuple[Advice, ...]:
    """Return advice in the order in which following it helps most."""
    advice: list[Advice] = []
    face = faces[0]
    if len(faces) > 1 and faces[1].area >= SECOND_FACE * face.area:
        advice.append(Advice.SEVERAL_FACES)
    is_well_lit = measures["picture_median"] >= WELL_LIT
    if measures["luminance"] < (DARKEST_IN_GOOD_LIGHT if is_well_lit else DARKEST):
        advice.append(Advice.TOO_DARK)
    elif measures["luminance"] > BRIGHTEST or measures["overexposed"] > MOST_OVEREXPOSED:
        advice.append(Advice.TOO_BRIGHT)
    crop_width = photo_format.width_px * face.width / photo_format.face_width_px
    crop_height = crop_width * photo_format.height_px / photo_format.width_px
    if face.width < LEAST_OF_FORMAT * photo_format.face_width_px:
        advice.append(Advice.COME_CLOSER)
    elif crop_height > height or crop_width > width:
        advice.append(Advice.STEP_BACK)
    elif _is_off_centre(face, crop_width, crop_height, width, height, photo_format):
        advice.append(Advice.MOVE_TO_MIDDLE)
    if abs(measures.get("roll_deg", 0.0)) > LARGEST_ROLL_DEG:
        advice.append(Advice.HOLD_HEAD_STRAIGHT)
    if measures["left_right"] < LEAST_LEFT_RIGHT:
        advice.append(Advice.LIGHT_FROM_SIDE)
    if measures["sharpness"] < LEAST_SHARPNESS:
        advice.append(Advice.BLURRED)
    return tuple(advice)


def _is_off_centre(
    face: Face,
    crop_width: float,
    crop_height: float,
    width: int,
    height: int,
    photo_format: PhotoFormat,
) -> bool:
    """Say whether the format's crop around the face would reach beyond the picture."""
    x, y = face.between_eyes
    left = x - crop_width / 2
    top = y - crop_height * (1 - photo_format.eyes_from_bottom_px / photo_format.height_px)
    beyond = max(-left, left + crop_width - width, -top, top + crop_height - height)
    return beyond > OFF_CENTRE * crop_width


def _light(luminance: Image, face: Face) -> dict[str, float]:
    """Return how bright the face and its picture are."""
    inner = _inner(luminance, face)
    return {
        "luminance": float(inner.mean()) / 255,
        "overexposed": float((inner >= 247).mean()),
        "underexposed": float((inner <= 25).mean()),
        "picture_median": float(np.median(luminance[::8, ::8])) / 255,
    }


def _left_right(luminance: Image, face: Face) -> float:
    """Return the darker cheek's luminance over the brighter one's."""
    (x1, y1), (x2, y2) = face.eyes
    distance = math.hypot(x2 - x1, y2 - y1)
    side = max(2, round(distance * 0.3))
    cheeks = [
        float(_patch(luminance, x, y + distance * 0.65, side).mean()) + 1 for x, y in face.eyes
    ]
    return min(cheeks) / max(cheeks)


def _sharpness(luminance: Image, face: Face) -> float:
    """Return the Tenengrad of the face at a fixed size, without the influence of its brightness."""
    inner = _inner(luminance, face)
    height = max(2, round(_FACE_AT_PX * inner.shape[0] / inner.shape[1]))
    shrinks = inner.shape[1] > _FACE_AT_PX
    fixed = cv2.resize(
        inner,
        (_FACE_AT_PX, height),
        interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR,
    )
    across = cv2.Sobel(fixed, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(fixed, cv2.CV_32F, 0, 1)
    mean = max(float(np.mean(fixed)), 1.0)
    return float(np.mean(across * across + down * down)) / (mean * mean)


def _inner(luminance: Image, face: Face) -> Image:
    """Return the face without its margins, where hair and wall would be measured."""
    x, y, width, height = face.box
    top, bottom = round(y + 0.12 * height), round(y + 0.95 * height)
    left, right = round(x + 0.1 * width), round(x + 0.9 * width)
    return _within(luminance, left, top, right, bottom)


def _patch(luminance: Image, x: float, y: float, side: int) -> Image:
    """Return a square around a point."""
    left, top = round(x - side / 2), round(y - side / 2)
    return _within(luminance, left, top, left + side, top + side)


def _within(luminance: Image, left: int, top: int, right: int, bottom: int) -> Image:
    """Return what of a rectangle lies in the picture, at least two by two pixels."""
    height, width = luminance.shape[:2]
    left, top = min(max(left, 0), width - 2), min(max(top, 0), height - 2)
    return as_image(luminance[top : max(bottom, top + 2), left : max(right, left + 2)])
