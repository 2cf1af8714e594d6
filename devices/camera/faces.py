"""Finding faces: with the cascade of OpenCV's wheel, or with YuNet if a deployer supplies its file.

YuNet sees faces that the cascade misses (turned, dark, dark-skinned) and tells where the eyes are.
Its file was trained on a research collection, which is why it does not come with the program
(`assets/models/README.md`).
"""

from __future__ import annotations

import hashlib
import math
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from devices.camera.picture import Image, grey
from devices.worker_child import LOG_PREFIX

CASCADE = "haarcascade_frontalface_alt2.xml"
"""The one with the fewest inventions: 1 in 23 pictures without a portrait, `default` 18."""

SMALLEST_FACE = 0.2
"""Smallest face that is looked for, of the picture's height; smaller costs ten times as much."""

YUNET_SCORE = 0.8
"""Below it YuNet takes other things for faces; at it, none in 23 pictures."""

PUPIL_REACH = 0.06
"""How wide a pupil's neighbourhood is, of the face's width; brows begin at 0.1."""

PUPIL_STEPS = 8

PUPIL_SAMPLES = 12
"""So many pixels of a pupil's reach are looked at; a large picture has no finer centroid."""

LARGEST_CORRECTION_DEG = 8.0
"""Beyond it the pupils were not what was found."""

# Of the square that the cascade answers: where eyes and cheekbones are. From faces with 0.30, 0.69
# and 0.39 measured.
_CASCADE_EYES_X = (0.30, 0.70)
_CASCADE_EYES_Y = 0.39
_CASCADE_FACE_WIDTH = 0.82


@dataclass(frozen=True, slots=True)
class Face:
    """A face in pixels of the picture it was looked for in.

    The first eye is the left one in the picture. `width` is from cheekbone to cheekbone. Without
    `has_landmarks` the eyes are where they usually are.
    """

    box: tuple[float, float, float, float]
    eyes: tuple[tuple[float, float], tuple[float, float]]
    width: float
    has_landmarks: bool

    @property
    def area(self) -> float:
        """The area of the box."""
        return self.box[2] * self.box[3]

    @property
    def between_eyes(self) -> tuple[float, float]:
        """The point between the eyes."""
        (x1, y1), (x2, y2) = self.eyes
        return ((x1 + x2) / 2, (y1 + y2) / 2)

    @property
    def roll_deg(self) -> float:
        """The slope of the line through the eyes, clockwise in the picture."""
        (x1, y1), (x2, y2) = self.eyes
        return math.degrees(math.atan2(y2 - y1, x2 - x1))

    def levelled(self) -> Face:
        """Return the same face once its picture is turned so that the eyes are level."""
        (x1, y1), (x2, y2) = self.eyes
        x, y = self.between_eyes
        reach = math.hypot(x2 - x1, y2 - y1) / 2
        return replace(self, eyes=((x - reach, y), (x + reach, y)))

    def scaled(self, factor: float) -> Face:
        """Return the same face in a picture of another size."""
        x, y, w, h = self.box
        (x1, y1), (x2, y2) = self.eyes
        return Face(
            (x * factor, y * factor, w * factor, h * factor),
            ((x1 * factor, y1 * factor), (x2 * factor, y2 * factor)),
            self.width * factor,
            self.has_landmarks,
        )


class FaceDetector(Protocol):
    """Finds faces in a picture (BGR)."""

    @property
    def name(self) -> str:
        """What it is called in reports."""

    @property
    def is_fair(self) -> bool:
        """Whether it finds people of all skin tones alike: else nothing is advised about faces."""

    @property
    def needs_refining(self) -> bool:
        """Whether its eyes are near the pupils and not on them."""

    def find(self, image: Image) -> tuple[Face, ...]:
        """Return the faces of a picture, the largest first."""


class CascadeDetector:
    """Viola-Jones on the whole picture; knows frontal, upright faces, and misses dark ones."""

    name = "cascade"
    is_fair = False
    needs_refining = False

    def __init__(self) -> None:
        """Load the cascade from the wheel (5 ms)."""
        path = Path(cv2.__file__).parent / "data" / CASCADE
        if not path.exists():  # OpenCV 5 and Debian's own package come without
            raise FileNotFoundError(path)
        self._cascade = cv2.CascadeClassifier(str(path))

    def find(self, image: Image) -> tuple[Face, ...]:
        """Return the faces of a picture, the largest first."""
        least = round(image.shape[0] * SMALLEST_FACE)
        boxes = self._cascade.detectMultiScale(
            grey(image), scaleFactor=1.1, minNeighbors=3, minSize=(least, least)
        )
        faces = [self._face(*(float(side) for side in box)) for box in boxes]
        return tuple(sorted(faces, key=lambda face: face.area, reverse=True))

    @staticmethod
    def _face(x: float, y: float, width: float, height: float) -> Face:
        """Return the face that usually is in such a square; its own box is narrower."""
        face_width = width * _CASCADE_FACE_WIDTH
        eyes_y = y + height * _CASCADE_EYES_Y
        left, right = (x + width * share for share in _CASCADE_EYES_X)
        box = (x + (width - face_width) / 2, y, face_width, height)
        return Face(box, ((left, eyes_y), (right, eyes_y)), face_width, has_landmarks=False)


