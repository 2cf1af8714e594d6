"""The document camera worker's desk: takes calls, asks the source for a picture, cuts pages.

The same for every source, so that the simulated camera and the real one differ only in where
pictures come from.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import cv2
import numpy as np

from devices.camera.answers import NoShot, no_shot_message
from devices.camera.picture import Shot, fitted, upright
from devices.camera.studio import CV_THREADS, Source
from devices.document_camera.answers import (
    corners_of,
    look_message,
    not_cut_message,
    page_message,
    parse_cut,
    still_message,
)
from devices.document_camera.encoding import decoded, encoded_still
from devices.document_camera.page_making import RawSide, find_page, make_page
from devices.frames import PictureMemory
from devices.wire import Fields, JsonObject, Message
from devices.worker_child import Handler, waiting_s
from kiosk.ports.document_camera import NotCut, Page, PaperFound, Still

SOUGHT_EVERY = 3
"""A page is looked for in every third live picture; the two after it show the same outline."""


class CopyStand:
    """Answers the port's calls for one source of pictures; on the worker's main thread."""

    def __init__(
        self, source: Source, config: JsonObject, memory: PictureMemory, *, simulated: bool
    ) -> None:
        """Take the picture sizes and the font from the configuration."""
        fields = Fields(config)
        self._source = source
        self._memory = memory
        self._simulated = simulated
        self._live_px = (fields.integer("live_width_px"), fields.integer("live_height_px"))
        self._rotation_deg = fields.integer("rotation_deg")
        if self._rotation_deg in {90, 270}:
            self._live_px = (self._live_px[1], self._live_px[0])
        self._font = fields.text("font")
        cv2.setNumThreads(CV_THREADS)
        self._found: PaperFound | None = None
        self._looks = 0

    def handlers(self) -> Mapping[str, Handler]:
        """Return what the kiosk's side can call."""
        return {"look": self.look, "take": self.take, "cut": self.cut}

    def look(self, arguments: JsonObject, timeout_s: float) -> Message:
        """Put the newest picture into the shared memory and tell its size and page."""
        shot = self._shot(arguments, waiting_s(timeout_s))
        if isinstance(shot, NoShot):
            self._looks = 0
            return no_shot_message(shot)
        image, _ = fitted(shot.image, *self._live_px)
        if self._looks % SOUGHT_EVERY == 0:
            self._found = find_page(image)
        self._looks += 1
        self._memory.write(np.ascontiguousarray(image).data.cast("B"))
        return look_message(image.shape[1], image.shape[0], self._found)

    def take(self, arguments: JsonObject, timeout_s: float) -> Message:
        """Capture now, and look for the page in every pixel."""
        shot = self._shot(arguments, waiting_s(timeout_s))
        if isinstance(shot, NoShot):
            return no_shot_message(shot)
        jpeg, image = encoded_still(shot.image)
        height, width = image.shape[:2]
        return still_message(Still(jpeg, width, height, find_page(image), self._simulated))

    def cut(self, arguments: JsonObject, timeout_s: float) -> Message:
        """Make a page of the stills in the shared memory."""
        asked, style = parse_cut(Fields(arguments))
        sides, first = [], 0
        lent = self._memory.read(sum(side.integer("bytes") for side in asked))
        for side in asked:
            end = first + side.integer("bytes")
            image = decoded(lent[first:end])
            if image is None:
                return not_cut_message(NotCut.NO_STILL)
            turns, several = side.integer("quarter_turns"), side.flag("is_one_of_several")
            sides.append(RawSide(image, corners_of(side), turns, several))
            first = end
        page = make_page(sides, style, self._font, simulated=self._simulated)
        return page_message(page) if isinstance(page, Page) else not_cut_message(page)

    def _shot(self, arguments: JsonObject, timeout_s: float) -> Shot | NoShot:
        """Ask the source, and turn the picture of a camera that is mounted turned."""
        newer_than_s = Fields(arguments).number("newer_than_s")
        shot = self._source(newer_than_s, time.monotonic() + timeout_s)
        if isinstance(shot, NoShot) or self._rotation_deg == 0:
            return shot
        return replace(shot, image=upright(shot.image, self._rotation_deg))
