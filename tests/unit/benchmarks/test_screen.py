"""A real virtual screen with a real window on it, looked at and touched from outside."""

from __future__ import annotations

import ctypes.util
import shutil
import sys

import numpy as np
import pytest

from benchmarks.pictures import Picture, whole
from benchmarks.programs import running
from benchmarks.screen import HEIGHT, WIDTH, Area, Screen, virtual_screen
from tests.support.needs import needs
from tests.support.waiting import wait_until

WINDOW = """
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

class Window(QWidget):
    def mouseReleaseEvent(self, event):
        colour = QColor(event.position().toPoint().x() // 8, 0, 0x5A)
        self.setPalette(QPalette(colour))

program = QApplication([])
window = Window()
window.setPalette(QPalette(QColor(0x08, 0x4C, 0x57)))
window.setGeometry(0, 0, 1920, 1080)
window.show()
program.exec()
"""


def is_all(picture: Picture, colour: int) -> bool:
    """Say whether every pixel has this colour."""
    return bool(np.all(picture == colour))


def test_what_a_window_shows_is_seen_and_a_touch_reaches_it() -> None:
    """Colours come as they were painted, and a touch arrives where it was meant."""
    needs(shutil.which("Xvfb"), "Xvfb")
    needs(ctypes.util.find_library("Xtst"), "Xlib's XTEST (libxtst6)")
    with virtual_screen() as screen:
        assert is_all(whole(screen), 0)
        with running([sys.executable, "-c", WINDOW], screen.name, {"QT_QPA_PLATFORM": "xcb"}):
            wait_until(lambda: is_all(whole(screen), 0x084C57), 30, "the window")
            assert len(screen.pixels(Area(10, 10, 30, 2))) == 30 * 2 * 4
            screen.touch(800, HEIGHT // 2)
            wait_until(lambda: is_all(whole(screen), 0x64005A), 30, "what the touch changes")
        wait_until(lambda: is_all(whole(screen), 0), 30, "the dark screen")


def test_a_screen_that_is_not_there_is_said() -> None:
    """No display of that name."""
    needs(ctypes.util.find_library("Xtst"), "Xlib's XTEST (libxtst6)")
    with pytest.raises(OSError, match="can't be opened"):
        Screen(":64999")


def test_areas_know_their_middle() -> None:
    """A touch goes to the middle of what is touched."""
    assert Area(0, 0, WIDTH, HEIGHT).centre == (WIDTH // 2, HEIGHT // 2)
