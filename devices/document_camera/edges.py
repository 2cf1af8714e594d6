"""What lies under the sides of quadrilaterals, and beyond their corners.

A side lies on an edge if, at most of its length, brightness changes across it, in one sense. Where
the edge goes straight on beyond a corner, the corner is none: a board of the desk, a table that is
printed on the page, the page below the band that heads it. Pure but for OpenCV.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera.picture import Image
from devices.document_camera.quads import Floats, Quads, Singles, all_clockwise, beside, crossings

SAMPLES = 48
CORNER_SHARE = 0.06
"""Of a side, at both ends: rounded, bent or under a thumb, and left out."""

REACH_PX = 3
"""How far from a straight side its edge may lie, in pixels of the small copy."""

BENT_REACH_PX = 5
NEXT_PX = 1.5
"""How far a bent side, of crumpled paper, may lie; and how far from where it lies nearby."""

SETTLE_REACH_PX = 7
MOST_SETTLED_PX = 11.0

LINE_SAMPLES = 24
"""Of a line that may be a side, of which there are hundreds."""

ROUGH_SAMPLES = 16
ROUGH_OFFSETS = (-3.0, -1.0, 1.0, 3.0)

LEAST_STEP = 14.0
"""Of a 3 x 3 Sobel: four levels of 255. Paper casts as much on a white desk."""

AS_CLEAR = 0.2
"""Of the strength that a quarter of a side's edge exceeds: fainter than that is another edge."""

OTHER_SIGN = 0.5

LEAST_AIM = 0.8
"""Cosine between the gradient and the side's normal."""

CORNER_SAMPLES, CORNER_FROM_PX, CORNER_TO_PX = 8, 5.0, 17.0
LEAST_CORNER = 0.5
"""Where a side's end is looked for, from a corner that may be rounded; how much of it is seen."""

BEYOND_SAMPLES = 12
BEYOND_FROM_PX, BEYOND_PX, BEYOND_SHARE = 4.0, (16.0, 24.0), 0.08
"""Where an edge is looked for beyond a corner: from, how far at least and at most, and that in
shares of the side."""

BEYOND_LEAST, BEYOND_STRENGTH = 0.75, 0.25
"""How much of that has to lie on an edge, and how strong it is, against the side's own."""

BEYOND_STRAIGHT = 0.6
"""How much of that strength one straight line has: grass has as much, here and there."""

STRIP_SAMPLES = 32
STRIP_PX = np.array([-11.0, -9.0, -7.0, -5.0, 5.0, 7.0, 9.0, 11.0])
"""Where it is looked at what lies inside a side and outside."""

LEAST_LIGHT = 10.0
"""How much lighter than the bricks their mortar is; a page's rim is never lighter than both hands
of it. A dark joint may be the shadow of a white page on white."""

LIVELY, AS_LIVELY, ONE_WAY = 22.0, 0.6, 0.85
"""The desk goes on under a side if there are edges all about inside it, as strong as this and as
this share of what is outside, and not this share of its places differ from outside in one way."""


@dataclass(frozen=True, slots=True)
class Supports:
    """What the sides of n quadrilaterals lie on.

    `shares` (n x 4): which share of each side lies on an edge of the side's own direction and of
    one sign. `steps` (n): how much lighter it is inside than outside, in levels of 255;
    `outsides` (n): how light it is outside. `overruns` (n x 4 x 2): whether an edge goes straight
    on before and behind each side. `corners` (n x 4): whether both sides are seen right beside each
    corner. `strays` (n): how far from the sides their edges lie, in pixels of the small copy.
    """

    shares: Floats = field(repr=False)
    steps: Floats = field(repr=False)
    outsides: Floats = field(repr=False)
    overruns: NDArray[np.bool_] = field(repr=False)
    corners: NDArray[np.bool_] = field(repr=False)
    strays: Floats = field(repr=False)


