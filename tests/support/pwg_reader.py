"""PWG raster read as PWG 5102.4-2012 has it, by itself: whatever the standard forbids is refused.

Written from the standard and not from what the kiosk writes: it goes octet by octet, where that
goes by arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

FIELDS: Final[dict[str, tuple[int, int | str]]] = {
    "PwgRaster": (0, "text"),
    "MediaColor": (64, "text"),
    "MediaType": (128, "text"),
    "PrintContentOptimize": (192, "text"),
    "CutMedia": (268, 1),
    "Duplex": (272, 1),
    "HWResolution": (276, 2),
    "InsertSheet": (300, 1),
    "Jog": (304, 1),
    "LeadingEdge": (308, 1),
    "MediaPosition": (324, 1),
    "MediaWeightMetric": (328, 1),
    "NumCopies": (340, 1),
    "Orientation": (344, 1),
    "PageSize": (352, 2),
    "Tumble": (368, 1),
    "Width": (372, 1),
    "Height": (376, 1),
    "BitsPerColor": (384, 1),
    "BitsPerPixel": (388, 1),
    "BytesPerLine": (392, 1),
    "ColorOrder": (396, 1),
    "ColorSpace": (400, 1),
    "NumColors": (420, 1),
    "TotalPageCount": (452, 1),
    "CrossFeedTransform": (456, 1),
    "FeedTransform": (460, 1),
    "ImageBoxLeft": (464, 1),
    "ImageBoxTop": (468, 1),
    "ImageBoxRight": (472, 1),
    "ImageBoxBottom": (476, 1),
    "AlternatePrimary": (480, 1),
    "PrintQuality": (484, 1),
    "VendorIdentifier": (508, 1),
    "VendorLength": (512, 1),
    "RenderingIntent": (1668, "text"),
    "PageSizeName": (1732, "text"),
}
"""Where each stands in the header (section 4.3): a text of 64 octets, or so many numbers of 4."""
HEADER: Final = 1796
_VENDOR: Final = range(516, 1604)
_COLOURS: Final = {1: 3, 3: 1, 6: 4, 18: 1, 19: 3, 20: 3}
"""ColorSpace to NumColors (tables 3 and 12)."""


class BadRasterError(ValueError):
    """The standard forbids this."""


@dataclass(frozen=True)
class PwgPage:
    """A page: its header by the names of the standard, and its dots."""

    fields: dict[str, int | str | tuple[int, int]]
    lines: npt.NDArray[np.uint8]
    """(Height, BytesPerLine)."""

    def grey(self) -> npt.NDArray[np.uint8]:
        """Return the page as people see it: (height, width), 0 is black."""
        width, bits = self.number("Width"), self.number("BitsPerColor")
        seen = self.lines
        if bits == 1:
            seen = np.unpackbits(self.lines, axis=1, count=width) * np.uint8(255)
        elif self.number("NumColors") == 3:
            colours = self.lines.reshape(len(self.lines), width, 3)
            assert (colours == colours[..., :1]).all(), "no paper of ours has a colour"
            seen = colours[..., 0]
        return 255 - seen if self.number("ColorSpace") == 3 else seen

    def number(self, name: str) -> int:
        """Return a field that is one number."""
        value = self.fields[name]
        assert isinstance(value, int)
        return value


def read_pwg(data: bytes) -> list[PwgPage]:
    """Return the pages of a file.

    Raises:
        BadRasterError: It is none, or not whole, or more than that.
    """
    _must(data[:4] == b"RaS2", "the synchronization word")
    pages: list[PwgPage] = []
    at = 4
    while at < len(data):
        fields = _fields(data[at : at + HEADER])
        page = PwgPage(fields, np.empty(0, np.uint8))
        at += HEADER
        lines, at = _lines(
            data,
            at,
            page.number("Height"),
            page.number("BytesPerLine"),
            max(page.number("BitsPerPixel") // 8, 1),
        )
        pages.append(PwgPage(fields, lines))
    _must(pages, "a page")
    for page in pages:
        _must(page.number("TotalPageCount") in {0, len(pages)}, "TotalPageCount")
    return pages


def _fields(header: bytes) -> dict[str, int | str | tuple[int, int]]:
    _must(len(header) == HEADER, "a whole header")
    known = np.zeros(HEADER, np.bool_)
    known[_VENDOR.start : _VENDOR.stop] = True
    fields: dict[str, int | str | tuple[int, int]] = {}
    for name, (octet, kind) in FIELDS.items():
        length = 64 if isinstance(kind, str) else 4 * kind
        raw = header[octet : octet + length]
        known[octet : octet + length] = True
        if isinstance(kind, str):
            text, _, rest = raw.partition(b"\0")
            _must(len(text) < 64 and not any(rest), name)
            fields[name] = text.decode("ascii")
        else:
            numbers = [int.from_bytes(raw[it : it + 4], "big") for it in range(0, length, 4)]
            fields[name] = numbers[0] if kind == 1 else (numbers[0], numbers[1])
    reserved = np.frombuffer(header, np.uint8)[~known]
    _must(not reserved.any(), "what is reserved is 0")
    _must(fields["PwgRaster"] == "PwgRaster", "PwgRaster")
    _check(PwgPage(fields, np.empty(0, np.uint8)))
    return fields


def _check(page: PwgPage) -> None:
    number = page.number
    width, height, bits = number("Width"), number("Height"), number("BitsPerColor")
    _must(width and height, "Width and Height")
    _must(bits in {1, 8, 16}, "BitsPerColor")
    _must(number("ColorOrder") == 0, "ColorOrder")
    _must(_COLOURS.get(number("ColorSpace")) == number("NumColors"), "NumColors")
    _must(number("BitsPerPixel") == bits * number("NumColors"), "BitsPerPixel")
    _must(number("BytesPerLine") == -(-width * number("BitsPerPixel") // 8), "BytesPerLine")
    for name in ("CrossFeedTransform", "FeedTransform"):
        _must(number(name) in {1, 0xFFFFFFFF}, name)
    for name in ("Duplex", "Tumble", "InsertSheet"):
        _must(number(name) in {0, 1}, name)
    box = [number(f"ImageBox{side}") for side in ("Left", "Top", "Right", "Bottom")]
    _must(box[0] <= box[2] <= width and box[1] <= box[3] <= height, "ImageBox")


def _lines(
    data: bytes, at: int, height: int, length: int, unit: int
) -> tuple[npt.NDArray[np.uint8], int]:
    """Return a page's lines, and where they end: (height, length)."""
    lines = np.empty((height, length), np.uint8)
    row = 0
    while row < height:
        _must(at < len(data), "the next line")
        times = data[at] + 1
        _must(row + times <= height, "no more lines than Height")
        line, at = _line(data, at + 1, length, unit)
        lines[row : row + times] = np.frombuffer(line, np.uint8)
        row += times
    return lines, at


def _line(data: bytes, at: int, length: int, unit: int) -> tuple[bytes, int]:
    line = bytearray()
    while len(line) < length:
        _must(at < len(data), "the next run")
        control = data[at]
        _must(control != 128, "no run is called 128")
        at += 1
        if control < 128:
            run, step = data[at : at + unit] * (control + 1), unit
        else:
            step = (257 - control) * unit
            run = data[at : at + step]
        _must(len(data) >= at + step, "a whole run")
        line += run
        at += step
    _must(len(line) == length, "no run goes beyond its line")
    return bytes(line), at


def _must(condition: object, what: str) -> None:
    if not condition:
        raise BadRasterError(what)
