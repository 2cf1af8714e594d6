"""A receipt against a bare reportlab canvas that draws the same strings with the same fonts.

The peer knows beforehand where everything stands: what it costs is what reportlab costs, and what
the receipt costs on top is our layout, line breaking and font fallback. Both are measured warm, in
turns, in one process; the ratio of the medians is what counts.
"""

from __future__ import annotations

import io
from typing import Final

import segno
from reportlab.pdfgen.canvas import Canvas

from benchmarks.figures import Figure, Unit, in_turns
from printing import fonts
from printing.layout import compose, render_pdf
from printing.marks import Sheet, Text
from printing.media import POINTS_PER_DOT, PaperWidth
from tests.support.papers import QUERY_ADDRESS, a_chinese_receipt

ROUNDS: Final = 40


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Return the figures of one run."""
    paper, width = a_chinese_receipt(), PaperWidth.MM_80
    sheet = compose(paper, width, fonts.Typeface())
    ours, with_code, strings = in_turns(
        rounds,
        lambda: render_pdf(paper, width),
        lambda: bare_canvas(sheet, with_code=True),
        lambda: bare_canvas(sheet, with_code=False),
    )
    name = "receipt, 80 mm, Chinese, to PDF"
    return [
        Figure(name, "bare reportlab canvas, same content", Unit.MS, ours, with_code),
        Figure(name, "bare reportlab canvas, the strings alone", Unit.MS, ours, strings),
    ]


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
