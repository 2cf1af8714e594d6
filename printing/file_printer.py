"""Paper as PDF files in a folder: for offices that print or keep receipts their own way."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kiosk.ports.printer import (
    Paper,
    PaperForm,
    PrintAnswer,
    Printed,
    PrinterState,
    PrintFailed,
)
from printing.layout import render_a4, render_pdf
from printing.media import PaperWidth


class FilePrinter:
    """Writes each paper as `<job id>.pdf`, for the kiosk's own user only.

    Whoever chooses this printer has personal data in that folder and sees to its removal.
    """

    def __init__(self, folder: Path, width: PaperWidth, extra_fonts: Sequence[Path] = ()) -> None:
        self._folder = folder
        self._width = width
        self._extra_fonts = tuple(extra_fonts)

    def print_paper(self, paper: Paper, timeout_s: float) -> PrintAnswer:
        """Write the file, whole or not at all; FAULT when the folder can't be written."""
        if paper.form is PaperForm.A4:
            pdf = render_a4(paper, self._extra_fonts)
        else:
            pdf = render_pdf(paper, self._width, self._extra_fonts)
        try:
            write_privately(self._folder / f"{file_name_for(paper.job_id)}.pdf", pdf)
        except OSError:
            return PrintFailed(PrinterState.FAULT)
        return Printed()

    def state(self, timeout_s: float) -> PrinterState:
        """Say READY when the folder can be written, else FAULT."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            return PrinterState.FAULT
        is_writable = os.access(self._folder, os.W_OK | os.X_OK)
        return PrinterState.READY if is_writable else PrinterState.FAULT

    def close(self) -> None:
        """Do nothing: no file stays open."""


def file_name_for(job_id: str) -> str:
    """Return the id without anything that means something to a file system."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", job_id) or "_"


def write_privately(path: Path, data: bytes) -> None:
    """Write the file so that it is there whole or not at all, readable by its owner only.

    A folder that is missing is made, for its owner only. Raises OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
