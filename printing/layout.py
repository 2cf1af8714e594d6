"""From a paper's blocks to a PDF: where everything stands, and how it is painted.

Pure but for loading fonts: the same paper gives the same bytes. `compose` decides, in dots from
the top left corner; `paint` only draws what it is told. Sizes are for people who read slowly: body
text has an em of 4 mm, the number is as large as the paper allows.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import assert_never

import segno
from reportlab.pdfgen.canvas import Canvas

from kiosk.ports.printer import (
    Band,
    Block,
    Fact,
    Line,
    NumberGroups,
    Paper,
    QrCode,
    Rule,
    Step,
    TextSize,
)
from printing import fonts
from printing.fonts import Run, Typeface, suit_language
from printing.linebreak import balance_lines, break_lines
from printing.media import POINTS_PER_DOT, PaperWidth

EM = {
    PaperWidth.MM_80: {
        TextSize.SMALL: 28,
        TextSize.BODY: 32,
        TextSize.LARGE: 40,
        TextSize.HUGE: 60,
    },
    PaperWidth.MM_58: {
        TextSize.SMALL: 26,
        TextSize.BODY: 28,
        TextSize.LARGE: 34,
        TextSize.HUGE: 48,
    },
}
"""Dots per em: 8 are one millimetre."""

MARGIN = 8
LEADING = 1.34
ASCENT = 0.88  # of the em, in every font of the Source Han design
LARGEST_NUMBER = 112
LEAST_MODULE = 4
"""0.5 mm: smaller modules are not read from thermal paper by every phone."""
LARGEST_MODULE = 8
INSET = 0.01
"""Coordinates are rounded when written, and PDFium fills every dot that a rectangle touches: it
shall touch only its own."""
QUIET_ZONE = 4  # modules, ISO/IEC 18004, 9.1


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `x` is its left end, `baseline` what it stands on."""

    x: float
    baseline: float
    size: float
    runs: tuple[Run, ...]
    is_white: bool = False


@dataclass(frozen=True, slots=True)
class Boxes:
    """Black rectangles: x, y, width, height."""

    boxes: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Disc:
    """A black circle by its centre."""

    x: float
    y: float
    radius: float


