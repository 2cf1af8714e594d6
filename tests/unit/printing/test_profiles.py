"""Profiles of printers: what is in the files, what is refused, and which one a printer is given."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import BadSetting
from kiosk.ports.printer import PrinterState
from printing import printer_probe
from printing.escpos import encode
from printing.escpos_answers import FullStatus, ReplyReader, state_from, state_from_port
from printing.media import PaperWidth
from printing.opening import PrinterConfig, PrinterKind, open_printer
from printing.printer_lines import TcpLine
from printing.printer_probe import Abilities, fitting, probe
from printing.printer_profiles import (
    GENERIC,
    Confirmation,
    PrinterProfile,
    StatusDialect,
    load_profile,
)
from tests.support.escpos_device import EscposDevice, Fault
from tests.support.escpos_printer import EscposPrinter
from tests.support.print_jobs import picture_of, raster_of

FILES = sorted((Path(__file__).parents[3] / "assets" / "printers").glob("*.toml"))
PROFILES = {path.stem: load_profile(path) for path in FILES}


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer_probe, "LISTEN_S", 0.2)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda it: it.name)
def test_each_profile_prints_the_picture(profile: PrinterProfile) -> None:
    """Whatever its ways, what comes out is the picture at its place, and nothing else."""
    device = EscposDevice(profile.dots)
    dots = picture_of(1)
    device.swallow(encode(raster_of(dots), "job", profile).data)
    printed = device.slips[0] if profile.cut else device.paper
    assert not set(bytes(device.unknown).replace(profile.present, b""))
    at = profile.left_dots
    assert (printed[: len(dots), at : at + dots.shape[1]] == dots).all()
    assert int(printed.sum()) == int(dots.sum())
    assert len(printed) == len(dots) + profile.cut_feed


def test_on_a_slow_line_commands_are_short() -> None:
    """A command that was broken off can be ended soon."""
    job = encode(raster_of(picture_of(1)), "job", band_bytes=480)
    assert job.longest < 600
    assert encode(raster_of(picture_of(1)), "job").longest > 2000


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("dots = 12", "dots must be 192 to 2048"),
        ('cut = "xy"', "cut must be bytes such as"),
        ('confirms = "perhaps"', "confirms must be"),
        ('confirms = "ticket"', 'needs status = "full"'),
        ("asks = [1, 5]", "asks must be some of"),
        ('near_end = "no"', "near_end must be a bool"),
        ("cutter = true", "there is no line 'cutter'"),
        ("= 1", "it is no TOML"),
        ('dots = "576"', "dots must be a int"),
        ("dots = 1_000_000", "dots must be 192 to 2048"),
        ("dots = -1", "dots must be 192 to 2048"),
        (f"dots = {'9' * 5000}", "it is no TOML"),
        ("dots = 576.0", "dots must be a int"),
        ("asks = [true]", "asks must be some of"),
        ("asks = [1.0]", "asks must be some of"),
        ("asks = [[1]]", "asks must be some of"),
        ("asks = 1", "asks must be a list"),
        (f"asks = {'[' * 5000}", "it is no TOML"),
        ("title = 3", "title must be a str"),
        ("[cut]\nhow = 1", "cut must be a str"),
        (f'cut = "{"00" * 33}"', "longer than 32 bytes"),
        (f'title = "{"x" * 70_000}"', "longer than 65536 bytes"),
    ],
)
def test_a_profile_that_is_wrong_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    """The line is named, and where it is explained."""
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadSetting, match=problem):
        load_profile(path)


def test_a_profile_that_can_t_be_read_is_refused(tmp_path: Path) -> None:
    """Another encoding, a folder, nothing, a name that no file can have."""
    latin = tmp_path / "latin.toml"
    latin.write_bytes('title = "Drücker"'.encode("latin-1"))
    for path, problem in (
        (latin, "not written in UTF-8"),
        (tmp_path, "can't be read: Is a directory"),
        (tmp_path / "none.toml", "can't be read: No such file"),
        (tmp_path / "a\0b.toml", "can't be read: that is no name"),
    ):
        with pytest.raises(BadSetting, match=problem) as caught:
            load_profile(path)
        assert caught.value.next_step


@given(st.binary(max_size=200))
def test_whatever_a_profile_holds_it_is_one_or_refused(data: bytes) -> None:
    """Never anything else."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.toml"
        path.write_bytes(data)
        with contextlib.suppress(BadSetting):
            assert load_profile(path).name == "own"


