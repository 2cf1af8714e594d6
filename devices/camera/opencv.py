"""The real camera: OpenCV on a device, a file or a stream; only the newest picture is kept.

Runs in the camera's worker. Every read has a deadline of OpenCV's own; the thread that reads may
hang all the same, and then the process ends itself, to be started again by the kiosk. A camera that
stops is opened again with back-off, for ever.
"""

from __future__ import annotations

import os
import threading
import time
import zlib
from collections.abc import Mapping
from pathlib import Path

# Read once, when OpenCV opens its first camera: 10 s to wait for a picture would be too long.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")
# What they write to standard error may hold a stream's address with its password.
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

import cv2

from devices.camera.answers import NoShot
from devices.camera.picture import Image, Shot, as_image
from devices.camera.studio import Studio
from devices.frames import PictureMemory
from devices.wire import Fields, JsonObject
from devices.worker_child import Handler

LOST_AFTER_S = 1.5
"""No picture for so long is a lost camera."""

DRIVER_TIMEOUT_MS = 2000
FIRST_REST_S, LONGEST_REST_S = 0.2, 5.0
"""Between two tries to open."""

SETTLING_PICTURES = 15
"""Pictures that a device may need until its exposure has settled; fewer when brightness stays."""

FROZEN_PICTURES = 30
"""So many equal pictures in a row are none: sensors have noise; drivers, and cameras that hang
behind a server of their own, repeat the last one. A file may hold one picture again and again.
"""


class DriverStuck(Exception):
    """A call into the driver does not return."""


def host(config: JsonObject, memory: PictureMemory | None) -> Mapping[str, Handler]:
    """Build the camera in a worker process."""
    assert memory is not None
    fields = Fields(config)
    grabber = Grabber(
        fields.text("source"),
        (fields.integer("width_px"), fields.integer("height_px")),
        fields.number("stuck_after_s"),
    )
    threading.Thread(target=grabber.run, name="grabber", daemon=True).start()
    return Studio(grabber.latest, config, memory, simulated=False).handlers()


