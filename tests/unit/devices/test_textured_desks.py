"""Pages on desks with a texture: edges are everywhere, and the page is what its own sides enclose.

Each case was missed or mistaken before a rule was made of it. `./run faults papers-texture` gives
hundreds.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from devices.document_camera import edges, finder
from devices.document_camera.drawn_desk import DrawnScene, draw_scene
from devices.document_camera.edges import Edges
from tests.faults.papers import corners
from tests.faults.papers_texture import by_chance
from tests.support.desk_scenes import SMALL, Outcome, try_drawn
from tests.support.textured_desks import TEXTURES, draw_texture

SEED = "tdev"
GRAVEL, TILE, WOOD, DARK_WOOD, ON_GRAVEL, JOINTS, EMPTY = 11, 22, 93, 114, 116, 50, 120


@cache
def drawn(number: int) -> DrawnScene:
    """Return the picture of a case."""
    case = by_chance(SEED, number)
    desk = draw_texture(case.texture, *SMALL, case.desk_seed)
    return draw_scene(case.scene, *SMALL, desk=desk)


def outcome(number: int) -> Outcome:
    """Return what the finder makes of a case."""
    is_crumpled = bool(by_chance(SEED, number).scene.crumple)
    return try_drawn(str(number), drawn(number), corners, is_crumpled=is_crumpled)


@pytest.mark.parametrize("number", [GRAVEL, TILE, WOOD, DARK_WOOD, ON_GRAVEL, EMPTY])
def test_the_page_is_found_and_nothing_of_the_desk(number: int) -> None:
    """Stones, joints and boards are no sides, and one tile among many is no page."""
    told = outcome(number)
    assert told.is_found is told.is_there, told
    assert not told.is_false, told


def is_right(number: int) -> bool:
    """Say whether a case is told for what it is."""
    told = outcome(number)
    return told.is_found is told.is_there and not told.is_false


def test_gravel_on_both_hands_of_a_side_is_no_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a look at what lies there, a strip of the desk is taken along."""
    monkeypatch.setattr(
        Edges, "desk_goes_on", lambda _self, quads: np.zeros((len(quads), 4), np.bool_)
    )
    assert outcome(GRAVEL).is_false


def test_light_joints_are_no_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    """A card among tiles may be missed; a frame of grout around it is never taken for it."""
    assert not outcome(JOINTS).is_false
    monkeypatch.setattr(edges, "LEAST_LIGHT", 256.0)
    assert outcome(JOINTS).is_false


@pytest.mark.parametrize(
    ("module", "rule", "value", "number"),
    [
        (edges, "BEYOND_STRAIGHT", 0.0, ON_GRAVEL),
        (finder, "SAME_COLOUR", 0.0, WOOD),
        (finder, "APART_PX", 0.1, DARK_WOOD),
        (finder, "MESH", 9, EMPTY),
    ],
)
def test_each_rule_is_needed(
    module: object, rule: str, value: float, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it something is missed or mistaken."""
    monkeypatch.setattr(module, rule, value)
    assert not is_right(number)


@pytest.mark.parametrize("name", TEXTURES)
def test_a_seed_is_a_desk(name: str) -> None:
    """Always the same, another one with another seed, and never flat."""
    first, again, other = (draw_texture(name, 160, 120, seed) for seed in (1, 1, 2))
    assert first.shape == (120, 160, 3)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.std() > 5
