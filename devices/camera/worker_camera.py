"""The kiosk's side of every camera: the port `kiosk.ports.camera.Camera`, kept by a worker process.

Imports no OpenCV: pictures are opened, decoded and judged in the worker, which may hang and crash.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from devices.camera.answers import NoShot, parse_look, parse_photo, parse_whole
from devices.camera.formats import PhotoFormat
from devices.camera.limits import Limits
from devices.camera.no_picture import no_picture
from devices.desk_state import DeskState
from devices.wire import JsonObject, Message
from devices.worker import Worker, WorkerFailed, WorkerSpec
from kiosk.photos import Photo
from kiosk.ports.camera import CameraMount, Frame, Look, NoPicture

_HOST_OPENCV = "devices.camera.opencv:host"
_HOST_SIMULATED = "devices.camera.simulated:host"


@dataclass(frozen=True, slots=True)
class CameraConfig:
    """How a camera is reached and what is made of its pictures.

    `source` is a device (`/dev/v4l/by-path/...`), a video file (played again and again), or a
    stream's address (`http://`, `rtsp://`); it may hold a password. Live pictures are at most
    `width_px` by `height_px` of the camera, which is mounted turned by `rotation_deg`: so far its
    pictures are turned clockwise. `mirror` turns live pictures, never the portrait. With `limits`
    pictures are judged. `detector_model` is the path of a YuNet file with the checksum
    `detector_sha256`, or empty for the built-in cascade. `more_formats` can be asked for instead of
    `photo_format`, by their ids. After `stuck_after_s` within one call the
    driver hangs, past every limit set there, and its process ends.
    """

    source: str = field(repr=False)
    photo_format: PhotoFormat
    width_px: int = 1280
    height_px: int = 720
    mirror: bool = True
    rotation_deg: int = 0
    limits: Limits = field(default_factory=Limits)
    detector_model: str = ""
    detector_sha256: str = ""
    stuck_after_s: float = 8.0
    more_formats: tuple[PhotoFormat, ...] = ()

    def format_of(self, format_id: str) -> PhotoFormat:
        """Return a format by its id, the usual one for "".

        Raises:
            KeyError: There is none of that id.
        """
        formats = {it.id: it for it in (*self.more_formats, self.photo_format)}
        return formats[format_id or self.photo_format.id]

    def as_json(self) -> JsonObject:
        """Return what the worker is told."""
        return {
            "source": self.source,
            "photo_format": self.photo_format.as_json(),
            "more_formats": [it.as_json() for it in self.more_formats],
            "width_px": self.width_px,
            "height_px": self.height_px,
            "mirror": self.mirror,
            "rotation_deg": self.rotation_deg,
            "limits": self.limits.as_json(),
            "detector_model": self.detector_model,
            "detector_sha256": self.detector_sha256,
            "stuck_after_s": self.stuck_after_s,
        }


def open_camera(config: CameraConfig) -> WorkerCamera:
    """Return the camera that `config.source` names; its worker starts with the first call."""
    return WorkerCamera(_HOST_OPENCV, config, config.as_json())


def open_simulated_camera(config: CameraConfig, desk: DeskState) -> WorkerCamera:
    """Return a camera that sees what the desk lays out; `config.source` plays no part."""
    told: JsonObject = {**config.as_json(), "desk_folder": str(desk.folder.absolute())}
    return WorkerCamera(_HOST_SIMULATED, config, told)


class WorkerCamera:
    """A camera in a worker process; used from one thread, `close` from any."""

    def __init__(self, factory: str, config: CameraConfig, told: JsonObject) -> None:
        """Host the adapter that `factory` builds from `told`."""
        size = config.width_px * config.height_px * 3
        self._worker = Worker(WorkerSpec("camera", factory, told, picture_bytes=size))
        self._config = config
        self._number = 0
        self._returned_at_s = 0.0
        self._has_delivered = False

    def look(self, timeout_s: float, photo_format: str = "") -> Look | NoPicture:
        """Return the newest picture, never one that was captured before the last call returned.

        A camera that delivers, but nothing new within a short limit, answers STARTING.
        """
        wanted = self._config.format_of(photo_format)
        asked: JsonObject = {"newer_than_s": self._returned_at_s, "photo_format": wanted.id}
        answer = self._worker.call("look", asked, timeout_s, self._decode_look)
        self._returned_at_s = time.monotonic()
        return self._no_picture(answer) if not isinstance(answer, Look) else answer

    def take(self, timeout_s: float, photo_format: str = "") -> Photo | NoPicture:
        """Capture now, measure, crop to the ID-photo format, and return the JPEG.

        `findings.face_box` is in pixels of the photo.
        """
        wanted = self._config.format_of(photo_format)
        answer = self._worker.call(
            "take",
            {"newer_than_s": time.monotonic(), "photo_format": wanted.id},
            timeout_s,
            lambda message: parse_photo(message, wanted),
        )
        self._returned_at_s = time.monotonic()
        return self._no_picture(answer) if not isinstance(answer, Photo) else answer

    def take_whole(self, timeout_s: float) -> Photo | NoPicture:
        """Capture now, and return the whole picture as JPEG."""
        asked: JsonObject = {"newer_than_s": time.monotonic()}
        answer = self._worker.call("take_whole", asked, timeout_s, parse_whole)
        self._returned_at_s = time.monotonic()
        return self._no_picture(answer) if not isinstance(answer, Photo) else answer

    def use(self, mount: CameraMount) -> None:
        """Do nothing: this is one camera."""

    def close(self) -> None:
        """Switch the camera off and end its process, and with it every picture it holds."""
        self._worker.close()
        self._has_delivered = False

    def _decode_look(self, message: Message) -> Look | NoShot:
        """Take an answer apart and fetch its picture from the shared memory."""
        match parse_look(message):
            case NoShot() as reason:
                return reason
            case (width, height, findings):
                bgr = self._worker.picture(width * height * 3)
                self._has_delivered = True
                self._number += 1
                return Look(Frame(bgr, width, height, self._number), findings)

    def _no_picture(self, reason: NoShot | WorkerFailed) -> NoPicture:
        return no_picture(reason, has_delivered=self._has_delivered)
