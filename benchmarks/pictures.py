"""Knowing a picture again: which narrow pieces of it tell most, and whether they are shown now.

The same for every program that is timed: its own finished picture, learnt beforehand, decides.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.screen import HEIGHT, WIDTH, Area, Screen

POLL_S: Final = 0.001
TIMEOUT_S: Final = 60.0
HEADER_PART: Final = 0.16
"""Not looked at, from above: the clock, and whatever says how the network is."""

_COLUMNS, _ROWS = 4, 6
_LEAST_CHANGES = 12
_ENOUGH = 0.97  # of a piece's pixels: smoothing of letters may differ by where a line fell
_SETTLE_LOOKS = 4
_SETTLE_PAUSE_S = 0.4
_GRID_STEP = 5

Picture = npt.NDArray[np.uint32]


class NothingToSee(Exception):
    """The screen did not come to show what was awaited."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A narrow row of pixels and what it looks like."""

    area: Area
    pixels: Picture

    def is_shown(self, screen: Screen) -> bool:
        """Say whether the screen shows it now."""
        now = as_pixels(screen.pixels(self.area))
        return float(np.mean(now == self.pixels)) >= _ENOUGH


@dataclass(slots=True)
class Known:
    """A picture known by its pieces."""

    pieces: list[Piece]

    def is_shown(self, screen: Screen) -> bool:
        """Say whether the screen shows all of it now.

        The piece that was missing last is looked at first: waiting costs one small look at a time.
        """
        for place, piece in enumerate(self.pieces):
            if not piece.is_shown(screen):
                self.pieces.insert(0, self.pieces.pop(place))
                return False
        return True

    def await_shown(self, screen: Screen, since_s: float) -> float:
        """Return how many ms after `since_s` (`time.perf_counter`) all of it was shown.

        Raises:
            NothingToSee: It never was.
        """
        while not self.is_shown(screen):
            if time.perf_counter() - since_s > TIMEOUT_S:
                raise NothingToSee(f"{self.pieces[0].area} did not come to look as it should")
            time.sleep(POLL_S)
        return (time.perf_counter() - since_s) * 1000


def as_pixels(data: bytes) -> Picture:
    """Return one number per pixel, 0xRRGGBB."""
    return np.frombuffer(data, dtype="<u4") & np.uint32(0xFFFFFF)


def whole(screen: Screen) -> Picture:
    """Return the whole screen, rows by columns."""
    return as_pixels(screen.pixels(Area(0, 0, WIDTH, HEIGHT))).reshape(HEIGHT, WIDTH)


def settled(screen: Screen, before: Picture) -> Picture:
    """Return the picture once it is another than `before` and has stopped changing.

    Raises:
        NothingToSee: It never stopped, or never began.
    """
    last, same = before, 0
    until_s = time.perf_counter() + TIMEOUT_S
    while time.perf_counter() < until_s:
        time.sleep(_SETTLE_PAUSE_S)
        picture = whole(screen)
        same = same + 1 if _is_same(picture, last) and not _is_same(picture, before) else 0
        last = picture
        if same >= _SETTLE_LOOKS:
            return picture
    raise NothingToSee("the picture did not settle")


def known(picture: Picture, unlike: Sequence[Picture] = ()) -> Known:
    """Return the picture by its telling pieces, each of them absent from the pictures `unlike`.

    Raises:
        NothingToSee: It is too plain to be known by anything.
    """
    first_row = round(HEIGHT * HEADER_PART)
    rows = np.linspace(first_row, HEIGHT, _ROWS + 1, dtype=int)
    columns = np.linspace(0, WIDTH, _COLUMNS + 1, dtype=int)
    pieces = []
    for top, bottom in itertools.pairwise(rows):
        for left, right in itertools.pairwise(columns):
            cell = picture[top:bottom, left:right]
            changes = np.count_nonzero(cell[:, 1:] != cell[:, :-1], axis=1)
            row = int(np.argmax(changes))
            piece = cell[row]
            told = [other[top + row, left:right] for other in unlike]
            is_new = all(np.mean(piece == other) < _ENOUGH for other in told)
            if changes[row] >= _LEAST_CHANGES and is_new:
                area = Area(int(left), int(top) + row, int(right - left))
                pieces.append(Piece(area, piece.copy()))
    if not pieces:
        raise NothingToSee("the picture is too plain to be known again")
    return Known(pieces)


def largest_area(picture: Picture, colour: int) -> Area:
    """Return the box around the tallest surface of one colour, 0xRRGGBB.

    Raises:
        NothingToSee: There is no such place.
    """
    found = picture == colour
    filled = np.flatnonzero(np.count_nonzero(found, axis=1) > WIDTH // 8)
    if not filled.size:
        raise NothingToSee(f"nothing on the screen has the colour {colour:06x}")
    rows = max(np.split(filled, np.flatnonzero(np.diff(filled) > 1) + 1), key=len)
    columns = np.flatnonzero(np.count_nonzero(found[rows], axis=0) > rows.size // 2)
    if not columns.size:
        raise NothingToSee(f"nothing large on the screen has the colour {colour:06x}")
    top, left = int(rows[0]), int(columns[0])
    return Area(left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1)


def _is_same(one: Picture, other: Picture) -> bool:
    first_row = round(HEIGHT * HEADER_PART)
    return bool(
        np.array_equal(
            one[first_row::_GRID_STEP, ::_GRID_STEP], other[first_row::_GRID_STEP, ::_GRID_STEP]
        )
    )
