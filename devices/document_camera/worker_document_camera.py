"""The kiosk's side of every document camera: the port, kept by a worker process.

Imports no OpenCV: pictures are opened, decoded, cut and read in the worker, which may hang and
crash.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from devices.camera.answers import NoShot
from devices.camera.no_picture import no_picture
from devices.desk_state import DeskState
from devices.document_camera.answers import cut_json, parse_look, parse_page, parse_still
from devices.wire import JsonObject, Message
from devices.worker import Worker, WorkerFailed, WorkerSpec
from kiosk.ports.camera import Frame, NoPicture
from kiosk.ports.document_camera import (
    LONGEST_WATERMARK,
    MOST_SIDES,
    NotCut,
    Page,
    PageStyle,
    PaperLook,
    Side,
    Still,
)

_HOST_OPENCV = "devices.document_camera.opencv:host"
_HOST_SIMULATED = "devices.document_camera.simulated:host"
_LENT_BYTES = 12_000_000
"""Room for the stills of two sides."""


@dataclass(frozen=True, slots=True)
class DocumentCameraConfig:
    """How a document camera is reached and what is made of its pictures.

    `source` is a device (`/dev/v4l/by-path/...`), a stream's address, a video file, or a JPEG file
    that is read anew for every picture; it may hold a password. Stills are asked for at `width_px`
    by `height_px`; live pictures fit into `live_width_px` by `live_height_px`, of a camera that is
    mounted turned, by `rotation_deg`, the other way round. `font` is the file that watermarks are
    written with. After `stuck_after_s` within one call the driver hangs, past
    every limit set there, and its process ends.
    """

    source: str = field(repr=False)
    font: str
    width_px: int = 2592
    height_px: int = 1944
    live_width_px: int = 960
    live_height_px: int = 720
    stuck_after_s: float = 8.0
    rotation_deg: int = 0

    def as_json(self) -> JsonObject:
        """Return what the worker is told."""
        return {
            "source": self.source,
            "font": self.font,
            "width_px": self.width_px,
            "height_px": self.height_px,
            "live_width_px": self.live_width_px,
            "live_height_px": self.live_height_px,
            "stuck_after_s": self.stuck_after_s,
            "rotation_deg": self.rotation_deg,
        }


def open_document_camera(config: DocumentCameraConfig) -> WorkerDocumentCamera:
    """Return the camera that `config.source` names; its worker starts with the first call."""
    return WorkerDocumentCamera(_HOST_OPENCV, config, config.as_json())


def open_simulated_document_camera(
    config: DocumentCameraConfig, desk: DeskState
) -> WorkerDocumentCamera:
    """Return a camera that sees what the desk lays out; `config.source` plays no part."""
    told: JsonObject = {**config.as_json(), "desk_folder": str(desk.folder.absolute())}
    return WorkerDocumentCamera(_HOST_SIMULATED, config, told)


class WorkerDocumentCamera:
    """A document camera in a worker process; used from one thread, `close` from any."""

    def __init__(self, factory: str, config: DocumentCameraConfig, told: JsonObject) -> None:
        """Host the adapter that `factory` builds from `told`."""
        size = max(config.live_width_px * config.live_height_px * 3, _LENT_BYTES)
        self._worker = Worker(WorkerSpec("document_camera", factory, told, picture_bytes=size))
        self._number = 0
        self._returned_at_s = 0.0
        self._has_delivered = False

    def look(self, timeout_s: float) -> PaperLook | NoPicture:
        """Return the newest picture, never one that was captured before the last call returned.

        A camera that delivers, but nothing new within a short limit, answers STARTING.
        """
        asked: JsonObject = {"newer_than_s": self._returned_at_s}
        answer = self._worker.call("look", asked, timeout_s, self._decode_look)
        self._returned_at_s = time.monotonic()
        return answer if isinstance(answer, PaperLook) else self._no_picture(answer)

    def take(self, timeout_s: float) -> Still | NoPicture:
        """Capture now, and look for the page in every pixel there is."""
        asked: JsonObject = {"newer_than_s": time.monotonic()}
        answer = self._worker.call("take", asked, timeout_s, parse_still)
        self._returned_at_s = time.monotonic()
        if not isinstance(answer, Still):
            return self._no_picture(answer)
        self._has_delivered = True
        return answer

    def cut(self, sides: Sequence[Side], style: PageStyle, timeout_s: float) -> Page | NotCut:
        """Make a page of one side, or of two; ValueError for what the port does not allow."""
        if not 1 <= len(sides) <= MOST_SIDES or len(style.watermark) > LONGEST_WATERMARK:
            raise ValueError("one side or two, and a watermark of one line")
        if not 20_000 <= style.max_bytes <= 8_000_000:
            raise ValueError("no budget for a page")
        lent = b"".join(side.still.jpeg for side in sides)
        if len(lent) > _LENT_BYTES:
            return NotCut.NO_STILL
        self._worker.lend(lent)
        answer = self._worker.call(
            "cut",
            cut_json(sides, style),
            timeout_s,
            lambda message: parse_page(message, sides, style),
        )
        return NotCut.NOT_NOW if isinstance(answer, WorkerFailed) else answer

    def close(self) -> None:
        """Switch the camera off and end its process, and with it every picture it holds."""
        self._worker.close()
        self._has_delivered = False

    def _decode_look(self, message: Message) -> PaperLook | NoShot:
        """Take an answer apart and fetch its picture from the shared memory."""
        match parse_look(message):
            case NoShot() as reason:
                return reason
            case (width, height, found):
                bgr = self._worker.picture(width * height * 3)
                self._has_delivered = True
                self._number += 1
                return PaperLook(Frame(bgr, width, height, self._number), found)

    def _no_picture(self, reason: NoShot | WorkerFailed) -> NoPicture:
        return no_picture(reason, has_delivered=self._has_delivered)
