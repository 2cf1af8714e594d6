"""From stills and corners to a page: cut, judged, read, marked, encoded. Pure but for OpenCV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from devices.camera.picture import Image, as_image
from devices.document_camera.codes import read_codes
from devices.document_camera.encoding import within
from devices.document_camera.finder import find_papers
from devices.document_camera.readable import Circumstances, judge_page
from devices.document_camera.shading import flattened
from devices.document_camera.sides import one_above_the_other
from devices.document_camera.straighten import straightened, turned
from devices.document_camera.watermark import marked
from kiosk.ports.document_camera import (
    MOST_CODES,
    WHOLE_PICTURE,
    Corners,
    NotCut,
    Page,
    PageAdvice,
    PageFindings,
    PageKind,
    PageStyle,
    PaperFound,
)

ON_THE_RIM = 0.002
"""A page's side this near the picture's rim, in shares of it, goes on beyond it."""


@dataclass(frozen=True, slots=True)
class RawSide:
    """One side to be cut out of a picture (BGR)."""

    image: Image = field(repr=False)
    corners: Corners
    quarter_turns: int
    is_one_of_several: bool


def find_page(image: Image) -> PaperFound | None:
    """Return where the pages of a picture lie, in shares of it."""
    found = find_papers(image)
    if not found:
        return None
    height, width = image.shape[:2]
    best, *others = (_as_corners(it.quad, width, height) for it in found)
    return PaperFound(best, tuple(others), found[0].is_whole)


def make_page(
    sides: Sequence[RawSide], style: PageStyle, font: str, *, simulated: bool
) -> Page | NotCut:
    """Return a page of one side, or of two."""
    raw_pages, pages, findings = [], [], []
    for side in sides:
        height, width = side.image.shape[:2]
        quad = np.array(side.corners, np.float64) * (width, height) - 0.5
        raw = straightened(side.image, quad)
        if raw is None:
            return NotCut.NO_AREA
        raw = turned(raw, side.quarter_turns)
        page = flattened(raw) if style.kind is PageKind.PAPER else raw
        known = Circumstances(
            style.kind, not _reaches_beyond(side.corners), side.corners != WHOLE_PICTURE
        )
        judged = judge_page(raw, page, known)
        if side.is_one_of_several:
            advice = (PageAdvice.SEVERAL_PAPERS, *judged.advice)
            judged = PageFindings(advice, judged.upright, judged.measures)
        findings.append(judged)
        raw_pages.append(raw)
        pages.append(page)
    codes = tuple(code for raw in raw_pages for code in read_codes(raw))[:MOST_CODES]
    whole = one_above_the_other(pages)
    if style.is_grey:
        whole = as_image(cv2.cvtColor(whole, cv2.COLOR_BGR2GRAY))
    jpeg, shown = within(marked(whole, style.watermark, font), style.max_bytes)
    return Page(
        jpeg=jpeg,
        width_px=shown.shape[1],
        height_px=shown.shape[0],
        style=style,
        sides=len(sides),
        findings=next((it for it in findings if it.advice), findings[0]),
        codes=codes,
        simulated=simulated,
    )


def _as_corners(quad: np.typing.NDArray[np.float64], width: int, height: int) -> Corners:
    """Return corners in pixels as shares of the picture, none outside it."""
    points = [
        (min(max(float(x + 0.5) / width, 0.0), 1.0), min(max(float(y + 0.5) / height, 0.0), 1.0))
        for x, y in quad
    ]
    return points[0], points[1], points[2], points[3]


def _reaches_beyond(corners: Corners) -> bool:
    """Say whether a side lies on the picture's rim."""
    for index, first in enumerate(corners):
        second = corners[(index + 1) % 4]
        for axis in (0, 1):
            if max(first[axis], second[axis]) <= ON_THE_RIM:
                return True
            if min(first[axis], second[axis]) >= 1 - ON_THE_RIM:
                return True
    return False
