"""Which printer prints sheets: none, a folder, a simulated one, or one that speaks IPP."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from devices.desk_state import DeskState, PaperState, SimulatedPaper, SimulatedTray
from kiosk.domain import Language
from kiosk.errors import BadSetting
from kiosk.ports.printer import Line, Paper, PaperForm, Printed, PrinterState
from kiosk.settings import OfficePrinterKind, OfficePrinterSettings, Settings, parse_settings
from kiosk.texts import load_texts
from launch.devices_chosen import open_office_printer, open_printer
from launch.places import LOCALE
from launch.settings_check import check_settings
from launch.wiring import simulated_parts
from printing.file_printer import FilePrinter
from printing.office_printer import OfficePrinter
from printing.simulated import SimulatedPrinter
from tests.support.slips import text_of

TEXTS = load_texts(LOCALE)
EN = Language("en")
SHEET = Paper("sheet-1", "Sheet", EN, (Line("words"),), PaperForm.A4)
ADDRESS = "ipp://192.0.2.17/ipp/print"


def chosen(kind: OfficePrinterKind, **more: object) -> Settings:
    """Return settings with this office printer."""
    table = OfficePrinterSettings(kind=kind, **more)  # type: ignore[arg-type] # its own options
    return replace(Settings(), office_printer=table)


@pytest.mark.parametrize(
    ("kind", "printer"),
    [
        (OfficePrinterKind.FILE, FilePrinter),
        (OfficePrinterKind.SIMULATED, SimulatedPrinter),
        (OfficePrinterKind.IPP, OfficePrinter),
    ],
)
def test_the_printer_of_the_settings_is_opened(
    kind: OfficePrinterKind, printer: type, tmp_path: Path
) -> None:
    """Nothing is asked of it yet."""
    settings = chosen(kind, folder=tmp_path, address=ADDRESS)
    made = open_office_printer(settings, DeskState(tmp_path), TEXTS[EN])
    assert made is not None
    assert isinstance(made, printer)
    made.close()


def test_without_one_there_is_none(tmp_path: Path) -> None:
    """That is the default, and nothing is simulated by it."""
    assert open_office_printer(Settings(), DeskState(tmp_path), TEXTS[EN]) is None
    assert "office_printer" not in simulated_parts(Settings())
    assert "office_printer" in simulated_parts(chosen(OfficePrinterKind.SIMULATED))


def test_two_simulated_printers_are_played_each_by_itself(tmp_path: Path) -> None:
    """A roll that is empty leaves the sheets as they were, and the other way round."""
    desk, settings = DeskState(tmp_path), chosen(OfficePrinterKind.SIMULATED)
    roll = open_printer(settings, desk, TEXTS[EN])
    sheets = open_office_printer(settings, desk, TEXTS[EN])
    assert sheets is not None
    desk.write(SimulatedPaper(PaperState.OUT))
    told = roll.state(1.0), sheets.state(1.0)
    assert told == (PrinterState.PAPER_OUT, PrinterState.READY)
    desk.write(SimulatedPaper())
    desk.write(SimulatedTray(PaperState.COVER_OPEN))
    told = roll.state(1.0), sheets.state(1.0)
    assert told == (PrinterState.READY, PrinterState.COVER_OPEN)


def test_a_simulated_one_draws_sheets_and_says_so_once(tmp_path: Path) -> None:
    """On A4, with the band that says that it is not valid."""
    settings = chosen(OfficePrinterKind.SIMULATED, folder=tmp_path / "sheets")
    printer = open_office_printer(settings, DeskState(tmp_path), TEXTS[EN])
    assert printer is not None
    assert printer.print_paper(SHEET, 10.0) == Printed()
    text = text_of(tmp_path / "sheets" / "000001.pdf")
    assert text.count(TEXTS[EN].say("paper.simulated")) == 1
    from PIL import Image

    with Image.open(tmp_path / "sheets" / "000001.png") as picture:
        assert 1.3 < picture.height / picture.width < 1.5


@pytest.mark.parametrize("table", ['kind = "ipp"', 'kind = "file"'])
def test_what_a_kind_needs_is_asked_for(table: str, tmp_path: Path) -> None:
    """An address, or a folder."""
    with pytest.raises(BadSetting, match="must be given"):
        parse_settings(f"[office_printer]\n{table}\n", tmp_path, "kiosk.toml")


def test_an_address_that_is_none_is_named(tmp_path: Path) -> None:
    """Before anything is printed."""
    text = '[office_printer]\nkind = "ipp"\naddress = "http:/printer"\n'
    settings = parse_settings(text, tmp_path, "kiosk.toml")
    with pytest.raises(BadSetting, match=r"\[office_printer\] address"):
        check_settings(settings, TEXTS)
