"""Where a page lies in a picture: from edges to convex quadrilaterals to those that edges support.

Largest bright contours are not enough: a shadow across the page cuts it in two, and a white desk
has none. Here every way of drawing outlines proposes candidates, and each is asked what its four
sides really lie on, and whether they end at its corners. Pure but for OpenCV; works on a small
copy, and refits the sides of what it chose on every pixel there is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera.picture import Image, as_image, fitted
from devices.document_camera.edges import Edges, Supports, gradients
from devices.document_camera.outlines import BORDER_PX, SAME_PX, are_sized, candidates
from devices.document_camera.quads import NO_QUADS, Quad, Quads, areas, believable, distinct
from devices.document_camera.refit import refitted

SEARCH_PX = (800, 800)
"""Pages are looked for on a copy that fits into this; text has gone from it, edges have not."""

MOST_FOUND = 6
MOST_LOOKED_AT = 60
LEAST_SIDE, LEAST_MEAN = 0.5, 0.72
"""Which share of a side, and of all four, has to lie on an edge of one direction."""

LEAST_CORNERS, ALL_CORNERS = 3, 4
"""Of four: one may be under a thumb, but not where it is a guess that there is a page."""

LEAST_ROUGH = 0.5
"""The same before a closer look, of all four."""

LEAST_SIDE_CUT, LEAST_SIDES_CUT = 0.75, 3
"""The same where a page reaches beyond the picture: so many sides are in it, and so well seen."""

SAME_SHARE = 0.3
"""Candidates that share so much of the smaller one's area are about the same thing."""

LEAST_DARKER = 0.03
"""What is darker than its desk, a card on white, has to differ by so much of the desk's
lightness."""

AS_LIGHT = 0.02
"""What differs by less than this share of the desk's lightness is as light: white on white."""

NEARLY_AS_GOOD = 0.86
"""A candidate around another is taken if it is nearly as well supported: the other is a frame or a
heading that is printed on it. A dark mat around a paper is not: it is darker than its desk."""

CLEARLY_BETTER = 1.05

DARK, BRIGHT, LEAST_BRIGHT = 0.42, 0.63, 0.08
"""Something dark, darker than what it lies on and with nothing bright on it, is no paper: a phone,
a mat. In shares of how light the desk is."""

STRAY = 0.02
"""What a score loses with each pixel that edges lie away from the sides."""

OVERRUN = 0.9
"""What is left of a score with each side's end beyond which its edge goes on."""

MESH = 6
"""Of a page's eight ends: where an edge goes on beyond so many, it is a tile among others."""

LEAST_SCORE, SURE = 0.5, 0.7
"""Below the first a candidate is not even continued; below the second nothing is said."""

MOST_GROWN, ALIKE_PX = 6, 10.0
GROWN_PX, GROWN_SHARE, LEAST_GROWN = 5.0, 0.6, 0.5
"""How far beyond itself a candidate is continued: from, and to which share of its sides; and how
much of the new side has to be an edge."""

MOST_ENDS, APART_PX = 4, 6.0
"""So many edges out there are tried, so far apart: an edge is as strong a pixel beside it."""

GUESSED_PX = 12.0
"""The best candidate is continued, too, where nothing says that its sides go on: a stripe as dark
as the desk may end it. From so far: nearer lies the shadow of the page."""

SAME_COLOUR, DARKEST = 0.25, 30.0
"""What is gained by that differs from the page by less than this share; and how dark a colour is
too dark to tell."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page: corners in pixels, clockwise from the upper left."""

    quad: Quad = field(repr=False)
    score: float
    is_whole: bool
    is_lighter: bool
    """Lighter than what it lies on, as paper mostly is."""


def find_papers(image: Image) -> tuple[Found, ...]:
    """Return the pages of a picture (BGR), the best first; none is an honest answer."""
    small, scale = fitted(image, *SEARCH_PX)
    smooth = as_image(cv2.GaussianBlur(small, (5, 5), 0))
    across, down = gradients(smooth)
    grey = as_image(cv2.cvtColor(smooth, cv2.COLOR_BGR2GRAY))
    edges = Edges(across, down, grey, smooth)
    quads = _worth_a_look(candidates(grey, across, down), edges, grey)
    judged, overruns = _judged(quads, edges, grey, LEAST_CORNERS)
    grown, guessed = _grown(judged, overruns, edges)
    for more, least_corners in ((grown, LEAST_CORNERS), (guessed, ALL_CORNERS)):
        judged += _judged(_with_settled(more, edges, grey), edges, grey, least_corners)[0]
    exact = [_exact(found, image, scale) for found in _chosen(judged) if found.score >= SURE]
    if not exact:
        return ()
    again = (np.array([found.quad for found in exact]) + 0.5) * scale - 0.5
    ends = edges.overruns(again).sum((1, 2))
    return tuple(found for found, many in zip(exact, ends, strict=True) if many < MESH)


