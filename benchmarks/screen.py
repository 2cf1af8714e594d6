"""A screen of its own, looked at and touched from outside: Xvfb, and Xlib without a package for it.

Programs are timed by what they show, not by what they say of themselves. Pixels are fetched in
narrow rows, so that looking a thousand times a second does not take the time away from the program
that is to paint.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

WIDTH = 1920
HEIGHT = 1080
_START_TIMEOUT_S = 20.0
_BYTES_PER_PIXEL = 4
_Z_PIXMAP = 2
_ALL_PLANES = 0xFFFFFFFF


class _Image(ctypes.Structure):
    """The front of Xlib's `XImage`: as much of it as is read here."""

    _fields_ = (
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("xoffset", ctypes.c_int),
        ("format", ctypes.c_int),
        ("data", ctypes.c_void_p),
        ("byte_order", ctypes.c_int),
        ("bitmap_unit", ctypes.c_int),
        ("bitmap_bit_order", ctypes.c_int),
        ("bitmap_pad", ctypes.c_int),
        ("depth", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
        ("bits_per_pixel", ctypes.c_int),
    )


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the screen in pixels."""

    x: int
    y: int
    width: int
    height: int = 1

    @property
    def centre(self) -> tuple[int, int]:
        """The pixel in the middle."""
        return self.x + self.width // 2, self.y + self.height // 2


WHOLE = Area(0, 0, WIDTH, HEIGHT)


class Screen:
    """A connection to a screen; one thread."""

    def __init__(self, name: str) -> None:
        """Connect to the display of this name.

        Raises:
            OSError: Xlib is missing, or there is no such display.
        """
        self.name = name
        self._x11 = _library("X11")
        self._xtst = _library("Xtst")
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        self._x11.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x11.XGetImage.restype = ctypes.POINTER(_Image)
        display = self._x11.XOpenDisplay(name.encode())
        if not display:
            raise OSError(f"the display {name} can't be opened")
        self._display = ctypes.c_void_p(display)
        self._root = ctypes.c_ulong(self._x11.XDefaultRootWindow(self._display))

    def pixels(self, area: Area) -> bytes:
        """Return what is shown there: blue, green, red and a spare byte per pixel, row by row."""
        image = self._x11.XGetImage(
            self._display,
            self._root,
            ctypes.c_int(area.x),
            ctypes.c_int(area.y),
            ctypes.c_uint(area.width),
            ctypes.c_uint(area.height),
            ctypes.c_ulong(_ALL_PLANES),
            ctypes.c_int(_Z_PIXMAP),
        )
        if not image:
            raise OSError(f"the screen does not show {area}")
        try:
            told = image.contents
            assert told.bits_per_pixel == 8 * _BYTES_PER_PIXEL, "the screen was made 24 bits deep"
            data: int = told.data
            return ctypes.string_at(data, told.bytes_per_line * told.height)
        finally:
            self._x11.XDestroyImage(image)

    def touch(self, x: int, y: int) -> None:
        """Press and let go there, as a finger does."""
        self._xtst.XTestFakeMotionEvent(self._display, -1, x, y, ctypes.c_ulong(0))
        for is_down in (1, 0):
            self._xtst.XTestFakeButtonEvent(self._display, 1, is_down, ctypes.c_ulong(0))
        self._x11.XSync(self._display, 0)

    def park_pointer(self) -> None:
        """Put the pointer into a corner, where nothing lights up below it."""
        self._xtst.XTestFakeMotionEvent(self._display, -1, WIDTH - 1, HEIGHT - 1, ctypes.c_ulong(0))
        self._x11.XSync(self._display, 0)

    def close(self) -> None:
        """End the connection."""
        self._x11.XCloseDisplay(self._display)


@contextlib.contextmanager
def virtual_screen() -> Iterator[Screen]:
    """Run a screen that needs no monitor for as long as the block lasts.

    Raises:
        OSError: Xvfb does not start.
    """
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [
                "Xvfb",
                *("-displayfd", str(writing)),
                *("-screen", "0", f"{WIDTH}x{HEIGHT}x24"),
                *("-nolisten", "tcp", "-noreset"),
            ],
            pass_fds=[writing],
            stderr=log,
        )
        os.close(writing)
        try:
            with os.fdopen(reading, encoding="ascii") as told:
                number = told.readline().strip()  # ends with Xvfb's own end, if nothing else
            if not number:
                log.seek(0)
                raise OSError(f"Xvfb does not start: {log.read().decode(errors='replace')[-300:]}")
            with contextlib.closing(Screen(f":{number}")) as screen:
                screen.park_pointer()
                yield screen
        finally:
            process.terminate()
            process.wait(_START_TIMEOUT_S)


def _library(name: str) -> ctypes.CDLL:
    return ctypes.CDLL(ctypes.util.find_library(name) or f"lib{name}.so.6")