def gradients(smooth: Image) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Return the Sobel gradient (x, y) of whichever colour changes most at each pixel."""
    across = cv2.split(cv2.Sobel(smooth, cv2.CV_16S, 1, 0))
    down = cv2.split(cv2.Sobel(smooth, cv2.CV_16S, 0, 1))
    strengths = [np.abs(x) + np.abs(y) for x, y in zip(across, down, strict=True)]
    strongest_x, strongest_y, strongest = across[0].copy(), down[0].copy(), strengths[0]
    for x, y, strength in zip(across[1:], down[1:], strengths[1:], strict=True):
        is_stronger = (strength > strongest).astype(np.uint8)
        cv2.copyTo(x, is_stronger, strongest_x)
        cv2.copyTo(y, is_stronger, strongest_y)
        strongest = np.maximum(strongest, strength)
    return np.asarray(strongest_x, np.int16), np.asarray(strongest_y, np.int16)


class Edges:
    """The gradients of a small, smoothed picture, to be asked what lies where."""

    def __init__(
        self, across: NDArray[np.int16], down: NDArray[np.int16], grey: Image, smooth: Image
    ) -> None:
        """Take the gradient (x, y), the lightness and the colour at each pixel."""
        self._gradient = np.dstack([across, down])
        self._grey = grey
        self._smooth = smooth

    def rough_shares(self, quads: Quads) -> Floats:
        """Return roughly (n x 4) which share of each side lies on an edge."""
        places, normals = beside(quads, _along(ROUGH_SAMPLES), np.array(ROUGH_OFFSETS))
        return _one_signed(self._strengths(places, normals))

    def supports(self, quads: Quads) -> Supports:
        """Return what the sides lie on."""
        offsets = np.arange(-BENT_REACH_PX, BENT_REACH_PX + 1.0)
        places, normals = beside(quads, _along(SAMPLES), offsets)
        strengths = self._strengths(places, normals)
        middle = strengths[..., BENT_REACH_PX - REACH_PX : BENT_REACH_PX + REACH_PX + 1]
        shares = _one_signed(middle)
        bent = (shares < 1).any(1)
        shares[bent] = np.maximum(shares[bent], _bent_shares(strengths[bent], offsets))
        magnitude = np.abs(strengths)
        own = magnitude.max(3)
        is_clear = own > LEAST_STEP
        strays = (np.abs(offsets[magnitude.argmax(3)]) * is_clear).sum((1, 2))
        steps, outsides = self._steps(quads)
        return Supports(
            shares,
            steps,
            outsides,
            self._overruns(quads, np.median(own, 2)),
            self._corners(quads),
            strays / np.maximum(is_clear.sum((1, 2)), 1),
        )

    def desk_goes_on(self, quads: Quads) -> NDArray[np.bool_]:
        """Return (n x 4) whether the same lively texture lies on both hands of a side."""
        places, _ = beside(quads, _along(STRIP_SAMPLES), STRIP_PX)
        x, y = self._within(places)
        half = len(STRIP_PX) // 2
        gradient = self._gradient[y, x].astype(np.float32)
        lively = np.sqrt((gradient**2).sum(-1))
        inner = np.median(lively[..., :half].mean(3), 2)
        outer = np.median(lively[..., half:].mean(3), 2)
        colours = self._smooth[y, x].astype(np.float32)
        differs = colours[:, :, :, :half].mean(3) - colours[:, :, :, half:].mean(3)
        one_way = np.maximum((differs > 0).mean(2), (differs < 0).mean(2)).max(2)
        lively_too = (np.minimum(inner, outer) > LIVELY) & (inner > AS_LIVELY * outer)
        return np.asarray((lively_too & (one_way < ONE_WAY)) | self._joints(quads))

    def _joints(self, quads: Quads) -> NDArray[np.bool_]:
        """Return (n x 4) whether a side is a light line between two equal things: mortar, grout."""
        places, _ = beside(quads, _along(STRIP_SAMPLES), np.arange(-11.0, 12.0, 2.0))
        x, y = self._within(places)
        grey = self._grey[y, x].astype(np.float32)
        inner, on, outer = grey[..., :4].mean(3), grey[..., 4:8].max(3), grey[..., 8:].mean(3)
        line = np.median(on - np.maximum(inner, outer), 2)
        return np.asarray((line > LEAST_LIGHT) & (np.abs(np.median(inner - outer, 2)) < line / 2))

    def overruns(self, quads: Quads) -> NDArray[np.bool_]:
        """Return (n x 4 x 2) whether an edge goes on before and behind each side."""
        offsets = np.arange(-REACH_PX, REACH_PX + 1.0)
        places, normals = beside(quads, _along(SAMPLES), offsets)
        own = np.abs(self._strengths(places, normals)).max(3)
        return self._overruns(quads, np.median(own, 2))

    def settled(self, quads: Quads) -> Quads:
        """Return the quadrilaterals with each side moved onto the straightest edge near it."""
        offsets = np.arange(-SETTLE_REACH_PX, SETTLE_REACH_PX + 1.0)
        along = _along(SAMPLES)
        places, normals = beside(quads, along, offsets)
        strengths = self._strengths(places, normals)
        is_lighter = (strengths.min(3) < -LEAST_STEP).sum(2) >= (strengths.max(3) > LEAST_STEP).sum(
            2
        )
        signed = strengths * np.where(is_lighter, -1, 1)[..., None, None]
        best = offsets[signed.argmax(3)]
        slope, shift = _lines_through(along, best, signed.max(3) > LEAST_STEP)
        first = quads + normals * shift[..., None]
        second = np.roll(quads, -1, 1) + normals * (shift + slope)[..., None]
        ahead = second - first
        across = np.stack([ahead[..., 1], -ahead[..., 0]], 2)
        across /= np.maximum(np.linalg.norm(across, axis=2, keepdims=True), 1e-9)
        moved, are_whole = crossings(np.dstack([across, (across * first).sum(2)]))
        far = np.linalg.norm(moved - quads, axis=2).max(1) > MOST_SETTLED_PX
        keep = far | ~are_whole
        return all_clockwise(np.where(keep[:, None, None], quads, moved))

    def share_between(self, first: Floats, second: Floats) -> Floats:
        """Return which share of n lines (n x 2 each end) lies on an edge of one sign."""
        places, normals = beside(
            np.stack([first, second], 1), _along(LINE_SAMPLES), np.array([-1.0, 0.0, 1.0]), sides=1
        )
        return _one_signed(self._strengths(places, normals))[:, 0]

    def colours_inside(self, first: Floats, second: Floats) -> Singles:
        """Return the colours (n x samples x 3) just inside n lines (n x 2 each end)."""
        places, _ = beside(
            np.stack([first, second], 1), _along(STRIP_SAMPLES), STRIP_PX[STRIP_PX < 0], sides=1
        )
        x, y = self._within(places)
        return np.asarray(self._smooth[y, x].mean(3, dtype=np.float32)[:, 0])

    def _strengths(self, places: Singles, normals: Floats) -> Singles:
        """Return the gradient along the normal at each place, 0 where it points elsewhere."""
        x, y = self._within(places)
        found = self._gradient[y, x].astype(np.float32)
        normal = normals[:, :, None, None, :].astype(np.float32)
        along = found[..., 0] * normal[..., 0] + found[..., 1] * normal[..., 1]
        least = LEAST_AIM**2 * (found[..., 0] ** 2 + found[..., 1] ** 2)
        return np.where(along * along >= least, along, np.float32(0))

    def _within(self, places: Singles) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the pixels (x, y) that places are in, or the nearest that there are."""
        height, width = self._grey.shape
        whole = np.rint(places).astype(np.int32)
        return whole[..., 0].clip(0, width - 1), whole[..., 1].clip(0, height - 1)

    def _steps(self, quads: Quads) -> tuple[Floats, Floats]:
        """Return how much lighter it is just inside than just outside, and how light outside."""
        places, _ = beside(quads, _along(SAMPLES), np.array([-6.0, 14.0]))
        x, y = self._within(places)
        near = self._grey[y, x].reshape(len(quads), -1, 2).astype(np.float64)
        return np.median(near[..., 0] - near[..., 1], 1), np.median(near[..., 1], 1)

    def _corners(self, quads: Quads) -> NDArray[np.bool_]:
        """Return (n x 4) whether both sides are seen right beside each corner."""
        lengths = np.maximum(np.linalg.norm(np.roll(quads, -1, 1) - quads, axis=2), 1e-9)[..., None]
        px = np.linspace(CORNER_FROM_PX, CORNER_TO_PX, CORNER_SAMPLES)
        along = np.concatenate([px / lengths, 1 - px / lengths], 2)
        places, normals = beside(quads, along, np.arange(-BENT_REACH_PX, BENT_REACH_PX + 1.0))
        strong = np.abs(self._strengths(places, normals)).max(3) > LEAST_STEP
        shares = strong.reshape(len(quads), 4, 2, CORNER_SAMPLES).mean(3)
        ends = shares >= LEAST_CORNER
        return np.asarray(ends[:, :, 0] & np.roll(ends[:, :, 1], 1, 1))

    def _overruns(self, quads: Quads, own: Singles) -> NDArray[np.bool_]:
        """Return (n x 4 x 2) whether an edge goes on before and behind each side."""
        ahead = np.roll(quads, -1, 1) - quads
        lengths = np.maximum(np.linalg.norm(ahead, axis=2), 1e-9)[..., None]
        far = np.clip(BEYOND_SHARE * lengths, *BEYOND_PX)
        px = BEYOND_FROM_PX + far * np.linspace(0, 1, BEYOND_SAMPLES)
        along = np.concatenate([-px / lengths, 1 + px / lengths], 2)
        places, normals = beside(quads, along, np.arange(-3.0, 4.0))
        strengths = self._strengths(places, normals)
        height, width = self._grey.shape
        is_in = (places.min((3, 4)) >= 0) & (places[..., 0].max(3) < width)
        is_in &= places[..., 1].max(3) < height
        least = np.maximum(LEAST_STEP, BEYOND_STRENGTH * own)[..., None]
        lighter = (strengths.min(3) < -least) & is_in
        darker = (strengths.max(3) > least) & is_in
        shape = (len(quads), 4, 2, BEYOND_SAMPLES)
        shares = np.maximum(lighter.reshape(shape).mean(3), darker.reshape(shape).mean(3))
        rows = strengths.reshape(*shape, -1)
        straight = np.abs(rows.mean(3)).max(3) >= BEYOND_STRAIGHT * np.abs(rows).max(4).mean(3)
        return np.asarray((shares >= BEYOND_LEAST) & straight)


