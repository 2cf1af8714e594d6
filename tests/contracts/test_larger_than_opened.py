"""Pictures of more pixels than are opened: made smaller while they are decoded, or said to be so.

The real worker reads the real file, as a camera's own program leaves it: forty-eight megapixels.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.camera.answers import NoShot
from devices.camera.picture import as_image
from devices.document_camera import opencv
from devices.document_camera.drawn_desk import Desk, Scene, draw_scene
from devices.document_camera.encoding import MOST_PIXELS, PictureTooLarge, decoded
from devices.document_camera.worker_document_camera import open_document_camera
from kiosk import diagnosis
from kiosk.domain import Language
from kiosk.ports.camera import NoPicture
from kiosk.ports.document_camera import PaperLook, Still
from kiosk.texts import load_texts
from launch.places import LOCALE
from tests.support.desk_scenes import worst_corner
from tests.support.document_stages import CONFIG
from tests.support.waiting import wait_until

WIDTH, HEIGHT, SMALLER = 8000, 6000, 8
SCENE = Scene(Desk.WOOD, turn_deg=6, height=0.7)
DRAWN = draw_scene(SCENE, WIDTH // SMALLER, HEIGHT // SMALLER)
PROGRESSIVE = (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
FULL_BYTES = WIDTH * HEIGHT * 3

MEASURED = """
import resource, sys
from pathlib import Path
from devices.document_camera.encoding import decoded
small, large = (Path(name).read_bytes() for name in sys.argv[1:])
decoded(small, is_foreign=True)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
image = decoded(large, is_foreign=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, *image.shape)
"""


def jpeg(image: np.typing.NDArray[np.uint8], *options: int) -> bytes:
    """Return a picture as JPEG."""
    is_made, raw = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90, *options])
    assert is_made
    return raw.tobytes()


@cache
def large() -> bytes:
    """Return a desk of forty-eight megapixels."""
    return jpeg(as_image(cv2.resize(DRAWN.image, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)))


@cache
def progressive() -> bytes:
    """Return a picture of as many pixels, in scans that are complete only with the last one."""
    return jpeg(np.full((HEIGHT, WIDTH), 200, np.uint8), *PROGRESSIVE)


def test_a_camera_of_many_megapixels_is_a_camera(tmp_path: Path) -> None:
    """Its papers are found and taken; one whose pictures can't be opened is told to be that."""
    path = tmp_path / "newest.jpg"
    camera = open_document_camera(replace(CONFIG, source=str(path)))
    try:
        wait_until(lambda: camera.look(1.0) is NoPicture.MISSING, 30, "the worker")
        path.write_bytes(large())
        look = camera.look(20.0)
        assert isinstance(look, PaperLook)
        still = camera.take(20.0)
        assert isinstance(still, Still)
        assert still.found is not None
        drawn = DRAWN.papers[0] * SMALLER / (WIDTH, HEIGHT)
        assert worst_corner(np.array(still.found.corners), drawn) < 0.004
        path.write_bytes(progressive())
        assert camera.look(20.0) is NoPicture.TOO_LARGE
        assert camera.take(20.0) is NoPicture.TOO_LARGE
        told = diagnosis.of_document_camera(camera, load_texts(LOCALE)[Language("en")])
        assert "24 megapixels" in told.advice
        path.write_bytes(jpeg(DRAWN.image))
        assert isinstance(camera.look(20.0), PaperLook)
    finally:
        camera.close()


def test_never_more_memory_than_the_bound(tmp_path: Path) -> None:
    """Measured where nothing else runs: far less than the whole picture would take."""
    paths = tmp_path / "small.jpg", tmp_path / "large.jpg"
    for path, raw in zip(paths, (jpeg(DRAWN.image), large()), strict=True):
        path.write_bytes(raw)
    told = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, paths)], check=True, capture_output=True
    ).stdout.split()
    grown_kib, *shape = map(int, told)
    assert shape == [HEIGHT // 2, WIDTH // 2, 3]
    assert grown_kib * 1024 < MOST_PIXELS * 3 < FULL_BYTES / 1.5


@pytest.mark.parametrize("raw", [large, progressive])
def test_a_still_of_the_kiosk_is_never_so_large(raw: object) -> None:
    """Corners are corners of a still's own pixels: it is opened as it is, or not at all."""
    assert callable(raw)
    assert decoded(raw()) is None


def test_a_foreign_file_that_was_cut_short_is_no_picture() -> None:
    """However small it is opened."""
    assert decoded(large()[:-500], is_foreign=True) is None


@pytest.mark.parametrize("side", [13_400, 40_000, 65_500])
def test_a_file_may_claim_anything(side: int) -> None:
    """Even a quarter of it is too much: said after a look at the first bytes."""
    raw = bytearray(jpeg(DRAWN.image))
    at = raw.index(b"\xff\xc0")
    raw[at + 5 : at + 9] = 2 * side.to_bytes(2, "big")
    with pytest.raises(PictureTooLarge):
        decoded(bytes(raw), is_foreign=True)
    assert decoded(bytes(raw)) is None


def test_scans_of_one_colour_each_are_not_made_smaller() -> None:
    """Such a file is sequential, and still has to be in memory whole: its first scan says so."""
    raw = bytearray(large())
    at = raw.index(b"\xff\xda")
    assert raw[at + 4] == 3
    raw[at + 4] = 1
    with pytest.raises(PictureTooLarge):
        decoded(bytes(raw), is_foreign=True)


def test_a_file_of_too_many_bytes_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not read to its end."""
    monkeypatch.setattr(opencv, "LARGEST_FILE_BYTES", 1000)
    source = opencv.PictureFile(tmp_path / "newest.jpg")
    (tmp_path / "newest.jpg").write_bytes(jpeg(DRAWN.image))
    assert source.latest(0.0, 1e12) is NoShot.TOO_LARGE
