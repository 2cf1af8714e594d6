"""What is touched at the photo besides what every part of the flow knows."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow.events import Touch


@dataclass(frozen=True, slots=True)
class PhotoChosen(Touch):
    """One of the photos that were taken is wanted; counted from 0, the oldest first."""

    number: int


@dataclass(frozen=True, slots=True)
class CameraSwapped(Touch):
    """Look through the other camera: the low one, or the usual one again."""