def _along(samples: int) -> Floats:
    return np.linspace(CORNER_SHARE, 1 - CORNER_SHARE, samples)


def _one_signed(strengths: Singles) -> Floats:
    """Return which share of samples has an edge at any offset, of the sign that more have.

    The other sign counts half: a dark stripe reaches to the rim of a light card.
    """
    inwards, outwards = -strengths.min(-1), strengths.max(-1)  # normals point outwards
    strongest = np.maximum(inwards, outwards)
    is_clear = strongest > _least(strongest)
    lighter = (is_clear & (inwards >= outwards)).mean(-1)
    darker = is_clear.mean(-1) - lighter
    return np.asarray(np.maximum(lighter, darker) + OTHER_SIGN * np.minimum(lighter, darker))


def _least(strongest: Singles) -> Singles:
    """Return the least strength that counts for each side, after what it has at its samples.

    Where a paper's clear edge ends, the grain of the desk does not continue it.
    """
    at = 3 * (strongest.shape[-1] - 1) // 4
    usual = np.partition(strongest, at, axis=-1)[..., at, None]
    return np.asarray(np.maximum(LEAST_STEP, AS_CLEAR * usual), np.float32)


def _bent_shares(strengths: Singles, offsets: Floats) -> Floats:
    """Return which share of samples has an edge near to where their neighbours have it."""
    shares = []
    least = _least(np.abs(strengths).max(3))
    for sign in (-1, 1):
        signed = sign * strengths
        at = offsets[signed.argmax(3)]
        around = np.lib.stride_tricks.sliding_window_view(at, 7, axis=2)
        near = np.partition(around, 3, axis=3)[..., 3]  # their median
        near = np.pad(near, ((0, 0), (0, 0), (3, 3)), mode="edge")
        is_smooth = np.abs(at - near) <= NEXT_PX
        shares.append(((signed.max(3) > least) & is_smooth).mean(2))
    return np.asarray(np.maximum(*shares))


def _lines_through(along: Floats, at: Floats, is_clear: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return slope and shift of the lines at = slope * along + shift through most clear points."""
    weight = is_clear.astype(np.float64)
    slope = shift = np.zeros(at.shape[:2])
    for least_px in (4.0, 2.5, 1.5):
        total = np.maximum(weight.sum(2), 1e-9)
        x = (weight * along).sum(2) / total
        y = (weight * at).sum(2) / total
        dx = along - x[..., None]
        spread = (weight * dx * dx).sum(2)
        is_spread = spread > 0.02 * total
        slope = np.where(is_spread, (weight * dx * at).sum(2) / np.maximum(spread, 1e-9), 0.0)
        shift = y - slope * x
        away = np.abs(at - slope[..., None] * along - shift[..., None])
        kept = weight * (away <= least_px)
        weight = np.where(kept.sum(2, keepdims=True) >= 12, kept, weight)
    is_line = weight.sum(2) >= 12
    return np.where(is_line, slope, 0.0), np.where(is_line, shift, 0.0)
