"""The stick from hand to hand, by the commands that people type, with the network in between."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central import cli as central_cli
from kiosk.store import entries
from launch import cli as kiosk_cli
from tests.support.central_server import CentralServer, running_platform
from tests.support.enrolled_places import EnrolledPlace, held_numbers
from tests.support.small_disks import run_on_small_disk


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentralServer]:
    """Run a platform."""
    with running_platform(tmp_path_factory.mktemp("central")) as server:
        yield server


@pytest.fixture
def kiosk(central: CentralServer, tmp_path: Path) -> Iterator[EnrolledPlace]:
    """Enrol a kiosk."""
    place = EnrolledPlace(central, tmp_path / "home")
    yield place
    place.close()


def queue(kiosk: EnrolledPlace, *words: str) -> int:
    """Type `kiosk queue ...`."""
    return kiosk_cli.main(["queue", *words, "--settings", str(kiosk.home / "kiosk.toml")])


def bring(central: CentralServer, stick: Path) -> int:
    """Type `central import ...`, while the platform runs."""
    return central_cli.main(["import", str(stick), "--data", str(central.data)])


def test_by_hand(
    central: CentralServer, kiosk: EnrolledPlace, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every step says what it did and what comes next."""
    stick = tmp_path / "stick"
    stick.mkdir()
    row = kiosk.seal()
    assert queue(kiosk, "export", str(stick)) == 0
    said = capfd.readouterr().out
    assert "1 on the stick, 1 of them new" in said
    assert "It is safe to remove the stick." in said
    assert queue(kiosk, "import", str(stick)) == 2
    assert "E-USB-01" in capfd.readouterr().err
    assert bring(central, stick) == 0
    assert "1 taken in, 0 held before" in capfd.readouterr().out
    assert queue(kiosk, "show") == 0
    assert "Not delivered yet: 1." in capfd.readouterr().out
    assert queue(kiosk, "import", str(stick)) == 0
    assert "Delivered by this stick: 1" in capfd.readouterr().out
    assert kiosk.entry(row).proof is not None
    assert queue(kiosk) == 0
    assert "Not delivered yet: 0." in capfd.readouterr().out
    (numbers,) = (it for it in held_numbers(central.data) if it[0] == row.app_id)
    assert numbers[1] == row.number


def test_what_is_missing_is_said(
    central: CentralServer, kiosk: EnrolledPlace, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """No folder, no bundle, no platform: a sentence and a status each, and nothing is made."""
    assert queue(kiosk, "export") == 2
    assert queue(kiosk, "export", str(tmp_path / "nowhere")) == 2
    assert bring(central, tmp_path / "nowhere") == 2
    (tmp_path / "empty").mkdir()
    assert bring(central, tmp_path / "empty") == 2
    assert queue(kiosk, "import", str(tmp_path / "empty")) == 2
    nothing = ["import", str(tmp_path / "empty"), "--data", str(tmp_path / "no platform")]
    assert central_cli.main(nothing) == 2
    assert not (tmp_path / "no platform").exists()
    said = capfd.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 6


STEPS = st.lists(
    st.sampled_from(["seal", "export", "bring", "back", "network", "old stick"]), max_size=10
)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_both_ways_in_any_order(
    central: CentralServer, kiosk: EnrolledPlace, tmp_path: Path, steps: list[str]
) -> None:
    """Stick and network, in whatever order: everything is held once and proven once."""
    stick, old = tmp_path / "stick", tmp_path / "old"
    for folder in (stick, old):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    sealed = [kiosk.seal()]
    proofs: dict[str, str] = {}
    for step in [*steps, "export", "bring", "back", "network"]:
        match step:
            case "seal":
                sealed.append(kiosk.seal())
            case "export":
                assert queue(kiosk, "export", str(stick)) == 0
            case "bring":
                bring(central, stick)
            case "back":
                queue(kiosk, "import", str(stick))
            case "network":
                kiosk.refresh()
            case _:
                stick, old = old, stick
        for row in sealed:
            entry = entries.find(kiosk.db, row.app_id)
            assert entry is not None
            if entry.proof is not None:
                assert proofs.setdefault(row.app_id, entry.proof) == entry.proof
    assert set(proofs) == {row.app_id for row in sealed}
    held = [app_id for app_id, _ in held_numbers(central.data)]
    assert sorted(it for it in held if it in proofs) == sorted(proofs)


def test_a_full_stick(tmp_path: Path) -> None:
    """What fits travels, what does not stays, and the next trips carry the rest."""
    told = run_on_small_disk("tests.journeys.full_stick", tmp_path)
    assert told["said"] == "The stick is full."
    assert told["was_interrupted"]
    first, missing = told["first"], told["missing"]
    assert isinstance(first, int)
    assert isinstance(missing, int)
    assert first > 0
    assert first + missing == 60
    assert told["left"] == told["missing"]
    assert told["trips"] == 1
    assert told["open"] == 0
    assert told["is_whole"]
