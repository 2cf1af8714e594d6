"""From a captured picture to a portrait: face, findings, crop to the ID-photo format, JPEG.

Pure but for OpenCV and Pillow; runs in the camera's worker. No pixel is invented, smoothed or
brightened: authorities forbid beautified portraits. Where the crop would reach beyond the picture,
it is moved or made smaller instead.
"""

from __future__ import annotations

import io
import math
from dataclasses import replace

import cv2
from PIL import Image as PillowImage

from devices.camera.answers import WHOLE
from devices.camera.faces import Face, FaceDetector, with_refined_eyes
from devices.camera.formats import PhotoFormat
from devices.camera.picture import Image, as_image, fitted
from devices.camera.quality import judge
from kiosk.domain import Findings, Photo

DETECTION_PX = (640, 360)
"""Faces are looked for on a copy that fits into this: 9 ms for YuNet, not 52 as on 1280 x 720."""

WHOLE_QUALITY, WHOLE_DPI = 85, 96

WHOLE_PX = (1600, 1200)
"""A whole picture fits into this: the print on a card can be read, and it stays below 400 kB."""

BEST_QUALITY, LEAST_QUALITY = 95, 60
"""JPEG qualities that are tried to meet the format's file size."""

LEAST_TURN_DEG, LARGEST_TURN_DEG = 1.0, 15.0
"""A tilt of the head between these is levelled: measuring is no better, and more is no portrait."""

_Window = tuple[int, int, int, int]


def find_faces(image: Image, detector: FaceDetector) -> tuple[Face, ...]:
    """Return the faces of a picture, the largest first and with its eyes refined."""
    small, scale = fitted(image, *DETECTION_PX)
    faces = tuple(face.scaled(1 / scale) for face in detector.find(small))
    return tuple(with_refined_eyes(face, image) for face in faces[:1]) + faces[1:]


def look_at(image: Image, detector: FaceDetector, photo_format: PhotoFormat) -> Findings:
    """Return the findings on a live picture."""
    return judge(image, find_faces(image, detector), photo_format, detector.name)


def make_portrait(
    image: Image, detector: FaceDetector, photo_format: PhotoFormat, *, simulated: bool
) -> Photo:
    """Return the portrait of the largest face, or of the middle of the picture when there is none.

    `findings.face_box` is in pixels of the portrait; everything else was measured on the whole
    picture.
    """
    faces = find_faces(image, detector)
    findings = judge(image, faces, photo_format, detector.name)
    face = faces[0] if faces else None
    if face is not None:
        image, face = _levelled(image, face)
    window = _window(image, face, photo_format)
    crop = _cropped(image, window, photo_format)
    if face is not None:
        findings = replace(findings, face_box=_box_in(window, face, photo_format))
    return Photo(
        jpeg=encode(crop, photo_format),
        width_px=photo_format.width_px,
        height_px=photo_format.height_px,
        format_id=photo_format.id,
        findings=findings,
        simulated=simulated,
    )


def make_whole(image: Image, *, simulated: bool) -> Photo:
    """Return the whole picture as JPEG, made smaller where it is very large."""
    image, _ = fitted(image, *WHOLE_PX)
    height, width = image.shape[:2]
    jpeg = _jpeg(image, WHOLE_QUALITY, WHOLE_DPI)
    return Photo(jpeg, width, height, WHOLE, Findings(), simulated=simulated)


def encode(image: Image, photo_format: PhotoFormat) -> bytes:
    """Return the picture as JPEG in the best quality that keeps to the format's file size.

    A kilobyte is taken as 1000 bytes for the upper limit, so that it is kept however the receiver
    counts. A plain picture may stay below the lower limit at the best quality; one full of detail
    may exceed the upper one at the least.
    """
    low, high = LEAST_QUALITY, BEST_QUALITY
    best = _jpeg(image, low, photo_format.dpi)
    while low < high:  # the size grows with the quality, so halving finds the best one that fits
        quality = (low + high + 1) // 2
        jpeg = _jpeg(image, quality, photo_format.dpi)
        if len(jpeg) <= photo_format.max_kb * 1000:
            low, best = quality, jpeg
        else:
            high = quality - 1
    return best


def _jpeg(image: Image, quality: int, dpi: int) -> bytes:
    """Return a JFIF file with its resolution, which OpenCV would not write."""
    file = io.BytesIO()
    rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    PillowImage.fromarray(rgb).save(file, "JPEG", quality=quality, dpi=(dpi, dpi), optimize=True)
    return file.getvalue()


def _levelled(image: Image, face: Face) -> tuple[Image, Face]:
    """Return picture and face turned so that the eyes are level; without landmarks, as they are."""
    if not face.has_landmarks or not LEAST_TURN_DEG < abs(face.roll_deg) < LARGEST_TURN_DEG:
        return image, face
    (x1, y1), (x2, y2) = face.eyes
    x, y = face.between_eyes
    turn = cv2.getRotationMatrix2D((x, y), face.roll_deg, 1.0)
    size = (image.shape[1], image.shape[0])
    turned = cv2.warpAffine(
        image, turn, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    reach = math.hypot(x2 - x1, y2 - y1) / 2
    return as_image(turned), replace(face, eyes=((x - reach, y), (x + reach, y)))


def _window(image: Image, face: Face | None, photo_format: PhotoFormat) -> _Window:
    """Return the part of the picture that becomes the portrait: left, top, width, height."""
    height, width = image.shape[:2]
    if face is None:
        across = width * 1.0
        x, y = width / 2, height / 2
        above = 0.5
    else:
        across = photo_format.width_px * face.width / photo_format.face_width_px
        x, y = face.between_eyes
        above = 1 - photo_format.eyes_from_bottom_px / photo_format.height_px
    ratio = photo_format.height_px / photo_format.width_px
    across = min(across, width, height / ratio)
    down = across * ratio
    left = min(max(x - across / 2, 0), width - across)
    top = min(max(y - down * above, 0), height - down)
    return (round(left), round(top), max(2, math.floor(across)), max(2, math.floor(down)))


def _cropped(image: Image, window: _Window, photo_format: PhotoFormat) -> Image:
    """Return the window in the format's size."""
    left, top, width, height = window
    part = image[top : top + height, left : left + width]
    shrinks = width > photo_format.width_px
    size = (photo_format.width_px, photo_format.height_px)
    return as_image(
        cv2.resize(part, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    )


def _box_in(window: _Window, face: Face, photo_format: PhotoFormat) -> tuple[int, int, int, int]:
    """Return the face's box in pixels of the portrait."""
    left, top, width, height = window
    across, down = photo_format.width_px / width, photo_format.height_px / height
    x, y, w, h = face.box
    return (
        round((x - left) * across),
        round((y - top) * down),
        round(w * across),
        round(h * down),
    )