def _worth_a_look(quads: Quads, edges: Edges, grey: Image) -> Quads:
    """Return the candidates that roughly lie on edges, the best first, and nearer to them."""
    if not len(quads):
        return quads
    rough = edges.rough_shares(quads).mean(1)
    order = np.argsort(-rough, kind="stable")
    order = order[rough[order] >= LEAST_ROUGH]
    quads = quads[order]
    quads = quads[distinct(quads, SAME_PX)[:MOST_LOOKED_AT]]
    return _with_settled(quads, edges, grey)


def _with_settled(quads: Quads, edges: Edges, grey: Image) -> Quads:
    if not len(quads):
        return quads
    both = np.concatenate([quads, edges.settled(quads)])
    height, width = grey.shape
    both = both[believable(both) & are_sized(both, width, height)]
    return both[distinct(both, 1.0)]


def _exact(found: Found, image: Image, scale: float) -> Found:
    """Return the page with its corners in pixels of the large picture.

    Where it reaches beyond the picture its corners are on the rim, not a few pixels before it.
    """
    quad = refitted(found.quad, image, scale)
    if not found.is_whole:
        ends = np.array([image.shape[1] - 1.0, image.shape[0] - 1.0])
        near = 2 * BORDER_PX / scale
        quad = np.where(quad < near, 0.0, np.where(quad > ends - near, ends, quad))
    return replace(found, quad=quad)


def _judged(
    quads: Quads, edges: Edges, grey: Image, least_corners: int
) -> tuple[list[Found], list[NDArray[np.bool_]]]:
    """Return the candidates whose sides lie on enough, and where their edges go on."""
    if not len(quads):
        return [], []
    supports = edges.supports(quads)
    all_found = [
        _judge(quad, supports, index, grey, least_corners) for index, quad in enumerate(quads)
    ]
    kept = [(index, found) for index, found in enumerate(all_found) if found is not None]
    if kept:
        on_desk = edges.desk_goes_on(quads[[index for index, _ in kept]]).any(1)
        kept = [it for it, is_on_desk in zip(kept, on_desk, strict=True) if not is_on_desk]
    return [found for _, found in kept], [supports.overruns[index] for index, _ in kept]


def _judge(
    quad: Quad, supports: Supports, index: int, grey: Image, least_corners: int
) -> Found | None:
    """Return a candidate with its score, or None if its sides lie on too little."""
    height, width = grey.shape
    corners = [*quad, quad[0]]
    on_border = np.array(
        [_is_on_border(first, second, width, height) for first, second in pairwise(corners)]
    )
    seen = supports.shares[index][~on_border]
    is_whole = not on_border.any()
    if is_whole:
        is_supported = seen.min() >= LEAST_SIDE and seen.mean() >= LEAST_MEAN
        is_supported = is_supported and supports.corners[index].sum() >= least_corners
    else:
        is_supported = len(seen) >= LEAST_SIDES_CUT and seen.min() >= LEAST_SIDE_CUT
    if not is_supported:
        return None
    step, outside = float(supports.steps[index]), float(supports.outsides[index])
    is_lighter = step > -AS_LIGHT * outside
    if not is_lighter and (
        step > -LEAST_DARKER * outside or not is_whole or _is_dark(quad, grey, outside)
    ):
        return None
    score = float(0.5 * seen.min() + 0.5 * seen.mean() - STRAY * supports.strays[index])
    score *= (1.0 if is_lighter else 0.75) * (1.0 if is_whole else 0.95)
    score *= OVERRUN ** int(supports.overruns[index].sum())
    return Found(quad, score, is_whole, is_lighter) if score >= LEAST_SCORE else None


def _grown(
    judged: list[Found], overruns: list[NDArray[np.bool_]], edges: Edges
) -> tuple[Quads, Quads]:
    """Return candidates continued to where their sides end: beyond a band that heads a card.

    First those whose sides go on, and then those of which that is a guess.
    """
    quads = np.array([found.quad for found in judged]).reshape(-1, 4, 2)
    order = sorted(range(len(judged)), key=lambda index: -judged[index].score)
    order = [order[index] for index in distinct(quads[order], ALIKE_PX)]
    ends = [
        (index, side)
        for index in order
        for side in range(4)
        # A side before or after this one goes on beyond it.
        if overruns[index][side - 1, 1] or overruns[index][(side + 1) % 4, 0]
    ]
    ends = ends[:MOST_GROWN]
    guesses = [(order[0], side) for side in range(4) if order and (order[0], side) not in ends]
    return (
        _all_continued(quads, ends, edges, is_guess=False),
        _all_continued(quads, guesses, edges, is_guess=True),
    )


