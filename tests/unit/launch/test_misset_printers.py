"""A printer that the settings describe wrongly is gone without: said clearly, and nobody waits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.domain import Language
from kiosk.errors import BadSetting
from kiosk.ports.printer import Line, Paper, Printed, PrinterState, PrintFailed
from kiosk.readiness import Health, PortName
from kiosk.settings import load_settings
from launch.doctor import examine, run_doctor
from launch.printer_command import run_printer
from launch.settings_command import run_settings
from launch.wiring import Kiosk, build_kiosk
from tests.support.central_server import CentralServer
from tests.support.homes import Home

EN = Language("en")
SLIP = Paper("slip-1", "Slip", EN, (Line("words"),))
WRONG_PROFILES = {
    "types": b'dots = "many"\n',
    "keys": b"paper = 80\n",
    "absurd": b"dots = 1_000_000\n",
    "narrow": b"dots = 384\n",
    "encoding": b'title = "\xff\xfe"\n',
    "toml": b"= = =\n",
    "deep": b"asks = " + b"[" * 9000,
    "empty list": b"asks = [[]]\n",
}
WITHOUT = 'kind = "none"\n'
Settle = Callable[..., Path]

pytestmark = pytest.mark.may_warn  # the start says in the log what is wrong


@pytest.fixture(scope="module")
def home(central: CentralServer, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A kiosk of this file's own: reports also tell how much paper others have used."""
    return Home(tmp_path_factory.mktemp("home"), central)


@pytest.fixture
def settle(home: Home, tmp_path: Path) -> Settle:
    """Write settings with these tables for printers; the kiosk is enrolled already."""

    def settled(printer: str, office: str = WITHOUT) -> Path:
        file = tmp_path / "kiosk.toml"
        devices = "".join(
            f'[{name}]\nkind = "none"\n'
            for name in ("card_reader", "camera", "document_camera", "speaker")
        )
        state = json.dumps(str(home.state))
        file.write_text(
            f"[kiosk]\nstate_folder = {state}\n{devices}"
            f"[printer]\n{printer}\n[office_printer]\n{office}\n",
            encoding="utf-8",
        )
        return file

    return settled


def told(kiosk: Kiosk) -> dict[PortName, str]:
    """Return what the paper's desk reports of each printer."""
    desk = kiosk.open_paper()
    try:
        return {part.port: part.sentence for part in desk.reports(kiosk.texts[EN])}
    finally:
        desk.close()


