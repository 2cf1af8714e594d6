"""Where a page lies: found on any desk, to a pixel or two, and honestly not found on none.

A small dose of the drawn scenes; `./run faults papers` gives all of them and many more.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from devices.camera.picture import Image
from devices.document_camera import finder
from devices.document_camera.drawn_desk import Desk, Lying, Scene, draw_scene
from devices.document_camera.finder import find_papers
from tests.support.desk_scenes import SCENES, SMALL, naive, try_drawn, try_scene, worst_corner

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

LIVE = (960, 720)
LIVE_DOSE = ("checked, form", "wood, shadow across", "white, card", "nothing but clutter on white")
"""Of what a live picture made of earlier finders: found wrongly, or not at all."""

HARD = {
    "a card's heading, as dark as the desk around it": Scene(
        Desk.WOOD, Lying.CARD, height=0.3, turn_deg=39, shade=0.6, clutter=4, noise=6
    ),
    "a stripe across a card's back": Scene(Desk.CHECKED, Lying.CARD_BACK, height=0.34, turn_deg=5),
    "a card on white, in dim light": Scene(
        Desk.WHITE, Lying.CARD, height=0.36, turn_deg=-16, light=0.67, clutter=10
    ),
    "a thumb on a short side": Scene(
        Desk.GREY, Lying.CARD_BACK, height=0.39, turn_deg=34, light=0.42, thumb=True
    ),
    "a thumb and a stripe on a card's back": Scene(
        Desk.GREEN,
        Lying.CARD_BACK,
        height=0.267,
        turn_deg=-8.2,
        lean=(0.225, 0.109),
        light=0.77,
        noise=6.6,
        thumb=True,
        seed=265113,
    ),
    "a board of the desk beside the page": Scene(Desk.WOOD, height=0.6, turn_deg=15, clutter=4),
    "grain that goes on where a side ends": Scene(Desk.WOOD, Lying.LETTER, noise=1, seed=2),
    "crumpled, white on white, overexposed": Scene(
        Desk.WHITE, Lying.FORM, height=0.48, turn_deg=25, light=1.09, crumple=5, blur=1
    ),
}
"""Each was missed or mistaken before a rule was made of it."""


def corners(image: Image) -> list[NDArray[np.float64]]:
    """Return what the finder finds."""
    return [found.quad for found in find_papers(image)]


@pytest.mark.parametrize("name", DOSE)
def test_pages_are_found_and_nothing_else(name: str) -> None:
    """Every corner is close, and an empty desk has no page."""
    outcome = try_scene(name, corners)
    assert outcome.is_found is outcome.is_there, outcome
    assert not outcome.is_false, outcome


@pytest.mark.parametrize("name", HARD)
def test_what_lies_across_a_page_is_not_its_end(name: str) -> None:
    """Bands and stripes, thumbs, boards and grain: the page is what its own sides enclose."""
    scene = HARD[name]
    outcome = try_drawn(name, draw_scene(scene, *SMALL), corners, is_crumpled=bool(scene.crumple))
    assert outcome.is_found, outcome


@pytest.mark.parametrize("name", LIVE_DOSE)
def test_a_live_picture_is_as_good(name: str) -> None:
    """Below a thousand pixels noise weighs more, and the answers are the same."""
    outcome = try_scene(name, corners, LIVE)
    assert outcome.is_found is outcome.is_there, outcome
    assert not outcome.is_false, outcome


@pytest.mark.parametrize("seed", range(6))
def test_clutter_alone_is_no_page(seed: int) -> None:
    """Phones, cups and pens, however they lie together, have no four sides of a page."""
    desk = list(Desk)[seed]
    scene = Scene(desk, Lying.NOTHING, clutter=25, light=0.8, shade=0.3, seed=seed)
    assert corners(draw_scene(scene, *SMALL).image) == []


@pytest.mark.parametrize(
    ("rule", "value", "name"),
    [
        ("OVERRUN", 1.0, "a board of the desk beside the page"),
        ("LEAST_CORNERS", 0, "a card on white, in dim light"),
        ("MOST_GROWN", 0, "a thumb and a stripe on a card's back"),
    ],
)
def test_each_rule_is_needed(
    rule: str, value: float, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it something that lies across a page is taken for its end."""
    monkeypatch.setattr(finder, rule, value)
    outcome = try_drawn(name, draw_scene(HARD[name], *SMALL), corners, is_crumpled=False)
    assert not outcome.is_found


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


def test_what_spans_two_sheets_is_left_whatever_overlaps_it() -> None:
    """The best of a group is a little smaller than what spans two sheets that lie beside it."""

    def found(left: float, right: float, height: float, score: float) -> finder.Found:
        quad = np.array([(left, 0), (right, 0), (right, height), (left, height)], np.float64)
        return finder.Found(quad, score, is_whole=True, is_lighter=True)

    best = found(0, 100, 94, 0.95)
    spanning = [found(60, 160, 100, 0.82), found(60, 160, 96, 0.85)]
    sheets = [found(101, 128, 90, 0.9), found(130, 158, 90, 0.9)]
    chosen = finder._chosen([*sheets, *spanning, best])
    assert [it.score for it in chosen] == [0.95, 0.9, 0.9]
