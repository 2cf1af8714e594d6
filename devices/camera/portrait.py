"""From a captured picture to a portrait: levelled, cropped to the ID-photo format, JPEG, report.

Pure but for OpenCV and Pillow; runs in the camera's worker. No pixel is invented, smoothed or
brightened: authorities forbid beautified portraits.
"""

from __future__ import annotations

import io
import math
from dataclasses import replace

import cv2
from PIL import Image as PillowImage

from devices.camera.answers import WHOLE
from devices.camera.crop import Window, window_in
from devices.camera.faces import Face, FaceDetector
from devices.camera.formats import PhotoFormat
from devices.camera.head import head_of
from devices.camera.limits import Limits
from devices.camera.picture import Image, as_image, fitted
from devices.camera.quality import judge
from devices.camera.report import report_on
from devices.camera.seen import Seen, see
from kiosk.photos import Findings, Photo

WHOLE_QUALITY, WHOLE_DPI = 85, 96

WHOLE_PX = (1600, 1200)
"""A whole picture fits into this: the print on a card can be read, and it stays below 400 kB."""

BEST_QUALITY, LEAST_QUALITY = 95, 50
"""JPEG qualities that are tried to meet the format's file size."""

LEAST_TURN_DEG, LARGEST_TURN_DEG = 1.0, 15.0
"""A tilt of the head between these is levelled: measuring is no better, and more is no portrait."""


def look_at(
    image: Image, detector: FaceDetector, photo_format: PhotoFormat, limits: Limits
) -> Findings:
    """Return the findings on a live picture."""
    return judge(see(image, detector, photo_format), photo_format, limits)


def make_portrait(
    image: Image,
    detector: FaceDetector,
    photo_format: PhotoFormat,
    limits: Limits,
    *,
    simulated: bool,
) -> Photo:
    """Return the portrait of the largest face, or of the middle of the picture when there is none.

    `findings.face_box` is in pixels of the portrait; everything else was measured on the whole
    picture, before it was levelled.
    """
    seen = see(image, detector, photo_format)
    findings = judge(seen, photo_format, limits)
    cut = _levelled(seen, photo_format)
    jpeg = encode(_cropped(cut.image, cut.window, photo_format), photo_format)
    if cut.faces:
        findings = replace(findings, face_box=_box_in(cut.window, cut.faces[0], photo_format))
    report = report_on(cut, limits, photo_format, len(jpeg))
    return Photo(
        jpeg=jpeg,
        width_px=photo_format.width_px,
        height_px=photo_format.height_px,
        format_id=photo_format.id,
        findings=replace(findings, quality=report),
        simulated=simulated,
    )


def make_whole(image: Image, *, simulated: bool) -> Photo:
    """Return the whole picture as JPEG, made smaller where it is very large."""
    image, _ = fitted(image, *WHOLE_PX)
    height, width = image.shape[:2]
    rgb = PillowImage.fromarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
    jpeg = _jpeg(rgb, WHOLE_QUALITY, WHOLE_DPI)
    return Photo(jpeg, width, height, WHOLE, Findings(), simulated=simulated)


def encode(image: Image, photo_format: PhotoFormat) -> bytes:
    """Return the picture as JPEG in the best quality that keeps to the format's file size.

    A kilobyte is taken as 1000 bytes for the upper limit, so that it is kept however the receiver
    counts. A plain picture may stay below the lower limit at the best quality; one full of detail
    may exceed the upper one at the least.
    """
    rgb = PillowImage.fromarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
    most_bytes = photo_format.file_kb.most * 1000
    low, high = LEAST_QUALITY, BEST_QUALITY
    best = _jpeg(rgb, high, photo_format.dpi)
    if len(best) <= most_bytes:
        return best
    over_bytes = len(best)
    best = _jpeg(rgb, low, photo_format.dpi)
    while high - low > 1 and len(best) < most_bytes:
        # From quality 50 on libjpeg divides by steps of 100 - quality. The size is nearly a power
        # of them, so the guess is seldom far off.
        share = math.log(most_bytes / len(best)) / math.log(over_bytes / len(best))
        steps = (100 - low) * ((100 - high) / (100 - low)) ** share
        quality = min(max(round(100 - steps), low + 1), high - 1)
        jpeg = _jpeg(rgb, quality, photo_format.dpi)
        if len(jpeg) <= most_bytes:
            low, best = quality, jpeg
        else:
            high, over_bytes = quality, len(jpeg)
    return best


def _jpeg(rgb: PillowImage.Image, quality: int, dpi: int) -> bytes:
    """Return a JFIF file with its resolution, which OpenCV would not write."""
    file = io.BytesIO()
    rgb.save(file, "JPEG", quality=quality, dpi=(dpi, dpi), optimize=True)
    return file.getvalue()


def _levelled(seen: Seen, photo_format: PhotoFormat) -> Seen:
    """Return the picture turned so that the eyes are level; without landmarks, as it is.

    The report keeps what was measured before: turning softens a little.
    """
    if not seen.faces:
        return seen
    face = seen.faces[0]
    if not face.has_landmarks or not LEAST_TURN_DEG < abs(face.roll_deg) < LARGEST_TURN_DEG:
        return seen
    x, y = face.between_eyes
    turn = cv2.getRotationMatrix2D((x, y), face.roll_deg, 1.0)
    height, width = seen.image.shape[:2]
    turned = as_image(
        cv2.warpAffine(
            seen.image,
            turn,
            (width, height),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )
    level = face.levelled()
    head = head_of(turned, level)
    return replace(
        seen,
        image=turned,
        faces=(level, *seen.faces[1:]),
        head=head,
        window=window_in(width, height, head, photo_format),
    )


def _cropped(image: Image, window: Window, photo_format: PhotoFormat) -> Image:
    """Return the window in the format's size."""
    left, top, width, height = (
        round(side) for side in (window.left, window.top, window.width, window.height)
    )
    part = image[top : top + height, left : left + width]
    shrinks = width > photo_format.width_px
    size = (photo_format.width_px, photo_format.height_px)
    return as_image(
        cv2.resize(part, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    )


def _box_in(window: Window, face: Face, photo_format: PhotoFormat) -> tuple[int, int, int, int]:
    """Return the face's box in pixels of the portrait."""
    x, y, w, h = face.box
    left, top = window.place(x, y, photo_format)
    right, bottom = window.place(x + w, y + h, photo_format)
    return (round(left), round(top), round(right - left), round(bottom - top))
