"""Another key to seal to: the desk that runs takes it over, and nothing sealed before is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.opening import open_contents
from central.platform import open_platform
from kiosk.enrolment import FILE_NAME
from kiosk.envelope import AppId, Contents, Torn, parse
from kiosk.store.applications import ApplicationRow
from kiosk.store.engine import ENVELOPES
from tests.support.central_server import ROOT, running_platform
from tests.support.enrolled_places import EnrolledPlace


@pytest.fixture
def place(tmp_path: Path) -> Iterator[EnrolledPlace]:
    """A kiosk and its platform."""
    with running_platform(tmp_path / "central") as central:
        made = EnrolledPlace(central, tmp_path / "home")
        yield made
        made.close()


def sealed_to(place: EnrolledPlace, row: ApplicationRow) -> set[str]:
    """Return the names of the keys that open an entry."""
    parts = parse((place.folder / ENVELOPES / place.entry(row).file).read_bytes())
    assert not isinstance(parts, Torn)
    return {wrap.kid for wrap in parts.wraps}


def rotate(place: EnrolledPlace) -> str:
    """Rotate as an operator does, beside the platform that runs; return what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "central.cli", "rotate-keys", "--data", str(place.central.data)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def opened(place: EnrolledPlace, *app_ids: str) -> list[bool]:
    """Say which entries the platform can open."""
    platform = open_platform(place.central.data)
    try:
        return [isinstance(open_contents(platform, AppId(it)), Contents) for it in app_ids]
    finally:
        platform.database.close()


def test_the_running_desk_seals_to_the_new_key_at_once(place: EnrolledPlace) -> None:
    """Heard by the courier, the next application is sealed to it and not to the old one."""
    before = place.seal()
    assert rotate(place).startswith("Keyset 2")
    meanwhile = place.seal()
    assert sealed_to(place, meanwhile) == sealed_to(place, before)
    assert place.courier().run_once().still_open == 0
    after = place.seal()
    assert not sealed_to(place, after) & sealed_to(place, before)
    assert place.courier().run_once().still_open == 0
    assert all(opened(place, before.app_id, meanwhile.app_id, after.app_id))


def test_what_was_sealed_long_ago_is_opened_after_two_rotations(place: EnrolledPlace) -> None:
    """A kiosk that was away sends what it sealed to a key that is no longer in force."""
    before = place.seal()
    for version in (2, 3):
        assert rotate(place).startswith(f"Keyset {version}")
    assert place.courier().run_once().still_open == 0
    assert opened(place, before.app_id) == [True]


@pytest.mark.may_warn("an enrolment that can't be read is told")
def test_a_damaged_enrolment_stops_nobody(place: EnrolledPlace) -> None:
    """The desk goes on with what it knew when it started."""
    before = place.seal()
    (place.folder / FILE_NAME).write_text("{")
    assert sealed_to(place, place.seal()) == sealed_to(place, before)
