"""Lines made of rows: each place holds only what may stand there, every check digit has to hold.

A check digit does not tell signs apart whose values differ by tens: G and 6, L and 1, U and 0, K
and a filler. So what opens a chip is told only where no place of it is nearly another sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from devices.card_reader.travel import mrz
from devices.card_reader.travel.mrz import Mrz, Problem
from devices.card_reader.travel.mrz_layouts import Layout, Span, layout_of
from devices.line_reader.recognising import Row
from devices.line_reader.signs import SIGNS
from kiosk.printed_lines import FILLER

LEAST_MARGIN = 0.012
"""How much more a place of the key has to look like its sign than like the next."""
MOST_DOUBT = 0.08
"""How much less than its best sign a place may look like what its check digit says."""

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Reading:
    """Lines all of whose check digits hold; `margin` is that of the key's most doubtful place."""

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
        if _is_as_seen(chosen, layout, read, allowed):
            return Reading(read, _margin(chosen, layout, read, allowed))
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


def _is_as_seen(
    rows: Sequence[Row], layout: Layout, read: Mrz, allowed: dict[tuple[int, int], str]
) -> bool:
    """Say whether each sign that a check digit put right nearly looked like it to begin with.

    One reading in ten fits its check digit by chance, so what it says has to be seen, too.
    """
    for span in (layout.number, layout.birth, layout.expiry):
        for line, at in _places(span):
            likeness = rows[line].likeness[at]
            signs = allowed.get((line, at), SIGNS)
            best = max(likeness[SIGNS.index(sign)] for sign in signs)
            if best - likeness[SIGNS.index(read.lines[line][at])] > MOST_DOUBT:
                return False
    return True


def _margin(
    rows: Sequence[Row], layout: Layout, read: Mrz, allowed: dict[tuple[int, int], str]
) -> float:
    """Return how far the key's most doubtful place is from another sign.

    A sign that its check digit put right counts as what it was taken for: there the digit decided.
    """
    margins = []
    for span in (layout.number, layout.birth, layout.expiry):
        for line, at in _places(span):
            likeness = rows[line].likeness[at]
            told = read.lines[line][at]
            others = [
                likeness[SIGNS.index(sign)]
                for sign in allowed.get((line, at), SIGNS)
                if _is_blind(sign, told)
            ]
            if others:
                margins.append(float(likeness[SIGNS.index(told)] - max(others)))
    return float(np.min(margins)) if margins else 1.0


def _is_blind(sign: str, told: str) -> bool:
    """Say whether no check digit tells two signs apart."""
    return sign != told and (_value(sign) - _value(told)) % 10 == 0


def _value(sign: str) -> int:
    return 0 if sign == FILLER else int(sign, 36)