Mark = Text | Boxes | Disc


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper laid out: what is painted, in this order."""

    width: int
    height: int
    title: str
    language: str
    marks: tuple[Mark, ...]


def render_pdf(paper: Paper, width: PaperWidth, extra_fonts: Sequence[Path] = ()) -> bytes:
    """Return the paper as a PDF page of the printable width, as long as needed.

    Any thread. Blocks only are printed; the title is the PDF's.

    Args:
        paper: Its texts may hold any character; one that no font has is printed as 〓.
        width: Of the roll.
        extra_fonts: TrueType files for characters that the kiosk's own fonts lack, in this order.
    """
    with fonts.LOCK:
        return paint(compose(paper, width, _typeface(tuple(extra_fonts))))


def compose(paper: Paper, width: PaperWidth, typeface: Typeface) -> Sheet:
    """Place every block."""
    composer = _Composer(paper.language, width, typeface)
    for is_fact, group in groupby(paper.blocks, lambda block: isinstance(block, Fact)):
        if is_fact:
            composer.add_facts([block for block in group if isinstance(block, Fact)])
        else:
            for block in group:
                composer.add(block)
    return Sheet(
        width.dots, round(composer.y + MARGIN), paper.title, paper.language, tuple(composer.marks)
    )


def paint(sheet: Sheet) -> bytes:
    """Draw the marks into a PDF."""
    file = io.BytesIO()
    size = (sheet.width * POINTS_PER_DOT, sheet.height * POINTS_PER_DOT)
    canvas = Canvas(
        file,
        pagesize=size,
        invariant=1,  # no time stamp, no random id: the same paper is the same file
        # otherwise an unembedded Helvetica is listed in every file
        initialFontName=fonts.main_font(),  # type: ignore[arg-type]  # the stub takes it for a size
        lang=sheet.language.replace("_", "-"),
    )
    canvas.setTitle(sheet.title)
    canvas.setCreator("Doorstep")
    canvas.setAuthor("")
    canvas.setSubject("")
    canvas.scale(POINTS_PER_DOT, POINTS_PER_DOT)
    for mark in sheet.marks:
        match mark:
            case Text():
                _paint_text(canvas, mark, sheet.height)
            case Boxes(boxes):
                path = canvas.beginPath()
                for x, y, width, height in boxes:
                    bottom = sheet.height - y - height
                    path.rect(x + INSET, bottom + INSET, width - 2 * INSET, height - 2 * INSET)
                canvas.drawPath(path, stroke=0, fill=1)
            case Disc(x, y, radius):
                canvas.circle(x, sheet.height - y, radius, stroke=0, fill=1)
            case _:
                assert_never(mark)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


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


_typefaces: dict[tuple[Path, ...], Typeface] = {}


def _typeface(extra: tuple[Path, ...]) -> Typeface:
    return _typefaces.setdefault(extra, Typeface(extra))


class _Composer:
    """Places blocks one under the other; `y` is where the next one may begin."""

    def __init__(self, language: str, width: PaperWidth, typeface: Typeface) -> None:
        self.marks: list[Mark] = []
        self.y: float = 0.0
        self._language = language
        self._typeface = typeface
        self._em = EM[width]
        self._width = width.dots
        self._inner = width.dots - 2 * MARGIN

    def add(self, block: Block) -> None:
        """Place one block under what is there."""
        match block:
            case Line():
                self._add_line(block)
            case Fact():
                self.add_facts([block])
            case NumberGroups(groups):
                self._add_number(groups)
            case Step():
                self._add_step(block)
            case QrCode(content):
                self._add_code(content)
            case Rule():
                self.y += 10
                self.marks.append(Boxes(((MARGIN, round(self.y), self._inner, 2),)))
                self.y = round(self.y) + 2 + 14
            case Band(text):
                self._add_band(text)
            case _:
                assert_never(block)

    def add_facts(self, facts: Sequence[Fact]) -> None:
        """Place facts that follow each other: in two columns if the names are short."""
        small, body = self._em[TextSize.SMALL], self._em[TextSize.BODY]
        gap = 20
        names = max(self._measure(fact.name, small, is_bold=False) for fact in facts)
        in_columns = names <= 0.36 * self._inner
        for fact in facts:
            if in_columns:
                top = self.y
                self.y = top + (body - small) * (ASCENT + (LEADING - 1) / 2)  # one baseline
                self._flow(fact.name, small, MARGIN, names + 1)
                bottom, self.y = self.y, top
                self._flow(
                    fact.value, body, MARGIN + names + gap, self._inner - names - gap, is_bold=True
                )
                self.y = max(self.y, bottom) + 4
            else:
                self._flow(fact.name, small, MARGIN, self._inner)
                self._flow(fact.value, body, MARGIN, self._inner, is_bold=True)
                self.y += 8
        self.y += 4

    def _add_line(self, line: Line) -> None:
        size = self._em[line.size]
        is_heading = line.size in (TextSize.LARGE, TextSize.HUGE)
        if is_heading and self.y:
            self.y += 4
        self._flow(
            line.text,
            size,
            MARGIN,
            self._inner,
            is_bold=line.is_bold,
            is_centred=line.is_centred,
        )
        self.y += 8

    def _add_number(self, groups: tuple[str, ...]) -> None:
        gap_em = 0.34
        width_em = sum(self._typeface.width_em(group, is_bold=True) for group in groups)
        width_em += gap_em * (len(groups) - 1)
        if width_em <= 0:
            return
        size = min(LARGEST_NUMBER, int(self._inner / width_em))
        x = (self._width - width_em * size) / 2
        baseline = self.y + 0.84 * size  # digits are 0.73 em high and have nothing below
        for group in groups:
            runs = self._typeface.runs(group, is_bold=True)
            self.marks.append(Text(x, baseline, size, runs))
            x += (sum(run.width_em for run in runs) + gap_em) * size
        self.y = baseline + 0.18 * size + 6

    def _add_step(self, step: Step) -> None:
        size = self._em[TextSize.BODY]
        radius = round(size * 0.58)
        leading = size * LEADING
        centre = self.y + leading / 2
        digits = str(step.number)
        digit_size = size * (0.8 if len(digits) == 1 else 0.66)
        runs = self._typeface.runs(digits, is_bold=True)
        width = sum(run.width_em for run in runs) * digit_size
        self.marks.append(Disc(MARGIN + radius, centre, radius))
        self.marks.append(
            Text(
                MARGIN + radius - width / 2,
                centre + 0.366 * digit_size,
                digit_size,
                runs,
                is_white=True,
            )
        )
        indent = 2 * radius + 14
        self._flow(step.text, size, MARGIN + indent, self._inner - indent)
        self.y += 8

    def _add_code(self, content: str) -> None:
        matrix = _code_matrix(content)
        side = len(matrix) + 2 * QUIET_ZONE
        module = min(LARGEST_MODULE, self._width // side)
        if not matrix or module < LEAST_MODULE:  # nobody could scan it, so let them read it
            self._flow(content, self._em[TextSize.SMALL], MARGIN, self._inner)
            return
        left = (self._width - side * module) // 2 + QUIET_ZONE * module
        top = round(self.y) + QUIET_ZONE * module
        self.marks.append(
            Boxes(
                tuple(
                    (left + x * module, top + y * module, length * module, module)
                    for y, row in enumerate(matrix)
                    for x, length in _dark_stretches(row)
                )
            )
        )
        self.y = top + (len(matrix) + QUIET_ZONE) * module

    def _add_band(self, text: str) -> None:
        size = self._em[TextSize.BODY]
        padding = 10
        top = round(self.y)
        self.y = top + padding
        before = len(self.marks)
        self._flow(text, size, MARGIN, self._inner, is_bold=True, is_centred=True, is_white=True)
        self.y = round(self.y + padding)
        self.marks.insert(before, Boxes(((0, top, self._width, self.y - top),)))
        self.y += 12

    def _measure(self, text: str, size: float, *, is_bold: bool) -> float:
        return size * self._typeface.width_em(suit_language(text, self._language), is_bold=is_bold)

    def _flow(
        self,
        text: str,
        size: float,
        x: float,
        width: float,
        *,
        is_bold: bool = False,
        is_centred: bool = False,
        is_white: bool = False,
    ) -> None:
        def measure(piece: str) -> float:
            return size * self._typeface.width_em(piece, is_bold=is_bold)

        suited = suit_language(text, self._language)
        lines = break_lines(suited, width, measure)
        if is_centred and len(lines) > 1:
            lines = balance_lines(suited, width, measure)
        for line in lines:
            runs = self._typeface.runs(line, is_bold=is_bold)
            slack = width - size * sum(run.width_em for run in runs)
            leading = size * LEADING
            baseline = self.y + (leading - size) / 2 + ASCENT * size
            if runs:
                left = x + (slack / 2 if is_centred else 0)
                self.marks.append(Text(left, baseline, size, runs, is_white))
            self.y += leading


def _code_matrix(content: str) -> Sequence[Sequence[int]]:
    """Return the modules, row by row; none when there is no code for such content."""
    if not content:
        return ()
    try:
        return segno.make(content, error="m", micro=False, boost_error=False).matrix
    except segno.DataOverflowError:
        return ()


def _dark_stretches(row: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield where dark modules begin and how many follow each other."""
    x = 0
    for is_dark, stretch in groupby(row, bool):
        length = len(list(stretch))
        if is_dark:
            yield x, length
        x += length
