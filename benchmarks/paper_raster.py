"""An acknowledgement made into PWG raster, against the bare rendering, and against Pillow's runs.

The first peer is what nobody can do without: pypdfium2 draws the page. The second draws it and has
Pillow write a TIFF in PackBits, whose runs are those of PWG raster but for repeated lines, by
libtiff.
"""

from __future__ import annotations

import io
from typing import Final

import numpy as np
import numpy.typing as npt
import pypdfium2
from PIL import Image

from benchmarks.figures import Figure, Unit, in_turns
from kiosk.domain import Language
from kiosk.texts import load_texts
from launch.paper_samples import all_samples
from launch.places import LOCALE
from printing.layout import render_a4
from printing.pwg_raster import RasterForm, RasterType, pwg_raster

ROUNDS: Final = 40
DPI: Final = 300
_NAME: Final = "acknowledgement, A4 at 300 dpi, PDF to PWG raster"
_PACKBITS: Final = "pypdfium2, and Pillow's PackBits"


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Return the figures of one run."""
    (sample,) = (it for it in all_samples() if it.name == "acknowledgement")
    pdf = render_a4(sample.make(load_texts(LOCALE)[Language("zh_CN")]))
    form = RasterForm(RasterType.SGRAY_8, (DPI, DPI))
    ours, bare, packed = in_turns(
        rounds, lambda: pwg_raster(pdf, form), lambda: rendered(pdf), lambda: packbits(pdf)
    )
    sizes = (len(pwg_raster(pdf, form)) / 1000,), (len(packbits(pdf)) / 1000,)
    return [
        Figure(_NAME, "pypdfium2, the page alone", Unit.MS, ours, bare),
        Figure(_NAME, _PACKBITS, Unit.MS, ours, packed),
        Figure("the same, bytes on the line", "Pillow's PackBits", Unit.KB, *sizes),
    ]


def rendered(pdf: bytes) -> npt.NDArray[np.uint8]:
    """Draw the page in grey."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[0].render(scale=DPI / 72, grayscale=True)
        return np.array(bitmap.to_numpy())
    finally:
        document.close()


def packbits(pdf: bytes) -> bytes:
    """Draw the page, and write it in runs."""
    grey = rendered(pdf)
    file = io.BytesIO()
    Image.fromarray(grey.reshape(grey.shape[:2])).save(file, "TIFF", compression="packbits")
    return file.getvalue()
