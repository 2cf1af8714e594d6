"""Settings that the office gives for a site: which it may, which count, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from central import cli
from kiosk.settings import Settings, parse_settings
from kiosk.settings.from_office import (
    Value,
    may_be_set,
    options_from_afar,
    problem_with,
    with_office,
)
from kiosk.settings.loading import load_settings
from kiosk.store import facts, office_settings
from launch import cli as kiosk_cli
from launch.wiring import build_kiosk
from sync.settings_feed import SETTINGS_VERSION
from tests.support.central_server import running_platform
from tests.support.enrolled_places import EnrolledPlace


@pytest.fixture
def place(tmp_path: Path) -> Iterator[EnrolledPlace]:
    """A kiosk and its platform."""
    with running_platform(tmp_path / "central") as central:
        made = EnrolledPlace(central, tmp_path / "home", timeout_s=10)
        yield made
        made.close()


def settings(text: str = "") -> Settings:
    """Read a file."""
    return parse_settings(text, Path("/nowhere"), "kiosk.toml")


def site_of(place: EnrolledPlace) -> str:
    """Return the name of the kiosk's site."""
    return place.enrolment.site_name


def give(place: EnrolledPlace, file: Path, text: str, site: str = "") -> int:
    """Type `central site-settings ...`, while the platform runs; the kiosk hears of it."""
    file.write_text(text)
    data = ["--data", str(place.central.data), "--site", site or site_of(place)]
    status = cli.main(["site-settings", str(file), *data])
    courier = place.courier()
    courier.hurry()
    courier.run_once()
    return status


def test_the_file_of_the_machine_counts_before_the_office() -> None:
    """What it names is pinned, with its default too; the rest is as the office says."""
    values: dict[str, Value] = {"visit.idle_s": 120, "visit.still_there_s": 60, "site.hours": "9-5"}
    local = settings("[visit]\nidle_s = 90\n[site]\nname = 'Lake'\n")
    now, office = with_office(local, 7, values)
    assert (now.visit.idle_s, now.visit.still_there_s, now.site.hours) == (90.0, 60.0, "9-5")
    assert now.site.name == "Lake"
    assert office.applied == ("site.hours", "visit.still_there_s")
    assert office.pinned == ("visit.idle_s",)
    assert (office.release, office.refused) == (7, "")
    assert with_office(local, 0, {})[0] == local


@pytest.mark.parametrize(
    "values",
    [
        {"kiosk.state_folder": "/somewhere"},
        {"platform.url": "https://elsewhere.test"},
        {"platform.ca_file": "x"},
        {"card_reader.port": "/dev/ttyUSB9"},
        {"nothing.at_all": 1},
        {"visit": 1},
        {"visit.idle_s": 1},
        {"visit.idle_s": "90"},
        {"site.name": "two\nlines"},
        {"storage.keep_words_days": 29},
        {"storage.keep_journal_days": 100},
    ],
)
def test_one_that_is_not_allowed_refuses_all(values: dict[str, Value]) -> None:
    """Paths, addresses, devices; values out of their bounds; retention below its default."""
    told: dict[str, Value] = {"visit.still_there_s": 60, **values}
    assert problem_with(told)
    now, office = with_office(settings(), 3, told)
    assert now == settings()
    assert (office.applied, bool(office.refused)) == ((), True)
    assert problem_with({"storage.keep_words_days": 31, "visit.still_there_s": 60}) == ""


def test_nothing_that_names_a_place_or_a_key_can_be_set() -> None:
    """Whatever is declared later: no path, no address, no device."""
    for table in ("kiosk", "platform", "card_reader", "camera", "printer", "speaker", "log"):
        assert not [name for name in options_from_afar() if name.startswith(f"{table}.")]
    assert all(may_be_set(name) for name in options_from_afar())
    assert "visit.idle_s" in options_from_afar()


def test_from_the_platform_to_the_next_start(
    place: EnrolledPlace, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """What runs goes on as it is; a new one replaces the old, and an empty one takes it back."""
    running, file = build_kiosk(place.settings), tmp_path / "site.toml"
    assert give(place, file, "[visit]\nidle_s = 120.0\n[site]\nhours = '9-5'\n") == 0
    started = build_kiosk(place.settings)
    assert (started.world.rules.idle_s, started.world.site.hours) == (120.0, "9-5")
    assert running.world.rules.idle_s == 90.0
    settings_file = ["--settings", str(place.home / "kiosk.toml")]
    kiosk_cli.main(["doctor", *settings_file, "--language", "en"])
    assert "the office gave some of them" in capfd.readouterr().out
    kiosk_cli.main(["settings", *settings_file])
    assert "visit.idle_s = 120.0  # from the office" in capfd.readouterr().out
    first = facts.get(place.db, SETTINGS_VERSION)
    assert give(place, file, "[visit]\nidle_s = 150\n") == 0
    started = build_kiosk(place.settings)
    assert (started.world.rules.idle_s, started.world.site.hours) == (150.0, "")
    assert int(facts.get(place.db, SETTINGS_VERSION) or 0) > int(first or 0)
    assert give(place, file, "") == 0
    assert build_kiosk(place.settings).settings == load_settings(place.home / "kiosk.toml")


def test_what_is_not_allowed_is_refused_at_the_kiosk(
    place: EnrolledPlace, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The settings before stay; what is no settings at all the platform refuses itself."""
    file = tmp_path / "site.toml"
    assert give(place, file, "[visit]\nidle_s = 120\n") == 0
    assert give(place, file, "[platform]\nurl = 'https://elsewhere.test'\n") == 0
    assert "SETTINGS_REFUSED" in caplog.text
    assert build_kiosk(place.settings).world.rules.idle_s == 120.0
    for bad in ("idle_s = 1", "[visit", "[visit]\nidle_s = [1]", "[visit]\nidle_s = 1.5"):
        assert give(place, file, bad) == 2
    assert give(place, file, "", site="Nowhere") == 2
    (place.folder / office_settings.FILE).write_text('{"release": true}')
    assert build_kiosk(place.settings).world.rules.idle_s == 90.0
