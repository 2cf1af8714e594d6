"""Where a page lies in a picture: from edges to convex quadrilaterals to those that edges support.

Largest bright contours are not enough: a shadow across the page cuts it in two, and a white desk
has none. Here every way of drawing outlines proposes candidates, and each is asked what its four
sides really lie on, and whether they end at its corners. Pure but for OpenCV; works on a small
copy, and refits the sides of what it chose on every pixel there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

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

MOST_ENDS, STEP_PX, APART_PX = 4, 1.5, 6.0
"""So many edges out there are tried, looked for in such steps, and so far apart: an edge is as
strong a pixel beside it."""

GUESSED_PX, GUESSED_SHARE = 12.0, 0.35
"""The best candidate is continued, too, where nothing says that its sides go on: a stripe as dark
as the desk may end it. From so far, for nearer lies the shadow of the page, and to so far."""

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
    judged, overruns = _judged(quads, edges, grey, [LEAST_CORNERS] * len(quads))
    grown, guessed = (_with_settled(it, edges, grey) for it in _grown(judged, overruns, edges))
    least = [LEAST_CORNERS] * len(grown) + [ALL_CORNERS] * len(guessed)
    judged += _judged(np.concatenate([grown, guessed]), edges, grey, least)[0]
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
    quads: Quads, edges: Edges, grey: Image, least_corners: Sequence[int]
) -> tuple[list[Found], list[NDArray[np.bool_]]]:
    """Return the candidates whose sides lie on enough, and where their edges go on."""
    if not len(quads):
        return [], []
    supports = edges.supports(quads)
    height, width = grey.shape
    on_borders = list(_on_border(quads, width, height))
    all_found = [
        _judge(quad, supports, index, on_border, grey, least_corners[index])
        for index, (quad, on_border) in enumerate(zip(list(quads), on_borders, strict=True))
    ]
    kept = [(index, found) for index, found in enumerate(all_found) if found is not None]
    if kept:
        on_desk = np.any(edges.desk_goes_on(quads[[index for index, _ in kept]]), axis=1)
        kept = [it for it, is_on_desk in zip(kept, list(on_desk), strict=True) if not is_on_desk]
    return [found for _, found in kept], [supports.overruns[index] for index, _ in kept]


def _judge(
    quad: Quad,
    supports: Supports,
    index: int,
    on_border: NDArray[np.bool_],
    grey: Image,
    least_corners: int,
) -> Found | None:
    """Return a candidate with its score, or None if its sides lie on too little."""
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
    """Return candidates whose sides were moved outwards to edges that lie there."""
    if not sides:
        return NO_QUADS
    reach = (GUESSED_PX, GUESSED_SHARE) if is_guess else (GROWN_PX, GROWN_SHARE)
    all_moved = [_moved(quads[index], side, *reach) for index, side in sides]
    together = np.concatenate(all_moved)
    shares = edges.share_between(together[:, 0], together[:, 1])
    grown, first = [NO_QUADS], 0
    for (index, side), moved in zip(sides, all_moved, strict=True):
        ends = moved[_apart(shares[first : first + len(moved)])]
        first += len(moved)
        more = np.repeat(quads[index][None], len(ends), 0)
        more[:, [side, (side + 1) % 4]] = ends
        if is_guess and len(ends):
            more = more[_have_same_colour(quads[index], more, side, edges)]
        grown.append(more)
    return np.concatenate(grown)


def _moved(quad: Quad, side: int, from_px: float, share: float) -> NDArray[np.float64]:
    """Return a side (n x 2 ends x 2) farther and farther out."""
    ends = quad[[side, (side + 1) % 4]]
    ahead = ends - quad[[side - 1, (side + 2) % 4]]
    lengths = np.linalg.norm(ahead, axis=1)
    far = np.arange(from_px, share * float(lengths.mean()) + GROWN_PX, STEP_PX)
    return np.asarray(ends + far[:, None, None] * (ahead / np.maximum(lengths, 1e-9)[:, None]))


def _apart(shares: NDArray[np.float64]) -> list[int]:
    """Return which few of the steps outwards lie on an edge, the best first."""
    at: list[int] = []
    for step in np.argsort(-shares, kind="stable"):
        if shares[step] < LEAST_GROWN or len(at) == MOST_ENDS:
            break
        if all(abs(step - other) * STEP_PX >= APART_PX for other in at):
            at.append(int(step))
    return at


def _have_same_colour(quad: Quad, grown: Quads, side: int, edges: Edges) -> NDArray[np.bool_]:
    """Say which have the colour of the candidate inside the side that was moved."""
    first, second = side, (side + 1) % 4
    here = edges.colours_inside(quad[[first]], quad[[second]])
    there = edges.colours_inside(grown[:, first], grown[:, second])
    differs = np.abs(here - there) / np.maximum(np.maximum(here, there), DARKEST)
    return np.asarray(np.median(differs, 1).max(1) < SAME_COLOUR)


def _on_border(quads: Quads, width: int, height: int) -> NDArray[np.bool_]:
    """Say (n x 4) which sides are where the picture ends."""
    other = np.roll(quads, -1, 1)
    ends = np.array([width, height]) - 1 - BORDER_PX
    beyond = (np.maximum(quads, other) < BORDER_PX) | (np.minimum(quads, other) > ends)
    return np.asarray(beyond.any(2))


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
            if not good:
                taken = best  # which spans none better than itself
                break
            taken = _outermost(good)
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
