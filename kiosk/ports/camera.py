"""The camera that looks at a face: live pictures with advice, and a portrait cropped to the
configured format, or to one that a service asks for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kiosk.photos import Findings, Photo


class NoPicture(StrEnum):
    """Why there is no picture."""

    MISSING = "missing"
    """The camera can't be opened."""
    STARTING = "starting"
    """It was opened and has not delivered yet."""
    LOST = "lost"
    """It delivered before and stopped; it is being opened again."""
    TOO_LARGE = "too_large"
    """Its pictures are larger than this program opens: somebody has to set it to smaller ones."""


class CameraMount(StrEnum):
    """Where a camera is mounted."""

    USUAL = "usual"
    """At the height of those who stand, or sit on the booth's seat."""
    LOW = "low"
    """Lower: for wheelchairs and children."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One live picture: `bgr` holds height x width x 3 bytes, rows top down. `number` rises by one
    per new picture.
    """

    bgr: bytes = field(repr=False)
    width_px: int
    height_px: int
    number: int


@dataclass(frozen=True, slots=True)
class Look:
    """The newest picture and what was found on it, or on one a few pictures older."""

    frame: Frame
    findings: Findings


class Camera(Protocol):
    """A camera used from one thread; it opens at the first call and stays open until `close`."""

    def look(self, timeout_s: float, photo_format: str = "") -> Look | NoPicture:
        """Return the newest picture, never one that was captured before the last call returned.

        Args:
            timeout_s: Upper limit for the whole call, 0.05 to 5.
            photo_format: By which ID-photo format it is judged; "" for the configured one.

        Raises:
            KeyError: There is no such format.
        """

    def take(self, timeout_s: float, photo_format: str = "") -> Photo | NoPicture:
        """Capture now, measure, crop to an ID-photo format, and return the JPEG.

        Without a face the middle of the picture is cropped and the findings say so: advice never
        blocks.

        Args:
            timeout_s: Upper limit for the whole call, 0.5 to 10.
            photo_format: Which ID-photo format; "" for the configured one.

        Raises:
            KeyError: There is no such format.
        """

    def take_whole(self, timeout_s: float) -> Photo | NoPicture:
        """Capture now, and return the whole picture as JPEG, neither cropped, mirrored nor judged.

        For papers and cards that are held up; its `format_id` is "whole".

        Args:
            timeout_s: Upper limit for the whole call, 0.5 to 10.
        """

    def use(self, mount: CameraMount) -> None:
        """Look through the camera that is mounted there from now on; where there is one camera
        only, it stays that one. The other is switched off.
        """

    def close(self) -> None:
        """Switch the camera off; may be called twice, never raises. The next `look` opens it
        again.
        """