class Grabber:
    """Opens the source, reads it on a thread of its own, and hands out its newest picture."""

    def __init__(self, source: str, size: tuple[int, int], stuck_after_s: float) -> None:
        """Remember what to open."""
        self._source = source
        self._size = size
        self._stuck_after_s = stuck_after_s
        self._is_device = source.startswith("/dev/")
        self._is_file = not self._is_device and "://" not in source
        self._changed = threading.Condition()
        self._shot: Shot | None = None
        self._is_open = False
        self._could_not_open = False
        self._alive_at_s = time.monotonic()
        self._pause = threading.Event()
        self._frozen_checksum: int | None = None

    def latest(self, newer_than_s: float, deadline_s: float) -> Shot | NoShot:
        """Return the newest picture captured after an instant, waiting for it until the deadline.

        Raises:
            DriverStuck: the thread hangs in the driver.
        """
        with self._changed:
            while True:
                now_s = time.monotonic()
                shot = self._shot
                if shot is not None and shot.captured_at_s > newer_than_s and self._is_open:
                    return shot
                if now_s - self._alive_at_s > self._stuck_after_s:
                    raise DriverStuck
                if now_s >= deadline_s:
                    return self._why_not(now_s)
                self._changed.wait(deadline_s - now_s)

    def _why_not(self, now_s: float) -> NoShot:
        """Say why there is no picture."""
        if self._shot is not None:
            is_late = now_s - self._shot.captured_at_s > LOST_AFTER_S
            return NoShot.LOST if is_late or not self._is_open else NoShot.QUIET
        if self._could_not_open:
            return NoShot.MISSING
        return NoShot.OPENING

    def run(self) -> None:
        """Open and read for ever; the process ends with its main thread."""
        rest_s = FIRST_REST_S
        while True:
            self._alive_at_s = time.monotonic()
            capture = self._open()
            if capture is not None:
                if self._read_all(capture):
                    rest_s = FIRST_REST_S
                capture.release()
            with self._changed:
                self._is_open = False
                self._could_not_open = capture is None
                self._changed.notify_all()
            self._rest(rest_s)
            rest_s = min(rest_s * 2, LONGEST_REST_S)

    def _open(self) -> cv2.VideoCapture | None:
        """Open the source, or return None."""
        if self._is_device:
            capture = cv2.VideoCapture(self._source, cv2.CAP_V4L2)
            # In this order: the size that a driver offers depends on the format, the rate on both.
            for key, value in (
                (cv2.CAP_PROP_FOURCC, float(cv2.VideoWriter.fourcc(*"MJPG"))),
                (cv2.CAP_PROP_FRAME_WIDTH, float(self._size[0])),
                (cv2.CAP_PROP_FRAME_HEIGHT, float(self._size[1])),
                (cv2.CAP_PROP_FPS, 30.0),
                (cv2.CAP_PROP_BUFFERSIZE, 1.0),
            ):
                capture.set(key, value)
        elif self._is_file and not Path(self._source).exists():
            return None
        else:
            limits = (
                cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
                DRIVER_TIMEOUT_MS,
                cv2.CAP_PROP_READ_TIMEOUT_MSEC,
                DRIVER_TIMEOUT_MS,
            )
            capture = cv2.VideoCapture(self._source, cv2.CAP_FFMPEG, limits)
        if capture.isOpened():
            self._could_not_open = False
            return capture
        capture.release()
        return None

    def _read_all(self, capture: cv2.VideoCapture) -> bool:
        """Read until the source ends or fails; say whether it delivered at all."""
        pace_s = self._pace_s(capture)
        has_delivered = False
        settling = SETTLING_PICTURES if self._is_device else 0
        brightness = 0.0
        checksum = repeats = 0
        while True:
            self._alive_at_s = began_s = time.monotonic()
            image = self._read(capture)
            if image is None:
                return has_delivered
            if not self._is_file:
                before, checksum = checksum, zlib.crc32(image[::4].tobytes())
                repeats = repeats + 1 if checksum == before else 0
                if self._is_frozen(image, checksum, repeats):
                    return has_delivered
            if settling:
                earlier, brightness = brightness, float(image[::8, ::8].mean())
                if abs(brightness - earlier) >= 0.02 * earlier:
                    settling -= 1
                    continue
                settling = 0
            has_delivered = True
            with self._changed:
                self._shot = Shot(image, time.monotonic())
                self._is_open = True
                self._changed.notify_all()
            self._rest(began_s + pace_s - time.monotonic())

    def _read(self, capture: cv2.VideoCapture) -> Image | None:
        """Return the next picture; a file begins again at its end."""
        is_read, image = capture.read()
        if not is_read and self._is_file:
            capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
            is_read, image = capture.read()
        if not is_read or image.ndim != 3 or image.shape[2] != 3:
            return None
        return as_image(image)

    def _is_frozen(self, image: Image, checksum: int, repeats: int) -> bool:
        """Say whether a camera repeats itself; then its picture is refused until it changes."""
        if checksum == self._frozen_checksum:
            return True
        self._frozen_checksum = None
        # A covered lens may give pure black again and again: that is a picture.
        if repeats < FROZEN_PICTURES or int(image.max()) == int(image.min()):
            return False
        self._frozen_checksum = checksum
        return True

    def _pace_s(self, capture: cv2.VideoCapture) -> float:
        """Return the time between two pictures of a file; everything else comes at its own pace."""
        if not self._is_file:
            return 0.0
        rate = capture.get(cv2.CAP_PROP_FPS)
        return 1 / rate if 1 <= rate <= 120 else 1 / 25

    def _rest(self, rest_s: float) -> None:
        """Wait without holding anything."""
        if rest_s > 0:
            self._pause.wait(rest_s)
