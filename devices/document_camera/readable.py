"""Whether a clerk can read a page: sharp, light, large enough, whole, not blank, right way up.

Thresholds were set with drawn pages; `measures` go with every page, so that an office can see what
its kiosk's camera really gives. Pure but for OpenCV.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from devices.camera.picture import Image, as_image
from devices.document_camera.lines import Print, read_print
from devices.document_camera.shading import paper_light
from kiosk.ports.document_camera import PageAdvice, PageFindings, PageKind, Upright

LEAST_LIGHT = 70.0
"""Of 255: how light the paper is at its darker parts; below it print drowns in noise."""

GLARE_LEVEL, MOST_GLARE, LEAST_STANDING_OUT = 252, 0.01, 22.0
"""A spot of clipped pixels on so much of the page, so much lighter than the paper around it."""

MOST_BLUR_PX = 2.4
"""Width (sigma) of the sharpest edges of print, at 1,000 pixels of the page's longer side."""

PRINT_CONTRAST = 0.55
"""Of the paper's lightness; faint print is taken for a little less sharp than it is."""

LEAST_LONG_SIDE_PX = {PageKind.PAPER: 900, PageKind.CARD: 480}
LEAST_SHORT_SIDE_PX = 120
LEAST_LINE_PX = 9.0
"""A line of print lower than this is guesswork, in pixels of the page."""

LEAST_INK = 0.0006
"""Share of the page: one short line of print on A4 has more."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What was known of the page before it was cut out."""

    kind: PageKind
    is_whole: bool
    is_found: bool
    """Whether corners were given that anybody chose: by the finder or by hand."""


def judge_page(raw: Image, page: Image, known: Circumstances) -> PageFindings:
    """Return what is to be said of a page.

    Args:
        raw: The page as the camera saw it (BGR): light and sharpness are measured on it.
        page: The page as it will be stored: print is read on it.
        known: What was known before.
    """
    grey = as_image(cv2.cvtColor(raw, cv2.COLOR_BGR2GRAY))
    light = paper_light(grey)
    lightness = float(np.percentile(light, 20))
    glare = _glare(grey, light)
    printed = read_print(page)
    blur = edge_width(grey, lightness) * 1000 / max(grey.shape)
    is_blank = printed.ink < LEAST_INK
    advice = [
        found
        for found, is_so in (
            (PageAdvice.NO_PAPER, not known.is_found),
            (PageAdvice.NOT_WHOLE, not known.is_whole),
            (PageAdvice.TOO_DARK, lightness < LEAST_LIGHT),
            (PageAdvice.GLARE, glare > MOST_GLARE),
            (PageAdvice.BLANK, is_blank),
            (PageAdvice.TOO_SMALL, _is_small(grey, printed, known.kind)),
            (PageAdvice.BLURRED, not is_blank and blur > MOST_BLUR_PX),
            (PageAdvice.UPSIDE_DOWN, printed.upright is Upright.UPSIDE_DOWN),
            (PageAdvice.SIDEWAYS, printed.upright is Upright.SIDEWAYS),
        )
        if is_so
    ]
    measures = (
        ("light", round(lightness, 1)),
        ("glare", round(glare, 4)),
        ("blur", round(blur, 2)),
        ("ink", round(printed.ink, 4)),
        ("line_px", round(printed.line_px, 1)),
        ("lines", float(printed.lines)),
        ("upright_vote", round(printed.vote, 2)),
    )
    return PageFindings(tuple(advice), printed.upright, measures)


def edge_width(grey: Image, lightness: float) -> float:
    """Return the sigma, in pixels, that the sharpest edges have been blurred with.

    A step of height C that was blurred with sigma s rises by C / (s * sqrt(2 pi)) per pixel at
    most. Blurred strokes run into each other and lose their height as fast as their slope, so the
    height is at least what print has: a share of how light the paper is.
    """
    rim = max(4, round(0.02 * max(grey.shape)))
    if min(grey.shape) < 4 * rim:
        return 0.0
    soft = cv2.GaussianBlur(grey[rim:-rim, rim:-rim], (3, 3), 0).astype(np.float32)
    across = cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=0.125)
    slope = np.hypot(across, cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=0.125))
    reach = max(9, round(max(grey.shape) / 90) | 1)
    kernel = np.ones((reach, reach), np.uint8)
    height = np.maximum(
        cv2.dilate(soft, kernel) - cv2.erode(soft, kernel), PRINT_CONTRAST * lightness
    )
    strongest = slope >= max(float(np.percentile(slope, 99.0)), 0.5)
    if not strongest.any():
        return 0.0
    return float(np.median(height[strongest] / slope[strongest]) / np.sqrt(2 * np.pi))


def _glare(grey: Image, light: Image) -> float:
    """Return the share of the page that a lamp's mirror image covers."""
    if float(np.median(light)) > GLARE_LEVEL - LEAST_STANDING_OUT:
        return 0.0  # paper that is white all over is well lit, not dazzled
    spots = cv2.morphologyEx(
        as_image((grey >= GLARE_LEVEL).astype(np.uint8)), cv2.MORPH_OPEN, np.ones((7, 7), np.uint8)
    )
    return float(spots.mean())


def _is_small(grey: Image, printed: Print, kind: PageKind) -> bool:
    """Say whether there are too few pixels for the print."""
    if max(grey.shape) < LEAST_LONG_SIDE_PX[kind] or min(grey.shape) < LEAST_SHORT_SIDE_PX:
        return True
    return printed.lines >= 4 and 0 < printed.line_px < LEAST_LINE_PX