def test_a_head_too_narrow_for_the_paper_is_refused() -> None:
    """Half of each line would be cut away."""
    narrow = next(path for path in FILES if path.stem == "generic_58")
    config = PrinterConfig(PrinterKind.ESCPOS_USB, device="/dev/usb/lp0", profile=narrow)
    with pytest.raises(BadSetting, match="384 dots"):
        open_printer(config)


def test_without_a_sensor_little_paper_is_not_believed() -> None:
    """Nor is a printer that answers less than that it is on line and has paper."""
    answers = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x1E}
    assert state_from(answers) is PrinterState.PAPER_LOW
    assert state_from(answers, PrinterProfile(has_near_end=False)) is PrinterState.READY
    assert state_from({1: 0x12, 4: 0x12}, PrinterProfile(asks=(1, 4))) is PrinterState.READY
    assert state_from({4: 0x12}, PrinterProfile(asks=(4,))) is PrinterState.CANT_TELL


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("100f00000000", FullStatus(PrinterState.READY, has_ticket=False, is_busy=False)),
        ("100f20040000", FullStatus(PrinterState.READY, has_ticket=True, is_busy=True)),
        ("100f04000000", FullStatus(PrinterState.PAPER_LOW, has_ticket=False, is_busy=False)),
        ("100f05000000", FullStatus(PrinterState.PAPER_OUT, has_ticket=False, is_busy=False)),
        ("100f00020000", FullStatus(PrinterState.COVER_OPEN, has_ticket=False, is_busy=False)),
        ("100f00000100", FullStatus(PrinterState.OVERHEATED, has_ticket=False, is_busy=False)),
        ("100f00004000", FullStatus(PrinterState.FAULT, has_ticket=False, is_busy=False)),
        ("100f00000001", FullStatus(PrinterState.CUTTER, has_ticket=False, is_busy=False)),
        ("100f00000008", FullStatus(PrinterState.FAULT, has_ticket=False, is_busy=False)),
    ],
)
def test_the_six_bytes_of_a_kiosk_head_have_meanings(answer: str, told: FullStatus) -> None:
    """In whatever pieces they come."""
    reader = ReplyReader(PROFILES["presenter_80"])
    data = bytes.fromhex(answer)
    assert [*reader.feed(data[:1]), *reader.feed(data[1:4]), *reader.feed(data[4:])] == [told]


def test_the_port_of_a_silent_printer_tells_only_bad_news() -> None:
    """No paper is believed, "all well" is not."""
    assert state_from_port(0x38) is PrinterState.PAPER_OUT
    assert {state_from_port(bits) for bits in (0x18, 0x00, 0x08, 0x20)} == {PrinterState.CANT_TELL}


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize(
    ("is_head", "faults", "best"),
    [
        (False, set(), "generic_80"),
        (False, {Fault.NO_PROCESS_ID, Fault.NO_CLEARING}, "clone_80"),
        (False, {Fault.MUTE}, "one_way_80"),
        (True, {Fault.NO_CLEARING}, "presenter_80"),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_a_printer_is_given_the_profile_of_what_it_answers(
    *, is_head: bool, faults: set[Fault], best: str
) -> None:
    """Asked at install, with nothing printed."""
    with EscposPrinter(is_head=is_head) as printer:
        printer.break_with(*faults)
        found = probe(TcpLine("127.0.0.1", printer.port))
        assert printer.device.rows == []
    assert fitting(found, PaperWidth.MM_80.dots, PROFILES.values())[0].name == best


def test_no_profile_claims_more_than_was_answered() -> None:
    """Half an answer is not made a whole one."""
    found = Abilities(asks=(1, 4), has_full_status=False, says_done=False, clears=False)
    assert [it.name for it in fitting(found, 384, PROFILES.values())] == ["panel_58"]
    assert found.confirms is Confirmation.NONE
    assert found.status is StatusDialect.EOT
    assert GENERIC not in fitting(found, 576, [GENERIC])
