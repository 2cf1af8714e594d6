"""A receipt against a bare reportlab canvas that draws the same strings with the same fonts.

The peer knows beforehand where everything stands: what it costs is what reportlab costs, and what
the receipt costs on top is our layout, line breaking and font fallback. Both are measured warm, in
turns, in one process; the ratio of the medians is what counts.
"""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import segno
from reportlab.pdfgen.canvas import Canvas

from printing import fonts
from printing.layout import Sheet, Text, compose, render_pdf
from printing.media import POINTS_PER_DOT, PaperWidth
from printing.raster import rasterise
from tests.support.papers import QUERY_ADDRESS, a_chinese_receipt

ROUNDS = 40


@dataclass(frozen=True, slots=True)
class ReceiptFigures:
    """Medians in ms, and what they are against the bare canvas."""

    ours_ms: float
    bare_strings_ms: float
    bare_with_code_ms: float
    """The strings, and the same QR code made by segno and drawn module by module."""
    raster_ms: float
    """PDF to dots, for a printer that takes pictures."""

    @property
    def ratio_to_strings(self) -> float:
        """Our whole receipt, QR code included, against the strings alone."""
        return self.ours_ms / self.bare_strings_ms

    @property
    def ratio_to_same_content(self) -> float:
        """Our whole receipt against the same content on a bare canvas."""
        return self.ours_ms / self.bare_with_code_ms


def measure(rounds: int = ROUNDS) -> ReceiptFigures:
    """Return the figures of one run."""
    paper, width = a_chinese_receipt(), PaperWidth.MM_80
    sheet = compose(paper, width, fonts.Typeface())
    pdf = render_pdf(paper, width)
    ours, strings, with_code, raster = _medians_ms(
        rounds,
        lambda: render_pdf(paper, width),
        lambda: bare_canvas(sheet, with_code=False),
        lambda: bare_canvas(sheet, with_code=True),
        lambda: rasterise(pdf),
    )
    return ReceiptFigures(ours, strings, with_code, raster)


def bare_canvas(sheet: Sheet, *, with_code: bool) -> bytes:
    """Draw the sheet's strings, each at its place, as a program without a layout would."""
    k = POINTS_PER_DOT
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(sheet.width * k, sheet.height * k), invariant=1)
    for mark in sheet.marks:
        if isinstance(mark, Text):
            x = mark.x
            for run in mark.runs:
                canvas.setFont(run.font, mark.size * k)
                canvas.drawString(x * k, (sheet.height - mark.baseline) * k, run.text)
                x += run.width_em * mark.size
    if with_code:
        matrix = segno.make(QUERY_ADDRESS, error="m", micro=False, boost_error=False).matrix
        for y, row in enumerate(matrix):
            for x, is_dark in enumerate(row):
                if is_dark:
                    canvas.rect(x * 8 * k, y * 8 * k, 8 * k, 8 * k, stroke=0, fill=1)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _medians_ms(rounds: int, *candidates: Callable[[], object]) -> list[float]:
    """Return the median time of each, all taking turns, so that a slow moment hits all alike."""
    times: list[list[float]] = [[] for _ in candidates]
    for candidate in candidates:
        candidate()
    for _ in range(rounds):
        for candidate, its_times in zip(candidates, times, strict=True):
            start = time.perf_counter()
            candidate()
            its_times.append(time.perf_counter() - start)
    return [statistics.median(its_times) * 1000 for its_times in times]


if __name__ == "__main__":
    figures = measure()
    print(figures)
    print(f"receipt / bare strings      {figures.ratio_to_strings:.2f}")
    print(f"receipt / same content      {figures.ratio_to_same_content:.2f}")
