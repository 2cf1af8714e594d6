"""Papers on drawn desks: all named scenes in five megapixels, and then desks by chance.

A named scene is a promise: its page is found, every corner close, and an empty desk has none. A
desk by chance may be too hard; how many are found, missed and mistaken is counted and told.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from devices.camera.picture import Image
from devices.document_camera import finder
from devices.document_camera.drawn_desk import Desk, Lying, Scene, draw_scene
from devices.document_camera.finder import find_papers
from tests.faults.dose import Batch, Harness, Part
from tests.support.desk_scenes import (
    FIVE_MEGAPIXELS,
    SCENES,
    SMALL,
    Finder,
    Outcome,
    naive,
    try_drawn,
    try_scene,
)

SHADOWS = (0.0, 0.0, 0.3, 0.6)

ASKED = {
    **dict.fromkeys(("LEAST_SIDE", "LEAST_MEAN", "LEAST_CORNERS", "LEAST_SCORE", "SURE"), 0),
    "MESH": 9,
}
"""What the finder asks of a candidate's sides and ends, and what asks nothing."""


def corners(image: Image) -> Sequence[NDArray[np.float64]]:
    """Return what the finder finds."""
    return [found.quad for found in find_papers(image)]


def unsupported(image: Image) -> Sequence[NDArray[np.float64]]:
    """Return the largest candidate, without asking what its sides lie on: a planted bug."""
    kept = {name: getattr(finder, name) for name in ASKED}
    try:
        for name, value in ASKED.items():
            setattr(finder, name, value)
        return corners(image)
    finally:
        for name, value in kept.items():
            setattr(finder, name, value)


FINDERS: dict[str, Finder] = {"": corners, "largest": naive, "unsupported": unsupported}


def by_chance(seed: str) -> Scene:
    """Return a desk with a paper, whole in the picture, or with none."""
    chance = random.Random(seed)
    while True:
        lying = chance.choice(list(Lying))
        scene = a_scene(chance, chance.choice(list(Desk)), lying, (0.0, 0.0, 5.0), thumbs=0.1)
        if is_whole(scene):
            return scene


def a_scene(
    chance: random.Random, desk: Desk, lying: Lying, crumples: Sequence[float], thumbs: float
) -> Scene:
    """Return this on that desk, all else by chance.

    Args:
        chance: Where it comes from.
        desk: The desk.
        lying: What lies on it.
        crumples: Of these one is how crumpled it is.
        thumbs: How often there is a thumb on it, from 0 to 1.
    """
    card = 0.5 if lying in {Lying.CARD, Lying.CARD_BACK} else 1.0
    return Scene(
        desk,
        lying,
        height=chance.uniform(0.45, 0.8) * card,
        turn_deg=chance.uniform(-40, 40),
        lean=(chance.uniform(-0.3, 0.3), chance.uniform(-0.5, 0.3)),
        light=chance.uniform(0.4, 1.1),
        shade=chance.choice(SHADOWS),
        clutter=chance.choice((0, 0, 4, 10)),
        crumple=chance.choice(crumples),
        blur=chance.choice((0.0, 0.0, 1.0)),
        noise=chance.uniform(1, 7),
        thumb=chance.random() < thumbs,
        seed=chance.randrange(1_000_000),
    )


def is_whole(scene: Scene) -> bool:
    """Say whether the paper lies in the picture with all of it; none does."""
    bare = replace(scene, crumple=0.0, blur=0.0, noise=0.0)
    papers = draw_scene(bare, 160, 120).papers
    return not papers or bool(papers[0].min() > 1 and (papers[0].max(0) < (159, 119)).all())


def look(batch: Batch) -> Part:
    """Draw scenes, let the page be found, and count."""
    result, names = Part(), tuple(SCENES)
    find = FINDERS[batch.bug]
    for number in batch.cases:
        if number < len(names):
            outcome = try_scene(names[number], find, FIVE_MEGAPIXELS)
            _count(result, outcome, "named")
            if outcome.is_there is not outcome.is_found or outcome.is_false:
                result.find(number, f"{outcome.name}: {_told(outcome)}")
        else:
            drawn = draw_scene(scene := by_chance(f"{batch.seed}/{number}"), *SMALL)
            outcome = try_drawn(str(number), drawn, find, is_crumpled=bool(scene.crumple))
            _count(result, outcome, "by chance")
    return result


def _count(result: Part, outcome: Outcome, kind: str) -> None:
    if outcome.is_false:
        what = "mistaken"
    elif outcome.is_there:
        what = "found" if outcome.is_found else "missed or coarse"
    else:
        what = "empty and said so"
    result.figures.update({f"{kind} {what}": 1})


def _told(outcome: Outcome) -> str:
    if not outcome.is_there:
        return "a page was found where there is none"
    if outcome.error_px is None:
        return "no page was found"
    return f"a corner is {outcome.error_px:.0f} px off"


HARNESS = Harness(
    name="papers",
    about="papers on drawn desks: colours, shadow, perspective, clutter, crumple, white on white",
    unit="drawn desks",
    dose=1000,
    batch=20,
    give=look,
    bugs=("largest", "unsupported"),
    is_sample=False,
)
