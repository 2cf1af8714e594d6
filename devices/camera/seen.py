"""One picture with everything found and measured on it, once: advice, report and crop share it.

Pure but for OpenCV. Faces are looked for on a small copy; what is measured is measured on the face
alone, at the picture's own size.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from devices.camera.crop import Window, middle_window, wanted_window, window_in
from devices.camera.faces import Face, FaceDetector, with_refined_eyes
from devices.camera.formats import PhotoFormat
from devices.camera.head import Head, head_of
from devices.camera.measures import Measures, Wall, measure, picture_light, wall_beside
from devices.camera.picture import Image, fitted, grey

DETECTION_PX = (640, 360)
"""Faces are looked for on a copy that fits into this: 9 ms for YuNet, not 52 as on 1280 x 720."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture and what is in it. Without a face `window` is its middle, the rest None."""

    image: Image
    faces: tuple[Face, ...]
    light: float
    """How much light there is in the whole picture, of 1."""
    window: Window
    """What becomes the portrait."""
    wanted: Window | None
    """The same as if the picture had no end."""
    head: Head | None
    measures: Measures | None
    wall: Wall | None
    detector: str
    is_face_judged: bool

    def values(self) -> dict[str, float]:
        """Return all measures by name."""
        told = {"picture_light": self.light}
        if self.measures is not None:
            told |= {it.name: getattr(self.measures, it.name) for it in fields(self.measures)}
            told["second_face"] = second_face(self.faces)
        if self.wall is not None:
            told["wall_luminance"] = self.wall.luminance
            told["wall_deviation"] = self.wall.deviation
            told["clutter"] = self.wall.clutter
        return told


def see(image: Image, detector: FaceDetector, photo_format: PhotoFormat) -> Seen:
    """Return what is in a picture."""
    luminance = grey(image)
    faces = find_faces(image, luminance, detector)
    height, width = image.shape[:2]
    light = picture_light(luminance)
    if not faces:
        window = middle_window(width, height, photo_format)
        return Seen(
            image, (), light, window, None, None, None, None, detector.name, detector.is_fair
        )
    face = faces[0]
    head = head_of(image, face)
    window = window_in(width, height, head, photo_format)
    measures = wall = None
    if detector.is_fair:  # else nobody would be told
        measures = measure(image, luminance, face)
        wall = wall_beside(luminance, head, face.roll_deg, window, photo_format.height_px)
    wanted = wanted_window(head, photo_format)
    return Seen(
        image,
        faces,
        light,
        window,
        wanted,
        head,
        measures,
        wall,
        detector.name,
        detector.is_fair,
    )


def find_faces(image: Image, luminance: Image, detector: FaceDetector) -> tuple[Face, ...]:
    """Return the faces of a picture, the largest first and with its eyes refined."""
    small, scale = fitted(image, *DETECTION_PX)
    faces = tuple(face.scaled(1 / scale) for face in detector.find(small))
    if not detector.needs_refining:
        return faces
    return tuple(with_refined_eyes(face, luminance) for face in faces[:1]) + faces[1:]


def second_face(faces: tuple[Face, ...]) -> float:
    """Return the second face's area as a share of the first one's."""
    return faces[1].area / faces[0].area if len(faces) > 1 and faces[0].area else 0.0
