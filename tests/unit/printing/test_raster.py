"""From a PDF to dots."""

from __future__ import annotations

import pypdfium2
import pytest

from kiosk.ports.printer import Line, Paper, TextSize
from printing.layout import render_pdf
from printing.media import POINTS_PER_DOT, PaperWidth
from printing.raster import rasterise

TEXT = "槐树里社区服务点受理 Huaishuli 0123456789"


@pytest.mark.parametrize("size", list(TextSize))
@pytest.mark.parametrize("is_bold", [False, True])
def test_dots_are_as_black_as_the_outlines(size: TextSize, *, is_bold: bool) -> None:
    """Thin strokes neither vanish nor grow fat: the ink is that of the outlines, within a fifth."""
    pdf = render_pdf(Paper("j", "t", "zh_CN", (Line(TEXT, size, is_bold),)), PaperWidth.MM_80)
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    fine = page.render(scale=8 / POINTS_PER_DOT, grayscale=True).to_numpy()
    covered = 1 - fine.mean() / 255
    page.close()
    document.close()
    assert rasterise(pdf).dots().mean() == pytest.approx(covered, rel=0.2)


def test_rows_are_as_long_as_the_printer_s() -> None:
    """Width and bytes fit the paper."""
    for width, row_bytes in ((PaperWidth.MM_80, 72), (PaperWidth.MM_58, 48)):
        raster = rasterise(render_pdf(Paper("j", "t", "en", (Line("x"),)), width))
        assert raster.width == width.dots
        assert len(raster.rows) == row_bytes * raster.height
