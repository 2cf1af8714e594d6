"""Making ready what the first paper after a start would have to wait for."""

from __future__ import annotations

from kiosk.ports.printer import Line, Paper, QrCode
from printing.layout import render_pdf
from printing.media import PaperWidth
from printing.raster import rasterise


def warm_up(width_mm: int) -> None:
    """Load both everyday fonts and the libraries by drawing a paper that nobody sees.

    The font of rare characters stays where it is: it is three times as large, and most visits
    never need it.
    """
    blocks = (Line("永"), Line("永", is_bold=True), QrCode("0123456789"))
    rasterise(render_pdf(Paper("warm-up", "", "zh_CN", blocks), PaperWidth(width_mm)))
