"""QR codes (ISO/IEC 18004, level M) as black rectangles of whole dots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import segno

from printing.marks import Boxes

LEAST_MODULE = 4
"""0.5 mm: smaller modules are not read from thermal paper by every phone."""
QUIET_ZONE = 4  # modules, ISO/IEC 18004, 9.1


def place_code(
    content: str, left: int, top: int, width: int, largest_module: int, *, is_centred: bool = True
) -> tuple[Boxes, int] | None:
    """Return the code and how high it is with its quiet zone: centred in `width`, or as far to the
    left as what is written at `left` and as the zone allows.

    None when there is no code for such content, or none that a phone could read in this width.
    """
    matrix = _matrix(content)
    side = len(matrix) + 2 * QUIET_ZONE
    module = min(largest_module, width // side)
    if not matrix or module < LEAST_MODULE:
        return None
    quiet = QUIET_ZONE * module
    x0 = left + (width - side * module) // 2 + quiet if is_centred else max(left, quiet)
    y0 = top + quiet
    boxes = tuple(
        (x0 + x * module, y0 + y * module, length * module, module)
        for y, row in enumerate(matrix)
        for x, length in _dark_stretches(row)
    )
    return Boxes(boxes), side * module


def _matrix(content: str) -> Sequence[Sequence[int]]:
    """Return the modules, row by row; none when there is no code for such content."""
    if not content:
        return ()
    try:
        return segno.make(content, error="m", micro=False, boost_error=False).matrix
    except segno.DataOverflowError:
        return ()


def _dark_stretches(row: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield where dark modules begin and how many follow each other."""
    x = 0
    for is_dark, stretch in groupby(row, bool):
        length = len(list(stretch))
        if is_dark:
            yield x, length
        x += length
