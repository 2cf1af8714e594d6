"""Lines made of rows: each place holds only what may stand there, every check digit has to hold.

A check digit is blind to signs whose values differ by tens (G and 6, L and 1), and to two slips
that make up for each other (O for 0, twice). So of all readings of a field one alone may fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod

from devices.card_reader.travel import mrz
from devices.card_reader.travel.mrz import Mrz, Problem
from devices.card_reader.travel.mrz_layouts import Layout, Span, layout_of
from devices.line_reader.recognising import Row
from devices.line_reader.signs import SIGNS
from kiosk.printed_lines import FILLER, check_digit

LEAST_SIGN = 0.75
"""How much a place of the key has to look like its sign, -1 to 1."""
MOST_DOUBT = 0.06
"""So much less than its best sign, and a place may be another."""
MOST_READINGS = 4096

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Reading:
    """Lines whose check digits all hold; `margin` is how clear the key's least clear place is."""

    lines: Mrz = field(repr=False)
    margin: float

    @property
    def key(self) -> tuple[str, str, str]:
        """What opens the chip."""
        return self.lines.number, self.lines.birth, self.lines.expiry


def reading_of(rows: Sequence[Row]) -> Reading | None:
    """Return what rows say, given from above; None where they are no lines, or a digit fails."""
    for chosen in _choices(rows):
        layout = layout_of(tuple(_text(row) for row in chosen))
        if layout is None:
            continue
        allowed = _allowed(layout)
        lines = tuple(
            "".join(_best(row, at, allowed.get((number, at), SIGNS)) for at in range(row.width))
            for number, row in enumerate(chosen)
        )
        read = mrz.read("\n".join(lines))
        if isinstance(read, Problem) or read.problems or read.layout != layout or not read.number:
            continue
        margin = _margin(chosen, layout, read, allowed)
        if margin is not None:
            return Reading(read, margin)
    return None


def _choices(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Yield rows that may be lines together: neighbours of one width, most of them first."""
    for count in (3, 2, 1):
        for first in range(len(rows) - count, -1, -1):
            chosen = rows[first : first + count]
            if len({row.width for row in chosen}) == 1:
                yield chosen


def _text(row: Row) -> str:
    return "".join(SIGNS[int(at)] for at in row.likeness.argmax(axis=1))


def _best(row: Row, at: int, allowed: str) -> str:
    return max(allowed, key=lambda sign: row.likeness[at, SIGNS.index(sign)])


def _allowed(layout: Layout) -> dict[tuple[int, int], str]:
    """Return what may stand at the places of a layout, where that is not everything."""
    told: dict[tuple[int, int], str] = {}
    for span, signs in (
        (layout.names, _LETTERS + FILLER),
        (layout.issuer, _LETTERS + FILLER),
        (layout.nationality, _LETTERS + FILLER),
        (layout.birth, _DIGITS + FILLER),
        (layout.expiry, _DIGITS + FILLER),
    ):
        for place in _places(span):
            told[place] = signs
    for _, line, at in layout.checks:
        told[line, at] = _DIGITS + FILLER
    if layout.sex is not None:
        told[layout.sex] = "MFX" + FILLER
    if layout.whole is not None:
        told[layout.whole] = _DIGITS
    return told


def _places(span: Span | None) -> Iterator[tuple[int, int]]:
    if span is not None:
        yield from ((span[0], at) for at in range(span[1], span[2]))


def _margin(
    rows: Sequence[Row], layout: Layout, read: Mrz, allowed: dict[tuple[int, int], str]
) -> float | None:
    """Return how little the key's least clear place looks like its sign; None where another reading
    of what was seen fits its check digit too, or a place looks like no sign at all.
    """
    least = 1.0
    for part, digit_line, digit_at in layout.checks[:3]:
        places = list(_places(layout.span_of(part)))
        told = "".join(read.lines[line][at] for line, at in places)
        choices = [_seen(rows[line], at, allowed.get((line, at), SIGNS)) for line, at in places]
        if prod(len(signs) for signs in choices) > MOST_READINGS:
            return None
        digit = read.lines[digit_line][digit_at]
        fitting = {it for it in map("".join, product(*choices)) if check_digit(it) == digit}
        # A number that goes on elsewhere has its digit there, and is held to the chip's word.
        if digit != FILLER and fitting != {told}:
            return None
        clear = [
            float(rows[line].likeness[at, SIGNS.index(sign)])
            for (line, at), sign in zip(places, told, strict=True)
        ]
        least = min(least, *clear)
    return least if least >= LEAST_SIGN else None


def _seen(row: Row, at: int, allowed: str) -> list[str]:
    """Return what a place may be taken for: its best sign, and those that it looks nearly like."""
    likeness = {sign: float(row.likeness[at, SIGNS.index(sign)]) for sign in allowed}
    best = max(likeness.values())
    return [sign for sign, told in likeness.items() if told >= best - MOST_DOUBT]
