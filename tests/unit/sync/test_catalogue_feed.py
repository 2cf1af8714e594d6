"""A catalogue that the office gives out: fetched after entries, checked, in force from a start."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from central import cli
from kiosk.catalogue.loader import COMPILED
from kiosk.store import catalogues, facts
from launch import cli as kiosk_cli
from launch.places import CATALOGUE
from launch.wiring import build_kiosk
from sync.answers import Failed, Failure
from sync.catalogue_feed import CATALOGUE_VERSION, WANTED
from sync.courier import HttpCourier
from tests.support.central_server import CentralServer, running_platform
from tests.support.enrolled_places import EnrolledPlace

SERVICE = next(path.parent.name for path in CATALOGUE.glob(f"*/{COMPILED}"))


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentralServer]:
    """Run a platform."""
    with running_platform(tmp_path_factory.mktemp("central")) as server:
        yield server


@pytest.fixture
def place(central: CentralServer, tmp_path: Path) -> Iterator[EnrolledPlace]:
    """Enrol a kiosk."""
    made = EnrolledPlace(central, tmp_path / "home", timeout_s=10)
    yield made
    made.close()


def a_folder(tmp_path: Path, version: str, *, is_broken: bool = False) -> Path:
    """Return a folder with the sample service in another version."""
    folder = tmp_path / f"catalogue-{version}"
    (folder / SERVICE).mkdir(parents=True)
    told = json.loads((CATALOGUE / SERVICE / COMPILED).read_text())
    text = json.dumps({**told, "version": version}, ensure_ascii=False)
    (folder / SERVICE / COMPILED).write_text('{"is": "none"}' if is_broken else text)
    return folder


def give_out(central: CentralServer, folder: Path) -> int:
    """Type `central add-catalogue ...`, while the platform runs."""
    return cli.main(["add-catalogue", str(folder), "--data", str(central.data), "--name", "x"])


def hear(courier: HttpCourier) -> None:
    """Go round now."""
    courier.hurry()
    courier.run_once()


def served(place: EnrolledPlace) -> tuple[str, int]:
    """Return which version of the service the next start serves, and as which release."""
    catalogue = build_kiosk(place.settings).catalogue
    return catalogue.services[0].version, catalogue.release


def test_it_is_fetched_after_entries_and_used_from_the_next_start(
    central: CentralServer, place: EnrolledPlace, tmp_path: Path
) -> None:
    """What runs keeps the services it began with; a newer release replaces the older."""
    running = build_kiosk(place.settings)
    shipped = running.catalogue.services[0].version
    place.seal()
    assert give_out(central, a_folder(tmp_path, "2030-01")) == 0
    assert served(place) == (shipped, 0)
    courier = place.courier()
    hear(courier)
    assert place.rounds(courier)[-1].still_open == 0
    version, release = served(place)
    assert version == "2030-01"
    assert release == int(facts.get(place.db, CATALOGUE_VERSION) or 0) > 0
    assert running.catalogue.services[0].version == shipped
    assert give_out(central, a_folder(tmp_path, "2030-02")) == 0
    hear(courier)
    later, higher = served(place)
    assert (later, higher > release) == ("2030-02", True)
    assert give_out(central, tmp_path / "catalogue-2030-01") == 0  # what was before, anew
    hear(courier)
    assert served(place)[0] == "2030-01"
    kept = catalogues.folder_of(place.folder).iterdir()
    assert len([path for path in kept if path.name.isdecimal()]) == catalogues.KEPT
    assert list(catalogues.folder_of(place.folder).glob("*.part")) == []


def test_one_that_can_not_be_used_is_refused_with_a_sentence(
    central: CentralServer,
    place: EnrolledPlace,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The one before stays, the doctor says why, and the next good one ends it."""
    assert give_out(central, a_folder(tmp_path, "2030-01")) == 0
    courier = place.courier()
    hear(courier)
    assert give_out(central, a_folder(tmp_path, "broken", is_broken=True)) == 0
    hear(courier)
    assert "CATALOGUE_REFUSED" in caplog.text
    assert served(place)[0] == "2030-01"
    kiosk_cli.main(["doctor", "--settings", str(place.home / "kiosk.toml"), "--language", "en"])
    said = capfd.readouterr().out
    assert "A catalogue of the platform can't be used; the one before is used." in said
    assert f"{SERVICE}/{COMPILED} can't be used" in said
    assert give_out(central, a_folder(tmp_path, "2030-03")) == 0
    hear(courier)
    assert served(place)[0] == "2030-03"
    assert build_kiosk(place.settings).catalogue.refused == ""


def test_it_goes_on_where_it_was_interrupted(
    central: CentralServer,
    place: EnrolledPlace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A lost connection costs one piece; a damaged beginning is thrown away and fetched anew."""
    assert give_out(central, a_folder(tmp_path, "2030-01")) == 0
    courier = place.courier()
    ask, asked = courier.platform.catalogue_piece, list[int]()

    def cut(kiosk: str, sha256: bytes, offset: int) -> bytes | Failed:
        asked.append(offset)
        if len(asked) == 2:
            return Failed(Failure.UNREACHABLE, "no answer")
        piece = ask(kiosk, sha256, offset)
        return piece if isinstance(piece, Failed) else piece[:4000]

    monkeypatch.setattr(type(courier.platform), "catalogue_piece", lambda _, *at: cut(*at))
    hear(courier)
    assert asked == [0, 4000]
    assert served(place)[1] == 0
    hear(courier)
    assert asked[:4] == [0, 4000, 4000, 8000]
    assert served(place)[0] == "2030-01"
    assert give_out(central, a_folder(tmp_path, "2030-02")) == 0
    monkeypatch.setattr(type(courier.platform), "catalogue_piece", lambda *_: b"?" * 4000)
    hear(courier)
    assert "CATALOGUE_DAMAGED" in caplog.text
    assert served(place)[0] == "2030-01"
    assert facts.get(place.db, WANTED) != ""
    assert list(catalogues.folder_of(place.folder).glob("*.part")) == []
    monkeypatch.setattr(type(courier.platform), "catalogue_piece", lambda _, *at: ask(*at))
    hear(courier)
    assert served(place)[0] == "2030-02"


def test_a_damaged_folder_falls_back(
    central: CentralServer, place: EnrolledPlace, tmp_path: Path
) -> None:
    """To the release before, and without any to what came with the program."""
    courier = place.courier()
    for version in ("2030-01", "2030-02"):
        assert give_out(central, a_folder(tmp_path, version)) == 0
        hear(courier)
    _, release = served(place)
    newest = catalogues.folder_of(place.folder) / str(release)
    (newest / SERVICE / COMPILED).write_text("{")
    assert served(place)[0] == "2030-01"
    assert build_kiosk(place.settings).catalogue.refused
    shutil.rmtree(catalogues.folder_of(place.folder))
    assert served(place)[1] == 0


def test_what_is_no_catalogue_is_not_given_out(
    central: CentralServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nothing there, no JSON, no platform: a sentence, and kiosks hear of nothing."""
    (tmp_path / "empty").mkdir()
    assert give_out(central, tmp_path / "empty") == 2
    assert "kiosk catalogue build" in capfd.readouterr().err
    torn = a_folder(tmp_path, "torn")
    (torn / SERVICE / COMPILED).write_text("{")
    assert give_out(central, torn) == 2
    named = a_folder(tmp_path, "named")
    (named / SERVICE).rename(named / "Not A Name")
    assert give_out(central, named) == 2
    nowhere = ["add-catalogue", str(torn), "--data", str(tmp_path / "no"), "--name", "x"]
    assert cli.main(nowhere) == 2
