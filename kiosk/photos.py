"""Face photos as values: what was found on one, and what is advised.

Pure: no I/O, no picture is opened here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum


class Advice(StrEnum):
    """What would make the portrait better; advice, never a gate."""

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    COME_CLOSER = "come_closer"
    STEP_BACK = "step_back"
    MOVE_TO_MIDDLE = "move_to_middle"
    HOLD_HEAD_STRAIGHT = "hold_head_straight"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    LIGHT_FROM_SIDE = "light_from_side"
    HOLD_STILL = "hold_still"
    BLURRED = "blurred"
    CLUTTERED = "cluttered"
    """Something besides the wall is behind the head."""


@dataclass(frozen=True, slots=True)
class QualityComponent:
    """One line of the quality report on a photo, in the spirit of ISO/IEC 29794-5.

    `value` is in the component's own unit, `score` from 0 to 100 and 50 at a limit; both are None
    where nothing could be measured. A limit is None where there is none on that side.
    """

    name: str
    value: float | None
    score: int | None
    least: float | None = None
    most: float | None = None

    @property
    def is_kept(self) -> bool | None:
        """Say whether the value keeps its limits; None where nothing was measured."""
        if self.value is None:
            return None
        is_enough = self.least is None or self.value >= self.least
        return is_enough and (self.most is None or self.value <= self.most)


@dataclass(frozen=True, slots=True)
class Findings:
    """What was measured on a picture.

    `advice` is ordered, most helpful first; empty means good. `face_box` is (x, y, width, height)
    in pixels of the frame. `measures` are
    (name, value) pairs such as ("luminance", 0.62); `detector` names what looked for the face.
    Without `is_face_judged` the detector can't be relied on for every face: then nothing is advised
    about the face, and no advice does not mean that all is well. `quality` is the report on a photo
    that was taken. `photo_format` is the id of the ID-photo format that it was judged by, "" for a
    picture that was not.
    """

    advice: tuple[Advice, ...] = ()
    face_box: tuple[int, int, int, int] | None = None
    measures: tuple[tuple[str, float], ...] = ()
    detector: str = ""
    is_face_judged: bool = True
    quality: tuple[QualityComponent, ...] = ()
    photo_format: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A portrait cropped to an ID-photo format: JPEG bytes, its size in pixels, and what was
    found on it.
    """

    jpeg: bytes = field(repr=False)
    width_px: int
    height_px: int
    format_id: str
    findings: Findings
    simulated: bool = False
    sha256: bytes = field(init=False, repr=False, compare=False)
    """Of the JPEG; taken when the photo is, since sealing needs it and nobody should wait then."""

    def __post_init__(self) -> None:
        """Take the hash."""
        object.__setattr__(self, "sha256", hashlib.sha256(self.jpeg).digest())
