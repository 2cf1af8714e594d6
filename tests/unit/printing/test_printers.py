"""The printers without a wire, and the way from settings to any of them."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kiosk.errors import BadSetting
from kiosk.ports.printer import Printed, PrinterState, PrintFailed
from printing.file_printer import FilePrinter
from printing.layout import render_pdf
from printing.media import PaperWidth
from printing.opening import PrinterConfig, PrinterKind, open_printer
from printing.raster import rasterise
from printing.simulated import KEPT, SimulatedPrinter
from tests.support.papers import a_short_slip

WIDTH = PaperWidth.MM_80


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    """Folder and file can be read by nobody else, and nothing half-written stays."""
    folder = tmp_path / "receipts"
    assert FilePrinter(folder, WIDTH).print_paper(a_short_slip("job-7"), 5) == Printed()
    (file,) = folder.iterdir()
    assert file.name == "job-7.pdf"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert file.read_bytes() == render_pdf(a_short_slip("job-7"), WIDTH)


def test_a_job_id_is_no_path(tmp_path: Path) -> None:
    """Whatever a job is called, its file stays in the folder."""
    folder = tmp_path / "receipts"
    printer = FilePrinter(folder, WIDTH)
    assert printer.print_paper(a_short_slip("../../escaped/\0"), 5) == Printed()
    assert [file.parent for file in tmp_path.rglob("*.pdf")] == [folder]


def test_a_folder_that_cannot_be_is_a_fault(tmp_path: Path) -> None:
    """A file where the folder should be: said as state and as the reason, not raised."""
    (tmp_path / "taken").write_text("a file")
    printer = FilePrinter(tmp_path / "taken", WIDTH)
    assert printer.state(1) is PrinterState.FAULT
    assert printer.print_paper(a_short_slip(), 5) == PrintFailed(PrinterState.FAULT)
    simulated = SimulatedPrinter(tmp_path / "taken", WIDTH, "SIMULATED")
    assert simulated.print_paper(a_short_slip(), 5) == PrintFailed(PrinterState.FAULT)


def test_the_tray_has_a_picture_of_every_slip(tmp_path: Path) -> None:
    """The preview shows the very dots."""
    SimulatedPrinter(tmp_path, WIDTH, "SIMULATED").print_paper(a_short_slip(), 5)
    raster = rasterise((tmp_path / "000001.pdf").read_bytes())
    with Image.open(tmp_path / "000001.png") as preview:
        assert preview.size == (raster.width, raster.height)
        black = ~np.array(preview)
    assert black.any()
    assert (black == raster.dots()).all()


def test_the_tray_keeps_the_newest(tmp_path: Path) -> None:
    """Old slips go, numbers go on, also for a printer that is opened anew."""
    for _ in range(2):
        printer = SimulatedPrinter(tmp_path, WIDTH, "SIMULATED")
        for _ in range(KEPT - 5):
            assert printer.print_paper(a_short_slip(), 5) == Printed()
    last = 2 * (KEPT - 5)
    expected = [f"{n:06}" for n in range(last - KEPT + 1, last + 1)]
    assert sorted(file.stem for file in tmp_path.glob("*.pdf")) == expected
    assert sorted(file.stem for file in tmp_path.glob("*.png")) == expected


@pytest.mark.parametrize(
    "config",
    [
        PrinterConfig(PrinterKind.FILE),
        PrinterConfig(PrinterKind.SIMULATED),
        PrinterConfig(PrinterKind.FILE, folder=Path(), paper_width_mm=76),
        PrinterConfig(PrinterKind.ESCPOS_TCP, "printer.example"),
        PrinterConfig(PrinterKind.ESCPOS_TCP, ""),
        PrinterConfig(PrinterKind.ESCPOS_TCP, "127.0.0.1", port=65536),
        PrinterConfig(PrinterKind.FILE, folder=Path(), extra_fonts=("/nowhere/font.ttf",)),
    ],
)
def test_settings_that_describe_no_printer_are_refused(config: PrinterConfig) -> None:
    """What is missing or wrong is named, with what to do."""
    with pytest.raises(BadSetting) as caught:
        open_printer(config)
    assert caught.value.next_step != BadSetting.advice
