"""What is particular to a camera on a device path, with a stand-in for its driver."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from devices.camera.answers import NoShot
from devices.camera.opencv import FROZEN_PICTURES, SETTLING_PICTURES, DriverStuck, Grabber
from devices.camera.picture import Image, Shot


def noise(level: int, seed: int) -> Image:
    """Return a small picture as no sensor gives it twice."""
    random = np.random.default_rng(seed)
    return random.integers(level - 3, level + 4, (16, 16, 3), np.uint8)


class FakeCapture:
    """A driver that gives the pictures it was told to give, then fails."""

    def __init__(self, pictures: list[Image]) -> None:
        self.settings: list[tuple[int, float]] = []
        self.left = len(pictures)
        self._pictures: Iterator[Image] = iter(pictures)

    def read(self) -> tuple[bool, Image | None]:
        """Return the next picture."""
        picture = next(self._pictures, None)
        self.left -= picture is not None
        return picture is not None, picture

    def set(self, key: int, value: float) -> bool:
        """Remember a setting."""
        self.settings.append((key, value))
        return True

    def isOpened(self) -> bool:  # noqa: N802 # OpenCV's name
        """Say that it is open."""
        return True


def grabber() -> Grabber:
    """Make the reader of a device."""
    return Grabber("/dev/v4l/by-path/platform-usb-video-index0", (1280, 720), 8.0)


def delivered(reader: Grabber, pictures: list[Image]) -> tuple[int, int]:
    """Let it read the pictures; return how many it handed out, and how many it left unread."""
    shots: set[float] = set()

    def note(_rest_s: float) -> None:
        assert reader._shot is not None
        shots.add(reader._shot.captured_at_s)

    reader._rest = note  # type: ignore[method-assign, assignment]
    capture = FakeCapture(pictures)
    reader._read_all(capture)  # type: ignore[arg-type]
    return len(shots), capture.left


def test_the_format_is_asked_for_before_the_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """MJPG first, then width, height, rate, one buffer: another order may give a slow format."""
    capture = FakeCapture([])
    # The driver itself: there is no device on a machine without a camera.
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: capture)
    assert grabber()._open() is not None
    assert capture.settings == [
        (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
        (cv2.CAP_PROP_FRAME_WIDTH, 1280),
        (cv2.CAP_PROP_FRAME_HEIGHT, 720),
        (cv2.CAP_PROP_FPS, 30),
        (cv2.CAP_PROP_BUFFERSIZE, 1),
    ]


def test_pictures_are_held_back_until_the_exposure_has_settled() -> None:
    """The first, still dark pictures are not shown; a lamp that flickers on for ever is."""
    rising = [noise(level, level) for level in range(20, 120, 10)]
    steady = [noise(120, 200 + seed) for seed in range(10)]
    assert delivered(grabber(), rising + steady)[0] == len(steady) - 1
    flickering = [noise(60 if seed % 2 else 160, seed) for seed in range(40)]
    assert delivered(grabber(), flickering)[0] == 40 - SETTLING_PICTURES


def test_a_driver_that_repeats_itself_is_lost() -> None:
    """Some drivers give the last picture for ever after an unplug: that ends the reading."""
    live = [noise(120, seed) for seed in range(10)]
    reader = grabber()
    _, unread = delivered(reader, live + [live[-1]] * 100)
    assert unread == 100 - FROZEN_PICTURES
    assert delivered(reader, [live[-1]] * 5) == (0, 4)  # and when it was opened again
    count, unread = delivered(reader, [noise(120, 50 + seed) for seed in range(10)])
    assert count == 9
    assert unread == 0


def test_a_covered_lens_is_not_lost() -> None:
    """Pure black again and again is a picture."""
    black = [np.zeros((16, 16, 3), np.uint8)] * 100
    assert delivered(grabber(), black)[1] == 0


def test_an_old_picture_is_not_handed_out() -> None:
    """What was captured before the given instant is not new, and old it is lost."""
    reader = grabber()
    reader._could_not_open = True
    now_s = time.monotonic()
    assert reader.latest(now_s, now_s) is NoShot.MISSING
    reader._shot = Shot(noise(100, 1), now_s)
    reader._is_open = True
    assert reader.latest(now_s - 1, now_s) is reader._shot
    assert reader.latest(now_s, now_s) is NoShot.QUIET
    reader._shot = Shot(noise(100, 1), now_s - 2)
    assert reader.latest(now_s, now_s) is NoShot.LOST


def test_waiting_ends_with_a_new_picture() -> None:
    """A call that waits gets the picture as soon as it is there."""
    reader = grabber()
    reader._is_open = True
    answers: list[Shot | NoShot] = []
    began_s = time.monotonic()
    waiting = threading.Thread(
        target=lambda: answers.append(reader.latest(began_s, began_s + 60)), name="waiting"
    )
    waiting.start()
    with reader._changed:
        reader._shot = Shot(noise(100, 1), began_s + 0.001)
        reader._changed.notify_all()
    waiting.join(10)
    assert answers == [reader._shot]


def test_a_stuck_driver_ends_the_worker() -> None:
    """A read that does not return within its limit is cured by a new process only."""
    reader = Grabber("/dev/video0", (640, 480), stuck_after_s=0.0)
    with pytest.raises(DriverStuck):
        reader.latest(time.monotonic(), time.monotonic())
