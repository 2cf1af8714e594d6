"""What it means that a camera's worker has no picture, said as the ports say it."""

from __future__ import annotations

from typing import assert_never

from devices.camera.answers import NoShot
from devices.worker import FailureReason, WorkerFailed
from kiosk.ports.camera import NoPicture


def no_picture(reason: NoShot | WorkerFailed, *, has_delivered: bool) -> NoPicture:
    """Return why there is no picture: what delivered before and does not now is lost.

    Args:
        reason: What the worker said, or why it said nothing.
        has_delivered: Whether there was a picture since the camera was opened.
    """
    match reason:
        case NoShot.QUIET:
            return NoPicture.STARTING
        case NoShot.LOST:
            return NoPicture.LOST
        case NoShot.TOO_LARGE:
            return NoPicture.TOO_LARGE
        case _ if has_delivered:
            return NoPicture.LOST
        case NoShot.OPENING | WorkerFailed(FailureReason.STARTING):
            return NoPicture.STARTING
        case NoShot.MISSING | WorkerFailed():
            return NoPicture.MISSING
        case _:
            assert_never(reason)
