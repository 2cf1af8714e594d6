"""Lines of print on a page, and which way up they are.

Upright print gives itself away in ways that Latin and Chinese share: commas and full stops lie at
the foot of their line, lines begin at the same place and end where they like. Latin has more
strokes above its small letters than below. Each is a vote; without enough lines or with votes that
contradict each other the answer is "unknown". Pure but for OpenCV.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera.picture import Image, as_image, fitted
from kiosk.ports.document_camera import Upright

READ_PX = (1200, 1200)
LEAST_PX = 32
LEAST_LINES = 4
LEAST_SIDEWAYS = 1.6
"""How much clearer lines have to be down the page than across before it is said to lie."""

LEAST_MARKS = 6
LEAST_VOTE = 0.16
"""How far the sum of the votes has to be from nothing."""


@dataclass(frozen=True, slots=True)
class Print:
    """What is printed on a page.

    `ink` is the share of the page that is darker than its paper; `line_px` the usual height of a
    line in pixels of the page, 0 without lines.
    """

    ink: float
    line_px: float
    lines: int
    upright: Upright
    vote: float


@dataclass(frozen=True, slots=True)
class _Line:
    top: int
    bottom: int
    left: int
    right: int
    rows: NDArray[np.float64] = field(repr=False)
    """Ink per row, from top to bottom."""


def read_print(page: Image) -> Print:
    """Look at the print of a page (BGR or grey)."""
    grey = page if page.ndim == 2 else as_image(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY))
    small, scale = fitted(grey, *READ_PX)
    ink = _inked(small)
    height, width = ink.shape
    # The rim is left out: what is left of the desk there is no print.
    rim = max(2, round(0.015 * max(height, width)))
    if min(height, width) < LEAST_PX + 2 * rim:  # a strip with nothing but its rim
        return Print(0.0, 0.0, 0, Upright.UNKNOWN, 0.0)
    inner = ink[rim:-rim, rim:-rim]
    share = float(inner.mean()) / 255
    across, down = _clearness(inner), _clearness(as_image(inner.T))
    lines = _lines(inner)
    lines_down = _lines(as_image(np.rot90(inner)))
    line_px = float(np.median([it.bottom - it.top for it in lines])) / scale if lines else 0.0
    if len(lines_down) >= LEAST_LINES and down > LEAST_SIDEWAYS * across:
        return Print(share, line_px, len(lines), Upright.SIDEWAYS, 0.0)
    if len(lines) < LEAST_LINES or across < LEAST_SIDEWAYS * down:
        return Print(share, line_px, len(lines), Upright.UNKNOWN, 0.0)
    vote = _vote(inner, lines)
    if abs(vote) < LEAST_VOTE:
        return Print(share, line_px, len(lines), Upright.UNKNOWN, vote)
    way = Upright.UPRIGHT if vote > 0 else Upright.UPSIDE_DOWN
    return Print(share, line_px, len(lines), way, vote)


def _inked(grey: Image) -> Image:
    """Return what is darker than the paper around it; rules and frames are taken away."""
    reach = 31
    ink = as_image(
        cv2.adaptiveThreshold(
            grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, reach, 14
        )
    )
    length = max(60, ink.shape[1] // 12)
    for size in ((length, 1), (1, length)):
        rules = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(size[::-1], np.uint8))
        ink = as_image(cv2.subtract(ink, cv2.dilate(rules, np.ones((3, 3), np.uint8))))
    return ink


def _clearness(ink: Image) -> float:
    """Return how much rows differ from each other, against their mean: lines and gaps."""
    rows = ink.mean(1)
    # Only what changes within a line's height counts, not an empty lower half.
    changes = rows - cv2.blur(rows.reshape(-1, 1), (1, 61)).ravel()
    return float(changes.std() / (rows.mean() + 1.0))


def _lines(ink: Image) -> list[_Line]:
    """Return the lines across a page."""
    rows = ink.mean(1) / 255
    is_print = rows > max(0.004, 0.15 * float(np.percentile(rows, 90)))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], is_print.astype(np.int8), [0]])))
    found = []
    for top, bottom in edges.reshape(-1, 2):
        if not 6 <= bottom - top <= 60:
            continue
        columns = np.flatnonzero(ink[top:bottom].any(0))
        if columns.size < 3 * (bottom - top):
            continue
        found.append(
            _Line(int(top), int(bottom), int(columns[0]), int(columns[-1]), rows[top:bottom])
        )
    return found


def _vote(ink: Image, lines: list[_Line]) -> float:
    """Return from -1 (upside down) to 1 (upright) what the lines say."""
    votes = []
    marks = [place for line in lines for place in _marks(ink, line)]
    if len(marks) >= LEAST_MARKS:
        votes.append(1.2 * float(np.mean(marks)))
    votes.append(0.8 * _ragged(lines))
    votes.append(0.8 * _strokes(lines))
    return float(np.clip(sum(votes) / len(votes), -1, 1))


def _marks(ink: Image, line: _Line) -> list[float]:
    """Return for each small mark of a line 1 at its foot, -1 at its head, 0 between.

    Only marks that have their columns to themselves: the dot of an i has its stroke below it, and
    the small strokes of Chinese characters have others above or below.
    """
    # A little beyond the line, for commas hang below it.
    height = line.bottom - line.top
    top, bottom = max(0, line.top - height // 5), line.bottom + height // 5
    part = np.ascontiguousarray(ink[top:bottom, line.left : line.right + 1])
    count, _, stats, centres = cv2.connectedComponentsWithStats(part, connectivity=8)
    found = []
    for index in range(1, count):
        left, _, width, tall, area = stats[index]
        is_small = 0.05 * height <= max(width, tall) <= 0.45 * height and area >= 3
        if is_small and int((part[:, left : left + width] > 0).sum()) <= area:
            place = (centres[index][1] - (line.top - top)) / height
            found.append(1.0 if place > 0.66 else -1.0 if place < 0.34 else 0.0)
    return found


def _ragged(lines: list[_Line]) -> float:
    """Return 1 if lines begin at one place and end anywhere, -1 the other way round."""
    lefts = np.array([line.left for line in lines], np.float64)
    rights = np.array([line.right for line in lines], np.float64)
    reach = max(float(np.median(rights - lefts)) * 0.02, 3.0)
    begins = float((np.abs(lefts - np.percentile(lefts, 20)) < reach).mean())
    ends = float((np.abs(rights - np.percentile(rights, 80)) < reach).mean())
    return begins - ends


def _strokes(lines: list[_Line]) -> float:
    """Return above 0 if more ink reaches above the body of lines than below it."""
    votes = []
    for line in lines:
        rows = line.rows
        if len(rows) < 9:
            continue
        body = np.flatnonzero(rows > 0.55 * rows.max())
        above, below = rows[: body[0]].sum(), rows[body[-1] + 1 :].sum()
        if above + below > 0.04 * rows.sum():
            votes.append((above - below) / (above + below))
    return float(np.mean(votes)) if len(votes) >= LEAST_LINES else 0.0
