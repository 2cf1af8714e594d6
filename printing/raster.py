"""From a PDF page to dots: black or nothing for receipt printers, grey for office printers."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pypdfium2
import pypdfium2.raw as pdfium

from printing.media import DOTS_PER_INCH

BLACK_BELOW = 170
"""Of 255: a dot a third covered is printed, so that thin strokes stay firm. Antialiased text cut
here is smoother than text drawn without antialiasing."""

_POINTS_PER_INCH = 72
_LOCK = threading.Lock()  # PDFium is one-threaded


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture of dots: eight to a byte, the leftmost in its highest bit, 1 is black."""

    width: int
    height: int
    rows: bytes

    def dots(self) -> npt.NDArray[np.bool_]:
        """Return the dots as (height, width), True is black."""
        packed = np.frombuffer(self.rows, np.uint8).reshape(self.height, -1)
        return np.unpackbits(packed, axis=1, count=self.width).astype(np.bool_)


def rasterise(pdf: bytes, page_number: int = 0) -> Raster:
    """Return a page, the first if not told otherwise, at one dot per dot; any thread."""
    grey = grey_page(pdf, page_number, (DOTS_PER_INCH, DOTS_PER_INCH))
    packed = np.packbits(grey < BLACK_BELOW, axis=1)
    return Raster(grey.shape[1], grey.shape[0], packed.tobytes())


def grey_page(
    pdf: bytes, page_number: int, resolution: tuple[float, float]
) -> npt.NDArray[np.uint8]:
    """Return a page as (height, width), 0 is black and 255 is white; any thread.

    Args:
        pdf: The document.
        page_number: From 0.
        resolution: In dots per inch, across the page and down it.
    """
    with _LOCK:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page = document[page_number]
            sides = zip(page.get_size(), resolution, strict=True)
            width, height = (round(points * dpi / _POINTS_PER_INCH) for points, dpi in sides)
            bitmap = pypdfium2.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_Gray)
            pdfium.FPDFBitmap_FillRect(bitmap.raw, 0, 0, width, height, 0xFFFFFFFF)
            flags = pdfium.FPDF_GRAYSCALE | pdfium.FPDF_PRINTING
            pdfium.FPDF_RenderPageBitmap(bitmap.raw, page.raw, 0, 0, width, height, 0, flags)
            grey: npt.NDArray[np.uint8] = np.array(bitmap.to_numpy()).reshape(height, width)
            page.close()
        finally:
            document.close()
    return grey


def page_sizes(pdf: bytes) -> tuple[tuple[float, float], ...]:
    """Return how wide and how high each page of a PDF is, in points; nothing where it is none."""
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError:
            return ()
        try:
            return tuple(document.get_page_size(number) for number in range(len(document)))
        finally:
            document.close()


def pages_of(pdf: bytes) -> int:
    """Return how many pages a PDF has; 0 where it is none."""
    return len(page_sizes(pdf))
