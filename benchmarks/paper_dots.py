"""A receipt's dots against Pillow and Qt drawing the same, and the first receipt after a start.

The peers know beforehand where every string stands, in which font and size, and where every box of
the code is: what they cost is drawing. Ours draws from the PDF that is also the file. All end with
packed bits, as a printer takes them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.figures import Figure, Unit, in_turns
from printing import fonts
from printing.layout import compose, render_pdf
from printing.marks import Boxes, Disc, Sheet, Text
from printing.media import PaperWidth
from printing.raster import BLACK_BELOW, rasterise
from tests.support.papers import a_chinese_receipt

ROUNDS: Final = 40
STARTS: Final = 9
ROOT: Final = Path(__file__).parent.parent
_FILES: Final = {path.stem: path for path in (fonts.REGULAR, fonts.BOLD, fonts.RARE)}


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Return the figures of one run."""
    paper, width = a_chinese_receipt(), PaperWidth.MM_80
    sheet = compose(paper, width, fonts.Typeface())
    pdf = render_pdf(paper, width)
    qt = qt_painter()
    ours, whole, pillow, with_qt = in_turns(
        rounds,
        lambda: rasterise(pdf),
        lambda: rasterise(render_pdf(paper, width)),
        lambda: by_pillow(sheet),
        lambda: qt(sheet),
    )
    name = "receipt, 80 mm, Chinese, PDF to dots"
    both = "receipt, 80 mm, Chinese, blocks to PDF to dots"
    return [
        Figure(name, "Pillow, same strings and places", Unit.MS, ours, pillow),
        Figure(name, "Qt, same strings and places", Unit.MS, ours, with_qt),
        Figure(both, "Qt, same strings and places", Unit.MS, whole, with_qt),
        *first_receipts(),
    ]


def by_pillow(sheet: Sheet) -> bytes:
    """Draw the sheet with Pillow."""
    picture = Image.new("L", (sheet.width, sheet.height), 255)
    draw = ImageDraw.Draw(picture)
    for mark in sheet.marks:
        match mark:
            case Text():
                x = mark.x
                for run in mark.runs:
                    font = _pillow_font(run.font, round(mark.size))
                    fill = 255 if mark.is_white else 0
                    draw.text((x, mark.baseline), run.text, fill, font, anchor="ls")
                    x += run.width_em * mark.size
            case Boxes(boxes):
                for x, y, width, height in boxes:
                    draw.rectangle((x, y, x + width - 1, y + height - 1), 0)
            case Disc(x, y, radius):
                draw.circle((x, y), radius, 0)
            case _:
                raise NotImplementedError(mark)
    return np.packbits(np.asarray(picture) < BLACK_BELOW, axis=1).tobytes()


@cache
def _pillow_font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FILES[name], size)


def qt_painter() -> Callable[[Sheet], bytes]:
    """Return what draws a sheet with Qt, its fonts loaded."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QPointF, QRectF, Qt
    from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QImage, QPainter

    application = QGuiApplication.instance() or QGuiApplication([])
    families = {
        name: QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))[0]
        for name, path in _FILES.items()
    }
    made: dict[tuple[str, float], QFont] = {}

    def font(name: str, size: float) -> QFont:
        if (name, size) not in made:
            known = QFont(families[name])
            known.setBold(name == fonts.BOLD.stem)
            known.setPixelSize(round(size))
            made[name, size] = known
        return made[name, size]

    def draw(sheet: Sheet) -> bytes:
        picture = QImage(sheet.width, sheet.height, QImage.Format.Format_Grayscale8)
        picture.fill(255)
        painter = QPainter(picture)
        painter.setBrush(QColor(0, 0, 0))
        for mark in sheet.marks:
            match mark:
                case Text():
                    x = mark.x
                    painter.setPen(QColor(255, 255, 255) if mark.is_white else QColor(0, 0, 0))
                    for run in mark.runs:
                        painter.setFont(font(run.font, mark.size))
                        painter.drawText(QPointF(x, mark.baseline), run.text)
                        x += run.width_em * mark.size
                case Boxes(boxes):
                    for box in boxes:
                        painter.fillRect(QRectF(*box), QColor(0, 0, 0))
                case Disc(x, y, radius):
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.drawEllipse(QPointF(x, y), radius, radius)
                case _:
                    raise NotImplementedError(mark)
        painter.end()
        rows = np.frombuffer(picture.constBits(), np.uint8).reshape(sheet.height, -1)
        return np.packbits(rows[:, : sheet.width] < BLACK_BELOW, axis=1).tobytes()

    draw.__dict__["application"] = application  # Qt's fonts go with it
    return draw


_PROGRAM: Final = """
import json, sys, time
from printing.layout import render_pdf
from printing.media import PaperWidth
from printing.raster import rasterise
from printing.warming import warm_up
from tests.support.papers import an_english_receipt
if sys.argv[1] == "warm":
    warm_up(80)
paper, took = an_english_receipt(), []
for _ in range(100):
    began = time.perf_counter()
    rasterise(render_pdf(paper, PaperWidth.MM_80))
    took.append((time.perf_counter() - began) * 1000)
print(json.dumps([took[0], took[99]]))
"""


def first_receipts(starts: int = STARTS) -> list[Figure]:
    """Return what the first receipt of a process takes against its hundredth."""
    told = {how: [_start(how) for _ in range(starts)] for how in ("warm", "cold")}
    names = {
        "warm": "first receipt after a start, warmed up as the kiosk is",
        "cold": "the same, not warmed up",
    }
    return [
        Figure(
            names[how],
            "the hundredth of that process",
            Unit.MS,
            tuple(first for first, _ in pairs),
            tuple(last for _, last in pairs),
        )
        for how, pairs in told.items()
    ]


def _start(how: str) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, how], capture_output=True, check=True, text=True, cwd=ROOT
    )
    first, last = json.loads(done.stdout)
    return first, last
