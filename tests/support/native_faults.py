"""The real document camera, whose finder meets pictures that native code hangs or crashes at.

Runs in the worker. A picture's own first pixel says what it does, so that the process that follows
meets the same fault at the same picture, and none at another.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping

from devices.camera.picture import Image
from devices.document_camera import copy_stand
from devices.document_camera.opencv import host as real_host
from devices.document_camera.page_making import find_page
from devices.frames import PictureMemory
from devices.wire import JsonObject
from devices.worker_child import Handler
from kiosk.ports.document_camera import PaperFound

HANG, CRASH = (255, 0, 255), (0, 255, 255)
"""Colours (BGR) that no desk has."""


def host(config: JsonObject, memory: PictureMemory | None) -> Mapping[str, Handler]:
    """Build the real camera with this finder."""
    vars(copy_stand)["find_page"] = _find_page
    return real_host(config, memory)


def _find_page(image: Image) -> PaperFound | None:
    if _is_near(image, HANG):
        ctypes.PyDLL(None).pause()  # holds the interpreter's lock, as a hanging library does
    if _is_near(image, CRASH):
        ctypes.string_at(0)
    return find_page(image)


def _is_near(image: Image, colour: tuple[int, int, int]) -> bool:
    """Say whether the first pixel has a colour, as far as JPEG keeps it."""
    first = image[0, 0]
    return all(abs(int(value) - wanted) < 40 for value, wanted in zip(first, colour, strict=True))
