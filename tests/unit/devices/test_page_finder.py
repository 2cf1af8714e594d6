"""Where a page lies: found on any desk, to a pixel or two, and honestly not found on none.

A small dose of the drawn scenes; `./run faults papers` gives all of them and many more.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from devices.camera.picture import Image
from devices.document_camera import finder
from devices.document_camera.drawn_desk import Lying, Scene, draw_scene
from devices.document_camera.finder import find_papers
from tests.support.desk_scenes import SCENES, SMALL, naive, try_scene, worst_corner

DOSE = (
    "dark, in perspective",
    "wood, shadow across",
    "white",
    "white, in perspective",
    "checked, clutter",
    "green, crumpled",
    "grey, card",
    "thumb on a corner, wood",
    "shadow of 70 percent, grey",
    "strong perspective",
    "blank sheet on white",
    "nothing on wood",
    "nothing but clutter on checked",
)


def corners(image: Image) -> list[NDArray[np.float64]]:
    """Return what the finder finds."""
    return [found.quad for found in find_papers(image)]


@pytest.mark.parametrize("name", DOSE)
def test_pages_are_found_and_nothing_else(name: str) -> None:
    """Every corner is close, and an empty desk has no page."""
    outcome = try_scene(name, corners)
    assert outcome.is_found is outcome.is_there, outcome
    assert not outcome.is_false, outcome


def test_the_scenes_tell_a_bad_finder() -> None:
    """The largest bright outline is caught by shadow, a white desk and an empty one."""
    for name in ("wood, shadow across", "white, in perspective", "nothing on wood"):
        outcome = try_scene(name, naive)
        assert outcome.is_false or not outcome.is_found, outcome


def test_the_scenes_tell_a_wrong_refit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Corners that are only scaled up, without a look at the large picture, are worse."""
    name = "dark, in perspective"
    fitted = try_scene(name, corners).error_px
    monkeypatch.setattr(finder, "refitted", lambda quad, _image, scale: quad / scale)
    scaled = try_scene(name, corners).error_px
    assert fitted is not None
    assert scaled is not None
    assert fitted < 0.5 * scaled


def test_several_papers_are_told_apart() -> None:
    """Two sheets are two, each where it lies."""
    drawn = draw_scene(SCENES["two sheets"], *SMALL)
    found = corners(drawn.image)
    assert len(found) == 2
    for paper in drawn.papers:
        assert min(worst_corner(quad, paper) for quad in found) < 5


def test_a_page_that_reaches_beyond_is_found_as_such() -> None:
    """Three sides are seen: the fourth is where the picture ends, and that is said."""
    drawn = draw_scene(Scene(turn_deg=1, middle=(0.5, 0.74)), *SMALL)
    best, *_ = find_papers(drawn.image)
    assert not best.is_whole
    assert best.quad[:, 1].max() > SMALL[1] - 8


def test_a_frame_on_the_page_is_not_the_page() -> None:
    """A printed frame is as clear as the paper's own rim; the outer one is meant."""
    drawn = draw_scene(Scene(lying=Lying.FORM, turn_deg=3), *SMALL)
    assert worst_corner(corners(drawn.image)[0], drawn.papers[0]) < 5


def test_a_dark_mat_is_not_the_page() -> None:
    """A mat that was put under the paper has four clear sides, too."""
    drawn = draw_scene(Scene(height=0.5, noise=0), *SMALL)
    image = drawn.image.copy()
    mat = image[60:-60, 200:-200].copy()
    image[:] = (190, 195, 200)
    image[60:-60, 200:-200] = mat
    assert worst_corner(corners(image)[0], drawn.papers[0]) < 5


@pytest.mark.parametrize("shape", [(64, 64), (40, 3000), (3000, 40), (1, 1)])
def test_any_size_of_picture_is_looked_at(shape: tuple[int, int]) -> None:
    """Strips, dots and noise have no page, and no crash."""
    random = np.random.default_rng(3)
    for image in (
        np.zeros((*shape, 3), np.uint8),
        random.integers(0, 256, (*shape, 3), np.uint8),
    ):
        assert corners(image) == []
