"""`kiosk printer`: says what the printer answers, which profile fits, and prints nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import BadSetting, PrinterMissing
from launch.printer_command import count_new_paper, run_printer
from printing import printer_probe
from tests.support.central_server import CentralServer
from tests.support.escpos_printer import EscposPrinter, Fault
from tests.support.homes import Home


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer_probe, "LISTEN_S", 0.2)


@pytest.fixture(scope="module")
def home(central: CentralServer, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A kiosk of this file's own, on which nothing is printed: the paper used is told."""
    return Home(tmp_path_factory.mktemp("home"), central)


@pytest.fixture
def wire() -> Iterator[EscposPrinter]:
    """A receipt printer on a port of this machine."""
    with EscposPrinter() as printer:
        yield printer


def settings(folder: Path, wire: EscposPrinter, more: str = "") -> Path:
    """Write settings that choose it."""
    file = folder / "kiosk.toml"
    text = f'[printer]\nkind = "escpos_tcp"\nhost = "127.0.0.1"\nport = {wire.port}\n{more}'
    file.write_text(text, encoding="utf-8")
    return file


def test_it_names_the_profile_that_fits(
    tmp_path: Path, wire: EscposPrinter, capsys: pytest.CaptureFixture[str]
) -> None:
    """An ordinary printer, taken for one: nothing is to be done, and nothing was printed."""
    assert run_printer(settings(tmp_path, wire)) == 0
    told = capsys.readouterr().out
    assert "answers 1, 2, 3, 4" in told
    assert 'profile = "generic_80"' in told
    assert (wire.slips, wire.rows_on_the_way) == ([], 0)


def test_a_profile_that_claims_too_much_is_said(
    tmp_path: Path, wire: EscposPrinter, capsys: pytest.CaptureFixture[str]
) -> None:
    """A clone that is taken for an ordinary printer would leave a wait after every receipt."""
    wire.break_with(Fault.NO_PROCESS_ID, Fault.NO_CLEARING)
    assert run_printer(settings(tmp_path, wire, 'profile = "generic_80"\n')) == 1
    told = capsys.readouterr().out
    assert 'profile = "clone_80"' in told
    assert "In use: generic_80, which claims more than it answers" in told


def test_a_printer_that_is_not_there(tmp_path: Path) -> None:
    """Said as an error, with what to check."""
    gone = EscposPrinter()
    with gone:
        file = settings(tmp_path, gone)
    with pytest.raises(PrinterMissing):
        run_printer(file)


def test_a_simulated_printer_is_not_asked(home: Home) -> None:
    """There is nothing to find out."""
    with pytest.raises(BadSetting, match="simulated"):
        run_printer(home.settings_file)


def test_a_new_roll_is_told_by_hand(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """It says how much was used of the one before."""
    assert count_new_paper(home.settings_file, is_tray=False) == 0
    assert "A new roll is counted." in capsys.readouterr().out


def test_a_full_tray_is_told_by_hand(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """The same for sheets."""
    assert count_new_paper(home.settings_file, is_tray=True) == 0
    assert "A full tray is counted. 0 sheets" in capsys.readouterr().out
