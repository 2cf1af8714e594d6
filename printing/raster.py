"""From a PDF page to the dots of a receipt printer: black or nothing."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pypdfium2
import pypdfium2.raw as pdfium

from printing.media import POINTS_PER_DOT

BLACK_BELOW = 170
"""Of 255: a dot a third covered is printed, so that thin strokes stay firm. Antialiased text cut
here is smoother than text drawn without antialiasing."""

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
    with _LOCK:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page = document[page_number]
            width, height = (round(points / POINTS_PER_DOT) for points in page.get_size())
            bitmap = pypdfium2.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_Gray)
            pdfium.FPDFBitmap_FillRect(bitmap.raw, 0, 0, width, height, 0xFFFFFFFF)
            flags = pdfium.FPDF_GRAYSCALE | pdfium.FPDF_PRINTING
            pdfium.FPDF_RenderPageBitmap(bitmap.raw, page.raw, 0, 0, width, height, 0, flags)
            grey = np.array(bitmap.to_numpy()).reshape(height, width)
            page.close()
        finally:
            document.close()
    packed = np.packbits(grey < BLACK_BELOW, axis=1)
    return Raster(width, height, packed.tobytes())


def pages_of(pdf: bytes) -> int:
    """Return how many pages a PDF has; 0 where it is none."""
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError:
            return 0
        try:
            return len(document)
        finally:
            document.close()
