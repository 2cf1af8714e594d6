"""The real document camera: a device, a stream, a video, or a folder's picture that is read anew.

Runs in the document camera's worker. Devices and streams are read as the face camera reads them
(`devices.camera.opencv`); a single picture file is for document cameras of their own program that
leave each picture in one place, and for trials.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path

from devices.camera.answers import NoShot
from devices.camera.opencv import Grabber
from devices.camera.picture import Shot
from devices.document_camera.copy_stand import CopyStand
from devices.document_camera.encoding import PictureTooLarge, decoded
from devices.frames import PictureMemory
from devices.wire import Fields, JsonObject
from devices.worker_child import Handler

PICTURE_SUFFIXES = {".jpg", ".jpeg"}
LARGEST_FILE_BYTES = 40_000_000
PICTURE_S = 0.1
"""A file is read at most so often."""

HALF_WRITTEN_S = 1.0
"""A file that is no picture may be one that is still being written: so long it is read again."""


def host(config: JsonObject, memory: PictureMemory | None) -> Mapping[str, Handler]:
    """Build the camera in a worker process."""
    assert memory is not None
    fields = Fields(config)
    source = fields.text("source")
    if "://" not in source and Path(source).suffix.lower() in PICTURE_SUFFIXES:
        return CopyStand(
            PictureFile(Path(source)).latest, config, memory, simulated=False
        ).handlers()
    size = (fields.integer("width_px"), fields.integer("height_px"))
    grabber = Grabber(source, size, fields.number("stuck_after_s"))
    threading.Thread(target=grabber.run, name="grabber", daemon=True).start()
    return CopyStand(grabber.latest, config, memory, simulated=False).handlers()


class PictureFile:
    """One JPEG file that somebody else replaces.

    What lay in it when the camera was opened is somebody else's sheet, maybe the last resident's:
    only what is put there afterwards is shown.
    """

    def __init__(self, path: Path) -> None:
        """Read nothing yet."""
        self._path = path
        self._never = threading.Event()
        self._stale = _identity(path)

    def latest(self, newer_than_s: float, deadline_s: float) -> Shot | NoShot:
        """Return what is in the file now."""
        at_s = newer_than_s + PICTURE_S
        if at_s > deadline_s:
            return NoShot.QUIET
        self._never.wait(max(at_s - time.monotonic(), 0))
        if self._stale is not None:
            if _identity(self._path) == self._stale:
                return NoShot.OPENING
            self._stale = None
        until_s = min(time.monotonic() + HALF_WRITTEN_S, deadline_s)
        while True:
            try:
                with self._path.open("rb") as file:
                    raw = file.read(LARGEST_FILE_BYTES + 1)
            except OSError:
                return NoShot.MISSING
            if len(raw) > LARGEST_FILE_BYTES:
                return NoShot.TOO_LARGE
            try:
                image = decoded(raw, is_foreign=True)
            except PictureTooLarge:
                return NoShot.TOO_LARGE
            if image is not None:
                return Shot(image, time.monotonic())
            if time.monotonic() + PICTURE_S > until_s:
                return NoShot.LOST
            self._never.wait(PICTURE_S)


def _identity(path: Path) -> tuple[int, int, int] | None:
    """Return what changes when a file is replaced or written anew; None if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
