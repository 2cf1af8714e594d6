"""Sixty-odd drawn desks for the page finder, and what it makes of each.

Every scene has a name that says what is difficult about it. Corners are known to a fraction of a
pixel, but for crumpled paper, whose sides are no lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera.picture import Image
from devices.document_camera.drawn_desk import Desk, DrawnScene, Lying, Scene, draw_scene
from devices.document_camera.quads import clockwise

Finder = Callable[[Image], Sequence[NDArray[np.float64]]]
"""Returns the corners of pages, the best first."""

FIVE_MEGAPIXELS = (2592, 1944)
SMALL = (1296, 972)

CLOSE_SHARE = 0.004
"""Of the picture's width: a corner farther off cuts something away or lets the desk in."""

CLOSE_CRUMPLED_SHARE = 0.012


def _scenes() -> dict[str, Scene]:
    plain = Scene()
    turned = Scene(turn_deg=7, lean=(0.12, -0.2), height=0.74)
    scenes: dict[str, Scene] = {}
    for number, desk in enumerate(Desk):
        base = replace(plain, desk=desk, seed=number + 1)
        lean = replace(turned, desk=desk, seed=number + 11)
        scenes |= {
            f"{desk}": base,
            f"{desk}, in perspective": lean,
            f"{desk}, turned by 24 degrees": replace(base, turn_deg=-24, height=0.66),
            f"{desk}, shadow across": replace(lean, shade=0.45),
            f"{desk}, clutter": replace(base, clutter=8, turn_deg=3, height=0.72),
            f"{desk}, crumpled": replace(base, crumple=5, turn_deg=-4, height=0.72),
            f"{desk}, form": replace(lean, lying=Lying.FORM),
            f"{desk}, card": replace(lean, lying=Lying.CARD, height=0.3),
            f"{desk}, dim light": replace(lean, light=0.45),
        }
    scenes |= {
        "receipt on wood": Scene(Desk.WOOD, Lying.RECEIPT, height=0.86, turn_deg=5),
        "receipt on a dark desk": Scene(Desk.DARK, Lying.RECEIPT, height=0.8, turn_deg=-11),
        "blank sheet on grey": Scene(Desk.GREY, Lying.BLANK, turn_deg=4),
        "blank sheet on white": Scene(Desk.WHITE, Lying.BLANK, turn_deg=4),
        "thumb on a corner": Scene(Desk.DARK, thumb=True, turn_deg=3, height=0.7),
        "thumb on a corner, wood": Scene(Desk.WOOD, thumb=True, turn_deg=-3, height=0.7),
        "shadow of 70 percent": replace(turned, shade=0.7),
        "shadow of 70 percent, grey": replace(turned, desk=Desk.GREY, shade=0.7),
        "strong perspective": Scene(lean=(0.3, -0.55), turn_deg=12, height=0.7),
        "strong perspective, wood": Scene(Desk.WOOD, lean=(-0.3, -0.5), turn_deg=-9, height=0.7),
        "on its side": Scene(Desk.GREY, turn_deg=90, height=0.9),
        "much noise": replace(turned, noise=9),
        "blurred": replace(turned, blur=1.6),
        "two sheets": Scene(second=True, middle=(0.27, 0.5), height=0.6, turn_deg=2),
        "clutter and shadow on wood": replace(turned, desk=Desk.WOOD, clutter=10, shade=0.4),
        "crumpled on white, shadow": Scene(Desk.WHITE, crumple=4, shade=0.3, height=0.74),
    }
    for number, desk in enumerate(Desk):
        nothing = Scene(desk, Lying.NOTHING, seed=number + 31)
        scenes[f"nothing on {desk}"] = nothing
        scenes[f"nothing but clutter on {desk}"] = replace(nothing, clutter=9, shade=0.3)
    return scenes


SCENES: Mapping[str, Scene] = _scenes()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a finder made of one scene; errors in pixels of the picture it was given."""

    name: str
    is_there: bool
    is_found: bool
    """A paper that is there was found, every corner close enough."""
    is_false: bool
    """Something was taken for a page that is none, or the best one is far from any."""
    error_px: float | None
    """The worst corner of the best page; None where there is none or nothing was found."""


def try_scene(name: str, finder: Finder, size: tuple[int, int] = SMALL) -> Outcome:
    """Draw one scene and measure what the finder says of it."""
    scene = SCENES[name]
    return try_drawn(name, draw_scene(scene, *size), finder, is_crumpled=bool(scene.crumple))


def try_drawn(name: str, drawn: DrawnScene, finder: Finder, *, is_crumpled: bool) -> Outcome:
    """Measure what the finder says of a drawn scene."""
    width = drawn.image.shape[1]
    quads = finder(drawn.image)
    is_there = bool(drawn.papers)
    if not (is_there and quads):
        return Outcome(name, is_there, is_found=False, is_false=bool(quads), error_px=None)
    error_px = min(worst_corner(quads[0], paper) for paper in drawn.papers)
    share = CLOSE_CRUMPLED_SHARE if is_crumpled else CLOSE_SHARE
    is_found, is_false = error_px <= share * width, error_px > 0.05 * width
    return Outcome(name, is_there, is_found, is_false, error_px)


def worst_corner(found: NDArray[np.float64], drawn: NDArray[np.float64]) -> float:
    """Return how far the worst corner is off, whichever corner the finder begins with."""
    return min(
        float(np.linalg.norm(np.roll(found, turn, 0) - drawn, axis=1).max()) for turn in range(4)
    )


def naive(image: Image) -> Sequence[NDArray[np.float64]]:
    """Return the largest bright outline, as many programs do: a planted bug."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    _, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = max(contours, key=cv2.contourArea)
    return [clockwise(cv2.boxPoints(cv2.minAreaRect(largest)).astype(np.float64))]
