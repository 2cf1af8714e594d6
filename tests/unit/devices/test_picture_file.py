"""A picture file that other programs write: turned as it says, and never half a page."""

from __future__ import annotations

import io
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from devices.camera.answers import NoShot
from devices.camera.picture import Shot
from devices.document_camera import opencv
from devices.document_camera.drawn_desk import Lying, Scene, draw_scene
from devices.document_camera.encoding import decoded
from devices.document_camera.opencv import PictureFile
from devices.document_camera.straighten import straightened

WIDTH, HEIGHT = 320, 240
ORIENTATION = 0x0112
DRAWN = draw_scene(Scene(lying=Lying.CARD, height=0.5, turn_deg=3), WIDTH, HEIGHT)


def jpeg(orientation: int | None = None) -> bytes:
    """Return the desk as a JPEG that says which way it was taken."""
    file = io.BytesIO()
    exif = PillowImage.Exif()
    if orientation is not None:
        exif[ORIENTATION] = orientation
    PillowImage.fromarray(DRAWN.image[..., ::-1].copy()).save(file, "JPEG", exif=exif)
    return file.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the picture will be."""
    return tmp_path / "newest.jpg"


def taken(source: PictureFile) -> Shot | NoShot:
    """Ask for a picture of now."""
    now_s = time.monotonic()
    return source.latest(now_s, now_s + 20)


@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (3, 2), (6, 3), (8, 1)])
def test_a_picture_is_turned_as_it_says(path: Path, orientation: int, turns: int) -> None:
    """A camera that was mounted on its side says so, and the page is not sideways for it."""
    source = PictureFile(path)
    path.write_bytes(jpeg(orientation))
    shot = taken(source)
    assert isinstance(shot, Shot)
    straight = decoded(jpeg())
    assert straight is not None
    assert np.array_equal(shot.image, np.rot90(straight, turns))


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_is_none_changes_nothing(path: Path, orientation: int) -> None:
    """Whatever a file claims, it is a picture."""
    source = PictureFile(path)
    path.write_bytes(jpeg(orientation))
    shot = taken(source)
    assert isinstance(shot, Shot)
    assert shot.image.shape == (HEIGHT, WIDTH, 3)


def test_a_still_is_never_turned() -> None:
    """Corners of a still are corners of its pixels as they lie in the file."""
    image = decoded(jpeg(6))
    assert image is not None
    assert image.shape == (HEIGHT, WIDTH, 3)


@pytest.mark.parametrize("missing", [1, 2, 500])
def test_a_file_cut_short_is_no_picture(missing: int) -> None:
    """Half a page, grey below, is worse than none."""
    assert decoded(jpeg()[:-missing]) is None


def test_a_file_that_is_being_written_is_waited_for(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The camera is not said to be lost while its program is still writing."""
    monkeypatch.setattr(opencv, "HALF_WRITTEN_S", 20.0)  # how long is no matter of this test
    source = PictureFile(path)
    raw = jpeg()
    path.write_bytes(raw[: len(raw) // 2])
    program = threading.Timer(0.3, path.write_bytes, (raw,))
    program.start()
    shot = taken(source)
    program.join()
    assert isinstance(shot, Shot)


def test_a_file_that_stays_broken_is_a_lost_camera(path: Path) -> None:
    """Said within its patience, not at the deadline."""
    source = PictureFile(path)
    path.write_bytes(b"nothing")
    assert taken(source) is NoShot.LOST


def test_corners_dragged_across_each_other_mirror_nothing() -> None:
    """The same four corners the other way round are the same page, and no mirror's image."""
    quad = DRAWN.papers[0]
    straight = straightened(DRAWN.image, quad)
    crossed = straightened(DRAWN.image, quad[[1, 0, 3, 2]])
    assert straight is not None
    assert crossed is not None
    assert np.array_equal(straight, crossed)
