"""PWG raster (PWG 5102.4-2012), which printers without a driver take: pages of dots.

A file (section 4) is the word `RaS2` and then pages, each a header of 1796 octets (section 4.3)
and its dots, run by run. All numbers in it are big-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from printing.raster import BLACK_BELOW, grey_page, page_sizes

SYNC_WORD: Final = b"RaS2"
HEADER_LENGTH: Final = 1796
MOST_LINES: Final = 256
"""One octet says how often a line comes."""
MOST_UNITS: Final = 128
A4_NAME: Final = "iso_a4_210x297mm"
_A4_POINTS: Final = (595, 842)
_WHITE: Final = 0xFFFFFF
_LAST_LITERAL: Final = 257

Dots = npt.NDArray[np.uint8]


class _Layout(NamedTuple):
    bits: int
    colours: int
    space: int
    is_ink: bool
    """More is darker."""


class RasterType(Enum):
    """What a dot is, by the keyword of `pwg-raster-document-type-supported` (table 12).

    The value of ColorSpace is 3 for device black, 18 for sRGB's grey, 19 for sRGB (table 3).
    """

    SGRAY_8 = "sgray_8"
    BLACK_8 = "black_8"
    SRGB_8 = "srgb_8"
    SGRAY_1 = "sgray_1"
    BLACK_1 = "black_1"

    @property
    def layout(self) -> _Layout:
        """Return how its dots are laid out."""
        return _LAYOUTS[self]


_LAYOUTS: Final = {
    RasterType.SGRAY_8: _Layout(8, 1, 18, is_ink=False),
    RasterType.BLACK_8: _Layout(8, 1, 3, is_ink=True),
    RasterType.SRGB_8: _Layout(8, 3, 19, is_ink=False),
    RasterType.SGRAY_1: _Layout(1, 1, 18, is_ink=False),
    RasterType.BLACK_1: _Layout(1, 1, 3, is_ink=True),
}


class RasterForm(NamedTuple):
    """How a printer wants its raster."""

    kind: RasterType
    resolution: tuple[int, int]
    """In dots per inch, across the feed and along it."""


def pwg_raster(pdf: bytes, form: RasterForm) -> bytes:
    """Return a PDF as PWG raster, every page once, on one side; any thread.

    One page's dots are in memory at a time: 9 MB of A4 at 300 dpi, 35 MB at 600, and twice that
    while they are taken from PDFium.
    """
    sizes = page_sizes(pdf)
    pages = (_page(pdf, number, form, sizes) for number in range(len(sizes)))
    return b"".join((SYNC_WORD, *pages))


def _page(
    pdf: bytes, number: int, form: RasterForm, sizes: tuple[tuple[float, float], ...]
) -> bytes:
    grey = grey_page(pdf, number, form.resolution)
    header = page_header(form, grey.shape, sizes[number], len(sizes))
    layout = form.kind.layout
    return header + b"".join(coded_lines(_units(grey, layout), layout.colours))


def page_header(
    form: RasterForm, shape: tuple[int, ...], size: tuple[float, float], pages: int
) -> bytes:
    """Return the header before a page's dots (section 4.3); what is not named in it is 0 or empty.

    0 and empty mean: the printer's own choice (MediaColor, MediaType, MediaPosition,
    MediaWeightMetric, PrintContentOptimize, PrintQuality, RenderingIntent), never (CutMedia, Jog,
    InsertSheet), one side (Duplex, Tumble), the short edge first (LeadingEdge), upright
    (Orientation), colours side by side (ColorOrder: chunky), nothing of a maker's own
    (VendorIdentifier, VendorLength, VendorData).

    Args:
        form: How the dots are.
        shape: How many lines, and how many dots a line has.
        size: Of the page in points, width and height.
        pages: Of the whole file: the kiosk prints one copy of each, so it is the job's, too.
    """
    height, width = shape
    layout = form.kind.layout
    points = tuple(map(round, size))
    bits_per_pixel = layout.bits * layout.colours
    numbers = {
        276: form.resolution,  # HWResolution: cross-feed, feed
        340: (1,),  # NumCopies
        352: points,  # PageSize
        372: (width,),  # Width
        376: (height,),  # Height
        384: (layout.bits,),  # BitsPerColor
        388: (bits_per_pixel,),  # BitsPerPixel
        392: ((width * bits_per_pixel + 7) // 8,),  # BytesPerLine
        400: (layout.space,),  # ColorSpace
        420: (layout.colours,),  # NumColors
        452: (pages,),  # TotalPageCount
        456: (1, 1),  # CrossFeedTransform, FeedTransform: a front side (table 9)
        464: (0, 0, width, height),  # ImageBoxLeft, Top, Right, Bottom: dots may be anywhere
        480: (_WHITE,),  # AlternatePrimary
    }
    texts = {
        0: "PwgRaster",  # PwgRaster: which kind of raster this is
        1732: A4_NAME if points == _A4_POINTS else "",  # PageSizeName
    }
    header = bytearray(HEADER_LENGTH)
    for octet, values in numbers.items():
        struct.pack_into(f">{len(values)}I", header, octet, *values)
    for octet, text in texts.items():
        struct.pack_into("64s", header, octet, text.encode("ascii"))
    return bytes(header)


def coded_lines(units: Dots, octets: int = 1) -> Iterator[bytes]:
    """Yield dots as they stand behind a header (section 4, a page's bitmap).

    Before each line that differs from the one before it an octet says how often it comes, less 1.
    The line itself is runs: n - 1 and a unit that comes n times (1 to 128), or 257 - n and n units
    that differ (2 to 128). 128 is left out: some readers take it for the rest of the line.

    Args:
        units: As (height, width). A unit is a dot; with one bit per dot it is eight of them.
        octets: How often each stands in the file: three times for a grey dot in three colours.
    """
    for top in range(0, len(units), MOST_LINES):
        yield _coded_band(units[top : top + MOST_LINES], octets)


def _coded_band(band: Dots, octets: int) -> bytes:
    """Return lines that may all be the same. No loop over dots: a page has some 400,000 runs."""
    differs = np.ones(len(band), np.bool_)
    differs[1:] = (band[1:] != band[:-1]).any(axis=1)
    firsts = np.flatnonzero(differs)
    lines = band[firsts]
    width = lines.shape[1]

    # Pieces: runs of the same unit, cut where they are longer than a run may be.
    changes = np.ones(lines.shape, np.bool_)
    changes[:, 1:] = lines[:, 1:] != lines[:, :-1]
    begins = np.flatnonzero(changes)
    lengths = _gaps(begins, lines.size)
    cuts = (lengths + MOST_UNITS - 1) // MOST_UNITS
    begins = np.repeat(begins, cuts) + MOST_UNITS * _ranks(cuts)
    lengths = np.minimum(_gaps(begins, lines.size), MOST_UNITS)

    # Runs as they are written: a piece each, but for neighbours of length 1, which go together.
    is_one = lengths == 1
    opens = ~is_one | (begins % width == 0)
    opens[1:] |= ~is_one[:-1]
    opens |= _ranks(_gaps(np.flatnonzero(opens), len(begins))) % MOST_UNITS == 0
    heads = np.flatnonzero(opens)
    together = _gaps(heads, len(begins))
    is_literal = together > 1
    controls = np.where(is_literal, _LAST_LITERAL - together, lengths[heads] - 1)

    # Each piece is one unit in the file, behind its run's octet and, in front, its line's.
    is_line = begins[heads] % width == 0
    sizes = is_line + 1 + together * octets
    at = np.cumsum(sizes) - sizes
    out = np.empty(int(sizes.sum()), np.uint8)
    out[at[is_line]] = _gaps(firsts, len(band)) - 1
    out[at + is_line] = controls
    places = np.repeat(at + is_line + 1, together) + octets * _ranks(together)
    for octet in range(octets):
        out[places + octet] = lines.ravel()[begins]
    return out.tobytes()


def _gaps(begins: npt.NDArray[np.intp], end: int) -> npt.NDArray[np.intp]:
    """Return how far it is from each beginning to the next one, and from the last to the end."""
    return np.diff(begins, append=end)


def _ranks(counts: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return 0, 1, 2 and so on within each of several groups, given how large they are."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1]) - np.repeat(ends - counts, counts)


def _units(grey: Dots, layout: _Layout) -> Dots:
    if layout.bits == 1:
        packed = np.packbits(grey < BLACK_BELOW, axis=1)
        return packed if layout.is_ink else ~packed  # what fills the last octet is white, too
    return 255 - grey if layout.is_ink else grey
