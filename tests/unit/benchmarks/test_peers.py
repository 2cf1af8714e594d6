"""The peers do what they are said to do, and every benchmark yields figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlcipher3

from benchmarks import photo, receipt, sealing
from benchmarks.__main__ import main
from benchmarks.peer_page import write_page
from kiosk.enrolment import save_enrolment
from kiosk.settings import load_settings
from launch.wiring import Kiosk, build_kiosk
from tests.support.faces import picture_of
from tests.support.sealing_places import SealingPlace


@pytest.fixture
def kiosk(tmp_path: Path) -> Kiosk:
    """An enrolled kiosk; nothing of it runs."""
    file = tmp_path / "kiosk.toml"
    file.write_text('[kiosk]\nstate_folder = "state"\n[site]\nname = "<Elm & Oak>"\n')
    settings = load_settings(file)
    folder = settings.kiosk.state_folder
    folder.mkdir(mode=0o700)
    save_enrolment(folder, SealingPlace(folder).enrolment)
    return build_kiosk(settings)


def test_the_page_shows_what_home_shows(kiosk: Kiosk, tmp_path: Path) -> None:
    """Every word of Home, escaped; fonts and icons lie beside it; nothing is left to fill in."""
    folder = tmp_path / "page"
    folder.mkdir()
    page = write_page(kiosk, 1920, 1080, folder)
    html = page.read_text()
    texts = kiosk.texts[kiosk.world.rules.languages[0]]
    for key in ("home.title", "home.hero_title", "home.free", "home.staff", "frame.help"):
        assert texts.say(key) in html
    assert "&lt;Elm &amp; Oak&gt;" in html
    assert not re.search(r"\$[a-z]", html)
    for name in re.findall(r'src="([^"]+)"', html):
        assert (folder / name).is_file(), name
    css = (folder / "home.css").read_text()
    for name in re.findall(r'url\("([^"]+)"\)', css):
        assert (folder / name).is_file(), name
    used = set(re.findall(r"var\(--(\w+)\)", css))
    assert used <= set(re.findall(r"--(\w+):", html))


def test_the_bare_store_keeps_every_byte(tmp_path: Path) -> None:
    """The peer really does the work it is measured at."""
    folder, data = tmp_path / "bare", b"0123456789" * 1000
    with sealing.bare_storing(folder, data) as store:
        store()
        store()
    assert [path.read_bytes() for path in sorted(folder.glob("*.bin"))] == [data, data]
    assert not list(folder.glob("*.tmp"))
    db = sqlcipher3.connect(str(folder / "bare.db"))
    assert db.execute("SELECT name, size FROM files ORDER BY id").fetchall() == [
        ("00000000.bin", len(data)),
        ("00000001.bin", len(data)),
    ]
    db.close()


def test_sealing_is_measured_with_real_seals() -> None:
    """Both sides of each round."""
    for figure in sealing.measure(rounds=2):
        assert figure.rounds == 2
        assert min(figure.ours + figure.theirs) > 0


def test_a_receipt_is_measured_against_both_peers() -> None:
    """With the QR code and without."""
    figures = receipt.measure(rounds=1)
    assert len({figure.peer for figure in figures}) == 2


def test_the_command_prints_lines_and_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """What was asked for and nothing else."""
    assert main(["receipt", "--rounds", "1"]) == 0
    out = capsys.readouterr().out
    assert "| receipt" in out
    assert "sealing" not in out


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """With the names that there are."""
    with pytest.raises(SystemExit) as end:
        main(["speed"])
    assert end.value.code == 2
    told = capsys.readouterr().err
    assert "see receipt, dots, bytes, raster, sealing, card, " in told
    assert "queue, memory, link" in told


def test_a_photo_is_measured_against_one_that_is_a_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    """The peer's has the size that the office wants; times and memory have figures."""
    monkeypatch.setattr(photo, "SIZES", ((640, 480),))
    monkeypatch.setattr(photo, "MEMORY_ROUNDS", 1)
    times, memory = photo.measure(rounds=1)
    assert min(times.ours + times.theirs + memory.ours + memory.theirs) > 0
    bare = photo.candidates(photo.still(640, 480), "")["peer"]()
    assert picture_of(bare).shape == (441, 358, 3)