def _all_continued(
    quads: Quads, sides: list[tuple[int, int]], edges: Edges, *, is_guess: bool
) -> Quads:
    grown = [_continued(quads[index], side, edges, is_guess=is_guess) for index, side in sides]
    return np.concatenate([NO_QUADS, *grown])


def _continued(quad: Quad, side: int, edges: Edges, *, is_guess: bool) -> Quads:
    """Return candidates whose side was moved outwards to edges that lie there.

    Where only a guess says that the page goes on, what is gained has the colour of the page.
    """
    first, second = side, (side + 1) % 4
    ahead = quad[[first, second]] - quad[[side - 1, (side + 2) % 4]]
    lengths = np.linalg.norm(ahead, axis=1)
    nearest = GUESSED_PX if is_guess else GROWN_PX
    far = np.arange(nearest, GROWN_SHARE * float(lengths.mean()) + GROWN_PX, 1.5)
    moved = quad[[first, second]] + far[:, None, None] * (
        ahead / np.maximum(lengths, 1e-9)[:, None]
    )
    shares = edges.share_between(moved[:, 0], moved[:, 1])
    at: list[int] = []
    for step in np.argsort(-shares, kind="stable"):
        if shares[step] < LEAST_GROWN or len(at) == MOST_ENDS:
            break
        if all(abs(far[step] - far[other]) >= APART_PX for other in at):
            at.append(int(step))
    ends = moved[at]
    if is_guess and at:
        here = edges.colours_inside(quad[[first]], quad[[second]])
        there = edges.colours_inside(ends[:, 0], ends[:, 1])
        differs = np.abs(here - there) / np.maximum(np.maximum(here, there), DARKEST)
        ends = ends[np.median(differs, 1).max(1) < SAME_COLOUR]
    grown = np.repeat(quad[None], len(ends), 0)
    grown[:, first], grown[:, second] = ends[:, 0], ends[:, 1]
    return grown


def _is_on_border(
    first: NDArray[np.float64], second: NDArray[np.float64], width: int, height: int
) -> bool:
    """Say whether a side is where the picture ends."""
    for axis, end in ((0, width - 1), (1, height - 1)):
        if max(first[axis], second[axis]) < BORDER_PX:
            return True
        if min(first[axis], second[axis]) > end - BORDER_PX:
            return True
    return False


def _is_dark(quad: Quad, grey: Image, outside: float) -> bool:
    """Say whether nothing of the candidate is bright, beside the desk that it lies on."""
    mask = np.zeros(grey.shape, np.uint8)
    cv2.fillConvexPoly(mask, quad.round().astype(np.int32), 255)
    inside = grey[mask > 0]
    if not inside.size or float(np.median(inside)) >= DARK * outside:
        return False
    return float((inside > BRIGHT * outside).mean()) < LEAST_BRIGHT


def _chosen(judged: list[Found]) -> list[Found]:
    """Return one of each group of candidates that overlap: of the good ones the outermost."""
    left = sorted(judged, key=lambda it: it.score, reverse=True)
    chosen: list[Found] = []
    while left and len(chosen) < MOST_FOUND:
        best = left[0]
        group = [found for found in left if _is_same(found.quad, best.quad)]
        good = [found for found in group if found.score >= NEARLY_AS_GOOD * best.score]
        taken = _outermost(good)
        while _spans_two(taken, left):
            good = [found for found in good if _area(found.quad) < 0.95 * _area(taken.quad)]
            taken = _outermost(good) if good else best  # which spans none better than itself
        chosen.append(taken)
        left = [
            found
            for found in left
            if all(found is not other for other in group) and not _is_same(found.quad, taken.quad)
        ]
    return chosen


def _outermost(good: list[Found]) -> Found:
    """Return the best of the largest."""
    largest = max(_area(found.quad) for found in good)
    return max(
        (found for found in good if _area(found.quad) >= 0.95 * largest), key=lambda it: it.score
    )


def _spans_two(outer: Found, others: list[Found]) -> bool:
    """Say whether two better ones lie in it side by side: two sheets, and no page around them."""
    inner = [
        found
        for found in others
        if found.score > CLEARLY_BETTER * outer.score
        and _area(found.quad) < 0.7 * _area(outer.quad)
        and _is_same(found.quad, outer.quad)
    ]
    return bool(inner) and not all(_is_same(inner[0].quad, found.quad) for found in inner)


def _area(quad: Quad) -> float:
    """Return the area in pixels."""
    return float(areas(quad[None])[0])


def _is_same(one: Quad, other: Quad) -> bool:
    """Say whether two candidates are about the same place: one lies in the other."""
    first, second = one.astype(np.float32), other.astype(np.float32)
    shared, _ = cv2.intersectConvexConvex(first, second)
    return bool(shared > SAME_SHARE * min(_area(one), _area(other)))
