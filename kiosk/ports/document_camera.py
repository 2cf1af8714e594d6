"""The camera that looks down at papers and cards: live pictures with the page's outline, and pages
that a clerk can read.

A still is captured once and may be cut as often as somebody drags its corners; it is held by who
asked for it, so that nothing is lost when a worker process dies. Codes on papers are data of
strangers: they are handed on as text and followed by nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kiosk.ports.camera import Frame, NoPicture

Point = tuple[float, float]
"""Across and down, as shares of the picture's width and height, 0 to 1."""

Corners = tuple[Point, Point, Point, Point]
"""Of a page, clockwise in the picture, beginning at its upper left."""

WHOLE_PICTURE: Corners = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))

MOST_SIDES = 2
"""Front and back."""

LONGEST_WATERMARK = 120
"""Characters of a watermark."""

MOST_CODES = 8
LONGEST_CODE = 1000
"""Characters of one code, as they are shown."""


class PageAdvice(StrEnum):
    """What would make a page better; the first of several is said. It never blocks."""

    NO_PAPER = "no_paper"
    SEVERAL_PAPERS = "several_papers"
    NOT_WHOLE = "not_whole"
    """The page reaches beyond the picture."""
    TOO_DARK = "too_dark"
    GLARE = "glare"
    BLANK = "blank"
    TOO_SMALL = "too_small"
    """So far away that print can't be read."""
    BLURRED = "blurred"
    UPSIDE_DOWN = "upside_down"
    SIDEWAYS = "sideways"


class Upright(StrEnum):
    """Which way up the lines of a page are."""

    UPRIGHT = "upright"
    UPSIDE_DOWN = "upside_down"
    SIDEWAYS = "sideways"
    UNKNOWN = "unknown"
    """Too few lines, or lines that say nothing: a photograph, a stamp, a form of boxes."""


@dataclass(frozen=True, slots=True)
class PaperFound:
    """Where a page lies; `others` are further ones, the best first.

    Without `is_whole` it reaches beyond the picture, and the corners are where the picture ends.
    """

    corners: Corners
    others: tuple[Corners, ...] = ()
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class PaperLook:
    """The newest picture, and the page in it; None is an honest "no page found"."""

    frame: Frame
    found: PaperFound | None


@dataclass(frozen=True, slots=True)
class Still:
    """A captured picture (JPEG), whole and as it was, with the page in it."""

    jpeg: bytes = field(repr=False)
    width_px: int
    height_px: int
    found: PaperFound | None
    simulated: bool


@dataclass(frozen=True, slots=True)
class Side:
    """What to cut out of a still: these corners, then so many quarter turns clockwise."""

    still: Still
    corners: Corners
    quarter_turns: int = 0


class PageKind(StrEnum):
    """What lies there."""

    PAPER = "paper"
    """Shadows are taken out, so that paper is white."""
    CARD = "card"
    """With a portrait: light and colours stay as they are."""


@dataclass(frozen=True, slots=True)
class PageStyle:
    """What a page is to be.

    The JPEG has at most `max_bytes` (20,000 to 8,000,000), whatever that costs in pixels. The
    watermark is written across the whole page, "" for none; it says for what and when the copy
    was made, so that it is good for nothing else.
    """

    kind: PageKind = PageKind.PAPER
    is_grey: bool = False
    max_bytes: int = 400_000
    watermark: str = ""


@dataclass(frozen=True, slots=True)
class PaperCode:
    r"""A code on a page: `kind` is "qr" or the bar code's own name, `text` what it says.

    Characters that can't be seen, or that turn the direction of what follows, are written out as
    `\u{...}`. Nobody may open, run or fetch what it says.
    """

    kind: str
    text: str = field(repr=False)
    is_cut_short: bool = False


@dataclass(frozen=True, slots=True)
class PageFindings:
    """What was found on a page, and the measures it was judged by."""

    advice: tuple[PageAdvice, ...] = ()
    upright: Upright = Upright.UNKNOWN
    measures: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it goes to the office (JPEG): straight, readable, within its budget."""

    jpeg: bytes = field(repr=False)
    width_px: int
    height_px: int
    style: PageStyle
    sides: int
    findings: PageFindings
    codes: tuple[PaperCode, ...]
    simulated: bool


class NotCut(StrEnum):
    """Why there is no page."""

    NO_AREA = "no_area"
    """The corners enclose next to nothing, or a crossed shape."""
    NO_STILL = "no_still"
    """What was given is no picture."""
    NOT_NOW = "not_now"
    """The program that cuts failed or took too long; asking again may help."""


class DocumentCamera(Protocol):
    """A camera used from one thread; it opens at the first look and stays open until `close`."""

    def look(self, timeout_s: float) -> PaperLook | NoPicture:
        """Return the newest picture, never one that was captured before the last call returned.

        Args:
            timeout_s: Upper limit for the whole call, 0.05 to 5.
        """

    def take(self, timeout_s: float) -> Still | NoPicture:
        """Capture now and look for the page in every pixel there is.

        Args:
            timeout_s: Upper limit for the whole call, 0.5 to 10.
        """

    def cut(self, sides: Sequence[Side], style: PageStyle, timeout_s: float) -> Page | NotCut:
        """Make a page of one side, or of two, one above the other. Needs no camera.

        Judges it, reads its codes, and takes the advice of the first side that has any.

        Args:
            sides: One or two.
            style: What it is to be.
            timeout_s: Upper limit for the whole call, 1 to 20.
        """

    def close(self) -> None:
        """Switch the camera off and forget every picture; may be called twice, never raises."""
