"""Another key to seal to: the desk that runs takes it over, and nothing sealed before is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.keys import RECIPIENT, write_hex
from central.opening import open_contents
from central.platform import open_platform
from central.root_key import RECIPIENT_KIND, LockedKey, lock_key, unlock_key
from kiosk.enrolment import FILE_NAME
from kiosk.envelope import (
    AppId,
    CannotOpen,
    Contents,
    RecipientPrivateKey,
    Torn,
    open_envelope,
    parse,
)
from kiosk.store.applications import ApplicationRow
from kiosk.store.engine import ENVELOPES
from tests.support.central_server import ROOT, running_platform
from tests.support.ceremonies import PASSPHRASE, Ceremony
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


def test_a_whole_ceremony_beside_a_platform_that_runs(
    place: EnrolledPlace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Root offline, an archive added, both keys made anew, the old signature revoked: no stop."""
    monkeypatch.setattr(lock_key, "__kwdefaults__", {"log2_n": 4})
    ceremony = Ceremony(place.central.data, tmp_path / "drawer", monkeypatch, capsys)
    ceremony.take_root_away()
    private, public = ceremony.backup("Provincial archive")
    before = place.seal()
    courier = place.courier()
    old = courier.keyset.signing_keys[0].kid
    said = ceremony.hold(2, "--what", "both", "--add", public, "--revoke", old)
    assert "Provincial archive  NEW" in said
    assert f"REVOKED FOR EVER from now on: {old}" in said
    # The platform that runs signs with the new key from now on; the kiosk hears of it first.
    assert courier.run_once().still_open == 0
    entry = place.entry(before)
    assert entry.proof is not None
    assert courier.keyset.version == 2
    assert old not in entry.proof
    after = place.seal()
    assert courier.run_once().still_open == 0
    assert len(sealed_to(place, after)) == 2
    assert opened(place, before.app_id, after.app_id) == [True, True]
    key = unlock_key(private.read_bytes(), PASSPHRASE, RECIPIENT_KIND)
    assert isinstance(key, LockedKey)
    archive = RecipientPrivateKey.from_bytes(key.raw)
    parts = parse((place.folder / ENVELOPES / place.entry(after).file).read_bytes())
    assert archive is not None
    assert not isinstance(parts, Torn)
    assert not isinstance(open_envelope(parts, archive), CannotOpen)


@pytest.mark.may_warn("that the platform can't open a canary is told")
def test_the_command_takes_a_backup_key_when_the_platform_lost_its_own(
    place: EnrolledPlace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What could not be opened is opened again, beside the platform that runs."""
    monkeypatch.setattr(lock_key, "__kwdefaults__", {"log2_n": 4})
    ceremony = Ceremony(place.central.data, tmp_path / "drawer", monkeypatch, capsys)
    private, public = ceremony.backup("Archive")
    ceremony.rotate("--add", public)
    assert place.courier().run_once().still_open == 0
    row = place.seal()
    write_hex(place.central.data / "keys" / RECIPIENT, RecipientPrivateKey.generate().raw)
    assert place.courier().run_once().still_open == 0
    assert opened(place, row.app_id) == [False]
    said = ceremony.do(
        "take-key",
        *("--data", place.central.data, "--key", private),
        *("--passphrase-file", ceremony.passphrase),
    )
    assert "0 stay closed" in said
    assert opened(place, row.app_id) == [True]


def test_a_courier_that_runs_goes_by_keys_that_another_program_took_in(
    place: EnrolledPlace,
) -> None:
    """As a stick does: the place in the feed is behind them, and its proofs hold all the same."""
    running = place.courier()
    assert running.run_once().still_open == 0
    done = [sys.executable, "-m", "central.cli", "rotate-keys", "--what", "signing"]
    subprocess.run(
        [*done, "--data", str(place.central.data)], cwd=ROOT, capture_output=True, check=True
    )
    assert place.courier().run_once().still_open == 0
    place.seal()
    running.hurry()
    assert running.run_once().still_open == 0
    assert running.keyset.version == 2
