"""The camera worker's desk: takes calls, asks the source for a picture, has it judged.

The same for every source, so that the simulated camera and the real one differ only in where
pictures come from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import cv2
import numpy as np

from devices.camera.answers import (
    NoShot,
    look_message,
    no_shot_message,
    photo_message,
    whole_message,
)
from devices.camera.faces import FaceDetector, load_detector
from devices.camera.formats import PhotoFormat
from devices.camera.limits import Limits
from devices.camera.picture import Shot, as_image, fitted, upright
from devices.camera.portrait import look_at, make_portrait, make_whole
from devices.frames import PictureMemory
from devices.wire import Fields, JsonObject, Message
from devices.worker_child import Handler, waiting_s
from kiosk.photos import Findings

Source = Callable[[float, float], Shot | NoShot]
"""Returns a picture captured after the first `time.monotonic`; gives up at the second."""

JUDGED_EVERY = 3
"""Every third live picture is looked for a face; the two after it show the same findings."""

CV_THREADS = 2
"""OpenCV takes every core otherwise, and the screen needs one."""


class Studio:
    """Answers the port's calls for one source of pictures; on the worker's main thread."""

    def __init__(
        self,
        source: Source,
        config: JsonObject,
        memory: PictureMemory,
        *,
        simulated: bool,
        drawn: FaceDetector | None = None,
    ) -> None:
        """Load the detector that the configuration names; `drawn` is the simulator's own."""
        fields = Fields(config)
        self._source = source
        self._memory = memory
        self._simulated = simulated
        self._size = (fields.integer("width_px"), fields.integer("height_px"))
        self._mirror = fields.flag("mirror")
        self._rotation_deg = fields.integer("rotation_deg")
        if self._rotation_deg in {90, 270}:
            self._size = (self._size[1], self._size[0])
        usual = PhotoFormat.parse(fields.fields("photo_format"))
        more = [PhotoFormat.parse(Fields(it)) for it in fields.items("more_formats")]
        self._formats = {it.id: it for it in (*more, usual)}
        self._limits = Limits.parse(fields.fields("limits"))
        cv2.setNumThreads(CV_THREADS)
        model = fields.text("detector_model")
        # Who draws the face knows where it is; a model that is configured is tried all the same.
        if drawn is not None and not model:
            self._detector: FaceDetector = drawn
        else:
            self._detector = load_detector(model, fields.text("detector_sha256", 64))
        self._findings: Findings | None = None
        self._looks = 0

    def handlers(self) -> Mapping[str, Handler]:
        """Return what the kiosk's side can call."""
        return {"look": self.look, "take": self.take, "take_whole": self.take_whole}

    def look(self, arguments: JsonObject, timeout_s: float) -> Message:
        """Put the newest picture into the shared memory and tell its size and findings."""
        shot = self._shot(arguments, timeout_s)
        if isinstance(shot, NoShot):
            self._findings = None
            return no_shot_message(shot)
        image, scale = fitted(shot.image, *self._size)
        wanted = self._formats[Fields(arguments).text("photo_format", 64)]
        if (
            self._findings is None
            or self._findings.photo_format != wanted.id
            or self._looks % JUDGED_EVERY == 0
        ):
            found = look_at(shot.image, self._detector, wanted, self._limits)
            self._findings = self._as_shown(found, scale, image.shape[1])
        self._looks += 1
        if self._mirror:
            image = as_image(cv2.flip(image, 1))
        self._memory.write(np.ascontiguousarray(image).data.cast("B"))
        return look_message(image.shape[1], image.shape[0], self._findings)

    def take(self, arguments: JsonObject, timeout_s: float) -> Message:
        """Make a portrait of a picture that is captured now; never mirrored."""
        shot = self._shot(arguments, timeout_s)
        if isinstance(shot, NoShot):
            return no_shot_message(shot)
        return photo_message(
            make_portrait(
                shot.image,
                self._detector,
                self._formats[Fields(arguments).text("photo_format", 64)],
                self._limits,
                simulated=self._simulated,
            )
        )

    def take_whole(self, arguments: JsonObject, timeout_s: float) -> Message:
        """Capture a whole picture now; never mirrored."""
        shot = self._shot(arguments, timeout_s)
        if isinstance(shot, NoShot):
            return no_shot_message(shot)
        return whole_message(make_whole(shot.image, simulated=self._simulated))

    def _shot(self, arguments: JsonObject, timeout_s: float) -> Shot | NoShot:
        """Ask the source, and turn its picture upright."""
        newer_than_s = Fields(arguments).number("newer_than_s")
        shot = self._source(newer_than_s, time.monotonic() + waiting_s(timeout_s))
        if isinstance(shot, NoShot) or self._rotation_deg == 0:
            return shot
        return replace(shot, image=upright(shot.image, self._rotation_deg))

    def _as_shown(self, findings: Findings, scale: float, width_px: int) -> Findings:
        """Return the findings with the face's box where the screen shows it."""
        if findings.face_box is None:
            return findings
        x, y, width, height = (round(side * scale) for side in findings.face_box)
        left = width_px - x - width if self._mirror else x
        return replace(findings, face_box=(left, y, width, height))
