"""From sheets to a PDF: nothing is decided here, only drawn. Belongs under `fonts.LOCK`."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import assert_never

from reportlab.pdfgen.canvas import Canvas

from printing import fonts
from printing.marks import Boxes, Disc, Mark, Ring, Sheet, Text
from printing.media import POINTS_PER_DOT

INSET = 0.01
"""Coordinates are rounded when written, and PDFium fills every dot that a rectangle touches: it
shall touch only its own."""


def paint(sheets: Sequence[Sheet]) -> bytes:
    """Draw the sheets into a PDF, a page each; there is at least one."""
    file = io.BytesIO()
    first = sheets[0]
    canvas = Canvas(
        file,
        pagesize=_size(first),
        invariant=1,  # no time stamp, no random id: the same paper is the same file
        # otherwise an unembedded Helvetica is listed in every file
        initialFontName=fonts.main_font(),  # type: ignore[arg-type]  # the stub takes it for a size
        lang=first.language.replace("_", "-"),
    )
    canvas.setTitle(first.title)
    canvas.setCreator("Doorstep")
    canvas.setAuthor("")
    canvas.setSubject("")
    for sheet in sheets:
        canvas.setPageSize(_size(sheet))
        canvas.scale(POINTS_PER_DOT, POINTS_PER_DOT)
        for mark in sheet.marks:
            _paint_mark(canvas, mark, sheet.height)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _size(sheet: Sheet) -> tuple[float, float]:
    return sheet.width * POINTS_PER_DOT, sheet.height * POINTS_PER_DOT


def _paint_mark(canvas: Canvas, mark: Mark, height: int) -> None:
    match mark:
        case Text():
            _paint_text(canvas, mark, height)
        case Boxes(boxes):
            path = canvas.beginPath()
            for x, y, width, tall in boxes:
                bottom = height - y - tall
                path.rect(x + INSET, bottom + INSET, width - 2 * INSET, tall - 2 * INSET)
            canvas.drawPath(path, stroke=0, fill=1)
        case Disc(x, y, radius):
            canvas.circle(x, height - y, radius, stroke=0, fill=1)
        case Ring(x, y, radius):
            canvas.saveState()
            canvas.setLineWidth(2)
            canvas.setDash(12, 8)
            canvas.circle(x, height - y, radius, stroke=1, fill=0)
            canvas.restoreState()
        case _:
            assert_never(mark)


def _paint_text(canvas: Canvas, text: Text, height: int) -> None:
    drawn = canvas.beginText(text.x, height - text.baseline)
    if text.is_white:
        drawn.setFillGray(1)
    for run in text.runs:
        drawn.setFont(run.font, text.size)
        if run.is_emboldened:
            canvas.setLineWidth(text.size / 20)
            drawn.setTextRenderMode(2)
        drawn.textOut(run.text)
        if run.is_emboldened:
            drawn.setTextRenderMode(0)
    if text.is_white:
        drawn.setFillGray(0)
    canvas.drawText(drawn)
