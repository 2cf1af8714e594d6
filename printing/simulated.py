"""A printer for demonstrations, practice and tests: prints pictures, and fails when told to."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image

from kiosk.ports.printer import (
    Band,
    Paper,
    PaperForm,
    PrintAnswer,
    Printed,
    PrinterState,
    PrintFailed,
    PrintUnconfirmed,
    Supply,
)
from printing.file_printer import write_privately
from printing.layout import render_a4, render_pdf
from printing.media import DOTS_PER_MM, PaperWidth
from printing.raster import Raster, pages_of, rasterise

KEPT = 20
"""Slips in the tray; the oldest is thrown away."""

_PRINTS = frozenset({PrinterState.READY, PrinterState.PAPER_LOW, PrinterState.CANT_TELL})


class SimulatedPrinter:
    """Puts each slip into a folder as `000001.pdf` and as `000001.png`, the dots as they would be.

    Every slip begins with a band that says it was not printed for real.
    """

    _is_for_sheets = False

    def __init__(
        self,
        folder: Path,
        width: PaperWidth,
        band_text: str,
        paper_state: Callable[[], PrinterState] = lambda: PrinterState.READY,
        extra_fonts: Sequence[Path] = (),
    ) -> None:
        """Keep the settings; nothing is opened.

        Args:
            folder: The tray; made when first needed.
            width: Of the simulated paper.
            band_text: What the band says.
            paper_state: Asked before and after each slip, on the caller's thread: what is wrong
                with the printer just now.
            extra_fonts: As in `layout.render_pdf`.
        """
        self._folder = folder
        self._width = width
        self._band_text = band_text
        self._paper_state = paper_state
        self._extra_fonts = tuple(extra_fonts)
        self._used_dots = 0
        self._sheets = 0

    def print_paper(self, paper: Paper, timeout_s: float) -> PrintAnswer:
        """Print into the tray, unless the printer's state forbids it before or after."""
        before = self._paper_state()
        if before not in _PRINTS:
            return PrintFailed(before)
        pdf = self._draw(paper)
        raster = rasterise(pdf)
        preview = _png(raster)
        self._used_dots += raster.height
        self._sheets += pages_of(pdf)
        after = self._paper_state()
        if after not in _PRINTS:
            return PrintFailed(after)  # it stopped half-way: a torn slip is no slip
        try:
            self._put_into_tray(pdf, preview)
        except OSError:
            return PrintFailed(PrinterState.FAULT)
        return PrintUnconfirmed() if after is PrinterState.CANT_TELL else Printed()

    def state(self, timeout_s: float) -> PrinterState:
        """Say what the simulation says."""
        return self._paper_state()

    def paper_used_mm(self) -> int:
        """Return how much would have gone through since it was opened."""
        return round(self._used_dots / DOTS_PER_MM)

    def close(self) -> None:
        """Do nothing: nothing stays open."""

    def _draw(self, paper: Paper) -> bytes:
        is_marked = bool(paper.blocks) and isinstance(paper.blocks[0], Band)
        band = () if is_marked else (Band(self._band_text),)
        marked = replace(paper, blocks=(*band, *paper.blocks))
        if self._is_for_sheets and paper.form is PaperForm.A4:
            return render_a4(marked, self._extra_fonts)
        return render_pdf(marked, self._width, self._extra_fonts)

    def _put_into_tray(self, pdf: bytes, preview: bytes) -> None:
        slips = sorted(self._folder.glob("[0-9]*.pdf"))
        number = int(slips[-1].stem) + 1 if slips else 1
        # The picture first: who watches the folder for PDFs finds both.
        write_privately(self._folder / f"{number:06}.png", preview)
        write_privately(self._folder / f"{number:06}.pdf", pdf)
        for old in slips[: max(len(slips) + 1 - KEPT, 0)]:
            old.unlink(missing_ok=True)
            old.with_suffix(".png").unlink(missing_ok=True)


class SimulatedSheetPrinter(SimulatedPrinter):
    """The same with sheets of A4 in it; from the other one all that is made comes from the roll."""

    _is_for_sheets = True

    def sheets_used(self) -> int:
        """Return how many would have gone through since it was opened."""
        return self._sheets

    def supplies(self, timeout_s: float) -> tuple[Supply, ...]:
        """Say that there is enough of everything."""
        return (Supply("toner", 80, is_low=False),)


def _png(raster: Raster) -> bytes:
    file = io.BytesIO()
    Image.fromarray(~raster.dots()).save(file, "PNG")
    return file.getvalue()