@pytest.mark.parametrize("name", WRONG_PROFILES)
def test_a_wrong_profile_stops_no_kiosk(
    settle: Settle, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The office printer goes on, the doctor and `kiosk settings` name the file."""
    profile = tmp_path / "own.toml"
    profile.write_bytes(WRONG_PROFILES[name])
    printer = f'kind = "escpos_tcp"\nhost = "127.0.0.1"\nprofile = "{profile}"'
    file = settle(printer, f'kind = "file"\nfolder = "{tmp_path / "out"}"')
    kiosk = build_kiosk(load_settings(file))
    found = told(kiosk)
    assert "own" in found[PortName.PRINTER]
    assert found[PortName.PRINTER].startswith("The settings of the printer can't be used.")
    assert found[PortName.OFFICE_PRINTER] == "The office printer is ready."
    desk = kiosk.open_paper()
    assert desk.print_for_staff(SLIP) == Printed()
    desk.close()
    asks = [_settings] if name == "narrow" else [_settings, run_printer]
    for ask in asks:  # what is too narrow `kiosk printer` tells beside what would fit
        with pytest.raises(BadSetting) as caught:
            ask(file)
        assert "own" in str(caught.value)
        assert caught.value.next_step
    assert "Traceback" not in capsys.readouterr().err


def _settings(file: Path) -> int:
    return run_settings(file, example=False, reference=False)


@pytest.mark.parametrize(
    "printer",
    [
        'kind = "escpos_tcp"\nhost = "printer.local"',
        'kind = "escpos_tcp"\nhost = "300.1.1.1"',
        'kind = "escpos_tcp"\nhost = "127.0.0.1"\nprofile = "no_such"',
        'kind = "ipp"\naddress = "http://192.0.2.7/ipp"',
        'kind = "ipp"\naddress = "ipp://192.0.2.7:99999/ipp"',
        'kind = "ipp"\naddress = "ipp://[::1/ipp"',
        'kind = "ipp"\naddress = "ipp://192.0.2.7"',
        'kind = "file"\nfolder = "/tmp"\nextra_fonts = ["no_such.ttf"]',
    ],
)
def test_a_wrong_address_stops_no_kiosk(settle: Settle, printer: str) -> None:
    """Nor does a profile or a font that is not there; no paper is promised, and none comes."""
    kiosk = build_kiosk(load_settings(settle(printer)))
    desk = kiosk.open_paper()
    assert desk.states() == (PrinterState.FAULT, None)
    assert desk.print_for_staff(SLIP) == PrintFailed(PrinterState.FAULT)
    (part,) = desk.reports(kiosk.texts[EN])
    desk.close()
    assert (part.port, part.health, part.state) == (PortName.PRINTER, Health.BROKEN, "misset")
    assert part.advice


@pytest.mark.parametrize("address", ["lp0", "ipp://", "ipp://me@192.0.2.7/ipp", "ipp://ä/ipp"])
def test_a_wrong_address_of_the_office_printer_stops_no_kiosk(
    settle: Settle, tmp_path: Path, address: str
) -> None:
    """Slips come from the roll, and A4 is told to be out of order."""
    folder = tmp_path / "out"
    file = settle(f'kind = "file"\nfolder = "{folder}"', f'kind = "ipp"\naddress = "{address}"')
    kiosk = build_kiosk(load_settings(file))
    found = told(kiosk)
    assert found[PortName.PRINTER] == "The printer is ready."
    assert found[PortName.OFFICE_PRINTER].startswith("The settings of the office printer can't")
    desk = kiosk.open_paper()
    desk.print_for_staff(SLIP)
    desk.print_test_page(kiosk.texts[EN], PortName.OFFICE_PRINTER)
    desk.close()
    assert len(list(folder.glob("*.pdf"))) == 1


def test_no_password_of_an_address_is_shown(settle: Settle) -> None:
    """Neither on the screen nor in the log."""
    kiosk = build_kiosk(
        load_settings(settle('kind = "ipp"\naddress = "ipp://me:secret@192.0.2.7/ipp"'))
    )
    assert "secret" not in told(kiosk)[PortName.PRINTER]


def test_the_doctor_tells_of_both_and_what_is_missing_of_neither(
    settle: Settle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A printer that is not meant to be there is off, and the office printer unmentioned."""
    office = f'kind = "file"\nfolder = "{tmp_path / "out"}"'
    kiosk = build_kiosk(load_settings(settle('kind = "escpos_tcp"\nhost = "x y"', office)))
    found = {part.port: part for part in examine(kiosk, kiosk.texts[EN]).ports}
    assert found[PortName.PRINTER].state == "misset"
    assert found[PortName.OFFICE_PRINTER].state == "ready"
    file = settle(WITHOUT)
    run_doctor(file, "en", prints_json=True)
    ports = {it["port"]: it for it in json.loads(capsys.readouterr().out)["ports"]}
    assert ports["printer"]["state"] == "none"
    assert "office_printer" not in ports


def test_a_kiosk_with_sheets_alone_promises_paper(settle: Settle, tmp_path: Path) -> None:
    """Its acknowledgement is A4, and so is everything else."""
    kiosk = build_kiosk(
        load_settings(settle(WITHOUT, f'kind = "file"\nfolder = "{tmp_path / "out"}"'))
    )
    assert (kiosk.world.has_printer, kiosk.world.has_acknowledgement) == (True, True)
    desk = kiosk.open_paper()
    assert desk.printer is None
    assert desk.states() == (PrinterState.READY, None)
    desk.close()
    kiosk = build_kiosk(load_settings(settle(WITHOUT)))
    assert (kiosk.world.has_printer, kiosk.world.has_acknowledgement) == (False, False)
