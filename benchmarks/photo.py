"""From one still of the camera to the finished ID photo, against the shortest program that makes
one.

Ours is `make_portrait`: faces looked for, pupils found, the head levelled, everything measured and
judged, cropped by the rules of the format, encoded in the best quality that keeps to the file's
size, and told in a report. The peer looks for the face with the same detector on a copy of the same
size, cuts a window of fixed proportions around it, and encodes that once.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import cv2

from benchmarks.figures import Figure, Unit, in_turns
from devices.camera.faces import FaceDetector, load_detector
from devices.camera.formats import load_photo_formats
from devices.camera.limits import Limits
from devices.camera.picture import Image, as_image, fitted
from devices.camera.portrait import make_portrait
from devices.camera.seen import DETECTION_PX
from devices.camera.simulated import sitter_of
from devices.desk_state import FaceScene, SimulatedFace
from launch.places import PHOTO_FORMATS
from tests.support.faces import jpeg_of, picture_of

ROUNDS: Final = 30
MEMORY_ROUNDS: Final = 3
SIZES: Final = ((1280, 720), (1920, 1080), (3840, 2160))
FORMAT: Final = load_photo_formats(PHOTO_FORMATS)["cn.id_card"]
PEER: Final = "OpenCV alone: detect, crop, resize, encode once"
_PEAK: Final = """
import sys
from benchmarks.photo import candidates, still
who, width, height, model = sys.argv[1:]
image = still(int(width), int(height))
with open("/proc/self/clear_refs", "w") as peak:
    peak.write("5")
candidates(image, model)[who]()
with open("/proc/self/status") as status:
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


def measure(rounds: int = ROUNDS, model: str = "") -> list[Figure]:
    """Return the figures of one run; `model` is YuNet's file, "" for the cascade alone."""
    cv2.setNumThreads(2)
    figures = []
    for detector in ("", model) if model else ("",):
        for width, height in SIZES:
            image = still(width, height)
            name = f"still of {width} x {height} to ID photo ({'YuNet' if detector else 'cascade'})"
            both = candidates(image, detector)
            ours, theirs = in_turns(rounds, both["ours"], both["peer"])
            figures.append(Figure(name, PEER, Unit.MS, ours, theirs))
        peaks = {
            who: tuple(_peak_mb(who, *SIZES[-1], detector) for _ in range(MEMORY_ROUNDS))
            for who in ("ours", "peer")
        }
        name = f"the largest of them, peak memory ({'YuNet' if detector else 'cascade'})"
        figures.append(Figure(name, PEER, Unit.MB, peaks["ours"], peaks["peer"]))
    return figures


def still(width_px: int, height_px: int) -> Image:
    """Return what a camera gives of somebody who sits well, with its noise."""
    return picture_of(jpeg_of(sitter_of(SimulatedFace(FaceScene.GOOD)), width_px, height_px))


def candidates(image: Image, model: str) -> dict[str, Callable[[], bytes]]:
    """Return what makes the photo, ours and the peer's, with a detector each."""
    sha256 = hashlib.sha256(Path(model).read_bytes()).hexdigest() if model else ""
    return {
        who: partial(make, image, load_detector(model, sha256))
        for who, make in (("ours", _portrait), ("peer", bare_portrait))
    }


def _portrait(image: Image, detector: FaceDetector) -> bytes:
    return make_portrait(image, detector, FORMAT, Limits(), simulated=True).jpeg


def bare_portrait(image: Image, detector: FaceDetector) -> bytes:
    """Return the peer's photo: the face's box, a window around it, one JPEG."""
    small, scale = fitted(image, *DETECTION_PX)
    x, y, width, _ = (side / scale for side in detector.find(small)[0].box)
    window_width = width * FORMAT.width_px / 207
    left, top = round(x + width / 2 - window_width / 2), round(max(y - 0.4 * width, 0))
    bottom = top + round(window_width * FORMAT.height_px / FORMAT.width_px)
    part = image[top:bottom, left : left + round(window_width)]
    size = (FORMAT.width_px, FORMAT.height_px)
    photo = as_image(cv2.resize(part, size, interpolation=cv2.INTER_AREA))
    return cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def _peak_mb(who: str, width_px: int, height_px: int, model: str) -> float:
    """Return the most memory of a process that makes one photo: the kernel's VmHWM, in MB."""
    command = [sys.executable, "-c", _PEAK, who, str(width_px), str(height_px), model]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return int(done.stdout) * 1024 / 1e6
