"""Bytes on the line for one receipt, against python-escpos with the same picture."""

from __future__ import annotations

import io
import warnings
from contextlib import redirect_stdout

from PIL import Image

from benchmarks.figures import Figure, Unit
from printing.escpos import encode
from printing.layout import render_pdf
from printing.media import PaperWidth
from printing.raster import Raster, rasterise
from tests.support.papers import a_chinese_receipt, an_english_receipt

GOAL = 0.5


def measure() -> list[Figure]:
    """Return what both papers take on both widths; counting needs no rounds."""
    rasters = [
        rasterise(render_pdf(paper, width))
        for paper in (a_chinese_receipt(), an_english_receipt())
        for width in PaperWidth
    ]
    ours = tuple(len(encode(raster, "bench").data) / 1000 for raster in rasters)
    theirs = tuple(len(by_python_escpos(raster)) / 1000 for raster in rasters)
    name = "a receipt on the line, ESC/POS"
    return [Figure(name, "python-escpos, the same picture", Unit.KB, ours, theirs, goal=GOAL)]


def by_python_escpos(raster: Raster) -> bytes:
    """Return what python-escpos sends for the picture and a cut, in the mode that needs least."""
    # It says on standard output that it does not know the printer's width.
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        from escpos.printer import Dummy

        printer = Dummy()
        printer.hw("INIT")
        printer.image(Image.fromarray(~raster.dots()), impl="bitImageRaster", center=False)
        printer.cut()
        return bytes(printer.output)
