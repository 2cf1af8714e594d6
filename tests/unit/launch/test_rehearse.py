"""`kiosk rehearse`: what it prints, how it ends, and on whose devices."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from devices.desk_state import PaperState, SimulatedPaper
from kiosk.envelope import parse_receipt_number
from tests.support.central_server import CentralServer
from tests.support.command import kiosk
from tests.support.homes import Home, opened
from tests.support.lying_platform import Call, lying_platform, portal

STAGES = ["guide", "card", "consent_data", "question", "photo", "review", "sign", "sealing"]


def test_alone_it_brings_everything_and_ends_delivered() -> None:
    """Without settings: simulated devices, a platform of its own, and exactly this schema."""
    done = kiosk("rehearse", "--json", "--visits", 2)
    assert done.status == 0, done.err
    assert list(done.json) == ["visits", "ok"]
    assert done.json["ok"] is True
    first, second = done.json["visits"]
    for visit in (first, second):
        assert list(visit) == ["app_id", "number", "receipt", "state", "stages_ms"]
        assert (visit["receipt"], visit["state"]) == ("printed", "delivered")
        assert parse_receipt_number(visit["number"]) is not None
        assert [stage for stage in visit["stages_ms"] if stage in STAGES] == STAGES
        assert all(type(ms) is int and ms >= 0 for ms in visit["stages_ms"].values())
    assert first["app_id"] != second["app_id"]
    assert first["number"] != second["number"]
    assert "张桂英" not in done.err
    assert "9901011945" not in done.err


def test_for_people_it_prints_a_line_per_visit(home: Home) -> None:
    """One line per visit, and no traceback or JSON."""
    done = kiosk("rehearse", settings=home.settings_file)
    assert done.status == 0, done.err
    (line,) = done.out.splitlines()
    assert "delivered; receipt printed" in line


@pytest.mark.parametrize(
    ("script", "status", "state"),
    [
        ('consent_photo = false\nrating = ""\nends = "delivered"', 0, "delivered"),
        ('consent_data = false\nends = "not_kept"', 0, "not_kept"),
        ("consent_photo = false\n[network]\noff_before = true", 0, "delivered"),
        ('ends = "queued"\nconsent_photo = false\n[network]\noff_before = true', 0, "queued"),
        ('ends = "not_kept"\nconsent_photo = false', 1, "queued"),
        ('card = "foreign-card"\nwait_s = 3', 1, "unfinished"),
        ('language = "en"\ncard = "margaret-hartley"\n[answers]\nliving = "alone"', 0, "delivered"),
    ],
    ids=["no photo", "no data", "offline", "left waiting", "not as scripted", "foreign", "english"],
)
def test_a_script_says_what_the_resident_does(
    home: Home, tmp_path: Path, script: str, status: int, state: str
) -> None:
    """Each script ends as it says, or the command says that it did not."""
    file = tmp_path / "script.toml"
    file.write_text(script)
    done = kiosk("rehearse", "--json", "--script", file, settings=home.settings_file)
    assert done.status == status, done.err
    (visit,) = done.json["visits"]
    assert visit["state"] == state
    assert done.json["ok"] is (status == 0)
    assert (visit["app_id"] != "") is (state in {"delivered", "queued"})


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ('colour = "red"', "unknown entry 'colour'"),
        ("card = [", "can't be read"),
        ('ends = "somehow"', "can't be read"),
        (None, "can't be read"),
    ],
)
def test_a_script_that_is_wrong_is_named(tmp_path: Path, script: str | None, words: str) -> None:
    """Nothing is played; one sentence says which file and what."""
    file = tmp_path / "script.toml"
    if script is not None:
        file.write_text(script)
    done = kiosk("rehearse", "--script", file)
    assert (done.status, done.out) == (2, "")
    assert words in done.err
    assert "script.toml" in done.err
    assert "Traceback" not in done.err


def test_without_paper_it_is_delivered_and_the_receipt_says_failed(home: Home) -> None:
    """A printer without paper costs the receipt and nothing else."""
    home.desk.write(SimulatedPaper(PaperState.OUT))
    done = kiosk("rehearse", "--json", settings=home.settings_file)
    home.desk.write(SimulatedPaper())
    (visit,) = done.json["visits"]
    assert (done.status, visit["receipt"], visit["state"]) == (0, "failed", "delivered")


def test_a_platform_that_talks_nonsense_costs_only_time(home: Home, tmp_path: Path) -> None:
    """A captive portal in between: the visit is stored and waits; nothing is called delivered."""
    script = tmp_path / "script.toml"
    script.write_text("wait_s = 12\nconsent_photo = false")
    with lying_platform(home.central.port) as liar:
        for call in Call:
            liar.always(call, portal)
        home.write(platform={"url": liar.url})
        done = kiosk("rehearse", "--json", "--script", script, settings=home.settings_file)
        home.write(platform={"url": home.central.url})
    (visit,) = done.json["visits"]
    assert (done.status, visit["receipt"], visit["state"]) == (1, "printed", "queued")
    later = kiosk("sync", "--wait", 30, settings=home.settings_file)
    assert later.status == 0, later.out
    assert opened(home.central, visit["app_id"]).receipt_number == visit["number"].replace(" ", "")


def test_numbers_are_announced_on_a_pipe(home: Home, tmp_path: Path) -> None:
    """Another process hears each number once it is shown."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    heard: list[str] = []
    witness = threading.Thread(target=lambda: heard.extend(pipe.read_text().splitlines()))
    witness.start()
    done = kiosk("rehearse", "--json", "--announce", pipe, settings=home.settings_file)
    witness.join(30)
    (visit,) = done.json["visits"]
    assert heard == [f"SHOWN {visit['number'].replace(' ', '')} {visit['app_id']}"]


def test_a_kiosk_that_is_not_enrolled_is_told_what_to_do(
    central: CentralServer, tmp_path: Path
) -> None:
    """One sentence with the next step."""
    settings = tmp_path / "kiosk.toml"
    settings.write_text(f'[platform]\nurl = "{central.url}"\n')
    done = kiosk("rehearse", settings=settings)
    assert done.status == 2
    assert "E-ENR-01: This kiosk has not been enrolled" in done.err
    assert "Run `kiosk enrol`" in done.err


def test_no_visit_is_no_rehearsal() -> None:
    """A number of visits that makes no sense is said."""
    done = kiosk("rehearse", "--visits", 0)
    assert done.status == 2
    assert "--visits" in done.err
