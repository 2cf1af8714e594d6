"""Papers on desks with a texture: brick, tile, wood, cloth, gravel, grass, terrazzo, by chance.

Edges are everywhere, and a page is what its own four sides enclose all the same. What is not found
is framed by hand; what is mistaken may be handed in. So a dose holds to two promises: an empty desk
has no page but seldom, and a page is seldom mistaken.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from devices.document_camera.drawn_desk import Desk, Lying, Scene, draw_scene
from tests.faults.dose import Batch, Harness, Part
from tests.faults.papers import FINDERS, a_scene, is_whole
from tests.support.desk_scenes import SMALL, Finder, Outcome, try_drawn
from tests.support.textured_desks import TEXTURES, draw_texture

EMPTY_EVERY = 6
"""So many desks of a texture, and the last of them has no paper."""

MOST_MISTAKEN = 0.12
"""Of a batch. About 2 of 100 are: a desk by chance may be too hard, and no batch is an average."""


@dataclass(frozen=True, slots=True)
class Textured:
    """A desk with a texture, and what lies on it."""

    texture: str
    desk_seed: int
    scene: Scene


def by_chance(seed: str, number: int) -> Textured:
    """Return a desk with a paper, whole in the picture, or with none; textures take turns."""
    chance = random.Random(f"{seed}/{number}")
    names = list(TEXTURES)
    texture, desk_seed = names[number % len(names)], chance.randrange(1_000_000)
    is_empty = number // len(names) % EMPTY_EVERY == EMPTY_EVERY - 1
    papers = [it for it in Lying if it is not Lying.NOTHING]
    while True:
        lying = Lying.NOTHING if is_empty else chance.choice(papers)
        # The desk of the scene says only how deep a shadow the paper casts.
        scene = a_scene(chance, Desk.GREY, lying, (0.0, 0.0, 0.0, 4.0), thumbs=0.06)
        if is_whole(scene):
            return Textured(texture, desk_seed, scene)


def try_textured(case: Textured, find: Finder) -> Outcome:
    """Draw a desk and measure what the finder says of it."""
    desk = draw_texture(case.texture, *SMALL, case.desk_seed)
    drawn = draw_scene(case.scene, *SMALL, desk=desk)
    return try_drawn(case.texture, drawn, find, is_crumpled=bool(case.scene.crumple))


def look(batch: Batch) -> Part:
    """Draw desks, let the page be found, and count."""
    result = Part()
    for number in batch.cases:
        outcome = try_textured(by_chance(batch.seed, number), FINDERS[batch.bug])
        result.figures.update({_what(outcome): 1})
    mistaken = result.figures["mistaken"] + result.figures["found where there is none"]
    if mistaken > max(2, MOST_MISTAKEN * len(batch.cases)):
        result.find(batch.cases.start, f"{mistaken} of {len(batch.cases)} mistaken")
    return result


def _what(outcome: Outcome) -> str:
    if outcome.is_there:
        if outcome.is_false:
            return "mistaken"
        return "found" if outcome.is_found else "missed or coarse"
    return "found where there is none" if outcome.is_false else "empty and said so"


HARNESS = Harness(
    name="papers-texture",
    about="papers on desks of brick, tile, wood, cloth, gravel, grass and terrazzo",
    unit="drawn desks",
    dose=840,
    batch=42,
    give=look,
    bugs=("largest", "unsupported"),
    is_sample=False,
)