class YunetDetector:
    """YuNet (cv2.FaceDetectorYN): a small network with five landmarks per face."""

    name = "yunet"
    is_fair = True
    needs_refining = True

    def __init__(self, model: bytes) -> None:
        """Build the network from the file's bytes; cv2.error if they are none."""
        buffer = np.frombuffer(model, np.uint8)
        self._network = cv2.FaceDetectorYN.create(
            "onnx", buffer, np.empty(0, np.uint8), (320, 320), YUNET_SCORE, 0.3, 50
        )

    def find(self, image: Image) -> tuple[Face, ...]:
        """Return the faces of a picture, the largest first."""
        height, width = image.shape[:2]
        self._network.setInputSize((width, height))
        rows: object = self._network.detect(image)[1]
        if rows is None:
            return ()
        faces = [self._face([float(value) for value in row]) for row in np.asarray(rows)]
        return tuple(sorted(faces, key=lambda face: face.area, reverse=True))

    @staticmethod
    def _face(row: list[float]) -> Face:
        """Return a row of the answer: box, both eyes, nose, mouth corners, score."""
        x, y, width, height, x1, y1, x2, y2 = row[:8]
        return Face((x, y, width, height), ((x1, y1), (x2, y2)), width, has_landmarks=True)


def load_detector(model: str, sha256: str) -> FaceDetector:
    """Return YuNet from the file `model` if it has the given checksum, otherwise the cascade.

    A camera with the lesser detector serves residents better than none: what is wrong with the file
    is said on standard error, and `Findings.detector` tells which one looked.
    """
    if not model:
        return CascadeDetector()
    try:
        raw = Path(model).read_bytes()
        if hashlib.sha256(raw).hexdigest() == sha256.lower():
            # From the bytes that were checked, not from a file that could have changed since.
            return YunetDetector(raw)
        problem = "has another sha256 than the settings say"
    except OSError as error:
        problem = f"can't be read (errno {error.errno})"
    except cv2.error:
        problem = "is no network that this OpenCV can load"
    sys.stderr.write(
        f"{LOG_PREFIX}CAMERA_MODEL_REFUSED file={model} {problem}; using the cascade\n"
    )
    sys.stderr.flush()
    return CascadeDetector()


def with_refined_eyes(face: Face, luminance: Image) -> Face:
    """Return the face with each landmark moved to the pupil near it, on the grey picture at its own
    size.

    YuNet reads a tilt of the head as three quarters of it, less still on small pictures. Where both
    pupils are not found in a plausible place (glasses, closed eyes), the landmarks stay.
    """
    if not face.has_landmarks:
        return face
    left, right = (_pupil_near(luminance, eye, face.width * PUPIL_REACH) for eye in face.eyes)
    refined = Face(face.box, (left, right), face.width, has_landmarks=True)
    if abs(refined.roll_deg - face.roll_deg) > LARGEST_CORRECTION_DEG:
        return face
    return _at_height_of(face, refined)


def _at_height_of(face: Face, refined: Face) -> Face:
    """Return the refined eyes at the height of the landmarks: brows and lids draw both pupils up,
    which leaves the slope of their line alone, and the landmarks' middle is right within 2 %.
    """
    (x, y), (was_x, was_y) = refined.between_eyes, face.between_eyes
    roll = math.radians(refined.roll_deg)
    down = (-math.sin(roll), math.cos(roll))
    shift = (was_x - x) * down[0] + (was_y - y) * down[1]
    left, right = ((ex + shift * down[0], ey + shift * down[1]) for ex, ey in refined.eyes)
    return replace(refined, eyes=(left, right))


def _pupil_near(luminance: Image, eye: tuple[float, float], reach: float) -> tuple[float, float]:
    """Return the centre of what is dark near a point, nearer darkness counting more.

    The window moves with what it finds (mean shift), so that a brow at its edge does not draw it
    away.
    """
    height, width = luminance.shape[:2]
    x, y = eye
    step = max(1, round(reach / PUPIL_SAMPLES))
    for _ in range(PUPIL_STEPS):
        left, right = max(0, round(x - 2 * reach)), min(width, round(x + 2 * reach) + 1)
        top, bottom = max(0, round(y - 2 * reach)), min(height, round(y + 2 * reach) + 1)
        if right - left < 5 or bottom - top < 5:
            return eye
        window = luminance[top:bottom:step, left:right:step].astype(np.float64)
        ys, xs = np.mgrid[top:bottom:step, left:right:step]
        near = np.exp(-((xs - x) ** 2 + (ys - y) ** 2) / (2 * reach * reach))
        weight = near * np.clip(np.average(window, weights=near) - window, 0, None)
        total = float(weight.sum())
        if total <= 0:
            return eye
        x, y = float((weight * xs).sum() / total), float((weight * ys).sum() / total)
    return (x, y)
