"""Bundles taken in from a stick: believed as far as they are signed, each entry for itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.files import EnvelopeFiles
from central.keys import PlatformKeys
from central.platform import Platform, open_platform
from central.statuses import changes_since
from central.stick import import_stick
from central.tables import KioskRow
from sync.protocol import BundleLine, DocumentType, KeysetChange, SigningKey, check_entry
from tests.support.sticks import Traveller, bring, held


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    """Open a platform of its own."""
    opened = open_platform(tmp_path / "central")
    yield opened
    opened.database.close()


@pytest.fixture
def kiosk(tmp_path: Path, platform: Platform) -> Iterator[Traveller]:
    """Enrol a kiosk."""
    made = Traveller(tmp_path / "state", platform)
    yield made
    made.close()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """Make an empty stick."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def bend(path: Path, at: int = -1) -> None:
    """Change one bit of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_a_kiosk_that_was_never_enrolled_is_refused(
    tmp_path: Path, platform: Platform, kiosk: Traveller, stick: Path
) -> None:
    """Nothing is taken, nothing is answered."""
    kiosk.seal()
    kiosk.export(stick)
    stranger = open_platform(tmp_path / "elsewhere")
    result = bring(stranger, stick)
    stranger.database.close()
    assert result.refusal == "No kiosk of this name is enrolled here."
    assert not (stick / kiosk.bundle / "answers").exists()
    assert held(platform) == []


def test_a_revoked_kiosk_is_refused(platform: Platform, kiosk: Traveller, stick: Path) -> None:
    """As over the network."""
    kiosk.seal()
    kiosk.export(stick)
    with platform.database.writing() as session:
        session.get_one(KioskRow, kiosk.enrolment.kiosk_id).revoked_at = platform.stamp()
    assert "may not send" in bring(platform, stick).refusal
    assert held(platform) == []


@pytest.mark.parametrize("what", ["manifest", "list", "torn manifest", "no manifest", "no list"])
def test_a_tampered_bundle_is_refused(
    platform: Platform, kiosk: Traveller, stick: Path, what: str
) -> None:
    """What the kiosk did not sign is not believed; a fresh export makes it good."""
    kiosk.seal()
    kiosk.export(stick)
    folder = stick / kiosk.bundle
    manifest = folder / "manifest.json"
    (names,) = folder.glob("entries-*.txt")
    match what:
        case "manifest":
            told = json.loads(manifest.read_text())
            told["payload"]["head_seq"] = 9
            manifest.write_text(json.dumps(told))
        case "list":
            bend(names, 70)
        case "torn manifest":
            manifest.write_bytes(manifest.read_bytes()[:100])
        case "no manifest":
            manifest.unlink()
        case _:
            names.unlink()
    result = bring(platform, stick)
    assert result.refusal
    assert not result.is_well
    assert held(platform) == []
    kiosk.export(stick)
    assert bring(platform, stick).taken == 1


def test_one_bad_entry_blocks_no_other(platform: Platform, kiosk: Traveller, stick: Path) -> None:
    """Torn in front, torn behind, another's bytes, a pipe, nothing at all: the others are held."""
    rows = [kiosk.seal() for _ in range(7)]
    kiosk.export(stick)
    folder = stick / kiosk.bundle / "entries"
    files = [folder / kiosk.entry(row).file for row in rows]
    bend(files[0], 40)
    bend(files[1])
    files[2].write_bytes(files[3].read_bytes())
    files[4].write_bytes(b"")
    files[5].unlink()
    result = bring(platform, stick)
    assert (result.taken, result.bad, result.missing) == (2, 4, 1)
    assert len(result.problems) == 4
    assert held(platform) == [rows[3].app_id, rows[6].app_id]
    assert list(platform.data.glob("arriving/*")) == []
    assert kiosk.take_answers(stick).delivered == 2
    assert kiosk.export(stick).copied == 5
    assert bring(platform, stick).is_well
    assert held(platform) == [row.app_id for row in rows]


def test_a_pipe_does_not_hang_anybody(platform: Platform, kiosk: Traveller, stick: Path) -> None:
    """A stick can hold more than files."""
    import os

    row = kiosk.seal()
    kiosk.export(stick)
    path = stick / kiosk.bundle / "entries" / kiosk.entry(row).file
    path.unlink()
    os.mkfifo(path)
    assert bring(platform, stick).bad == 1


def test_a_copied_kiosk_is_noticed(
    tmp_path: Path, platform: Platform, kiosk: Traveller, stick: Path
) -> None:
    """Two machines with one identity: the second chain is refused, and an alarm is raised."""
    import shutil

    from kiosk.sealing import Sealer
    from kiosk.store.engine import open_store

    kiosk.seal()
    kiosk.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    shutil.copytree(kiosk.folder, tmp_path / "copy")
    first = kiosk.seal()
    kiosk.export(stick)
    assert bring(platform, stick).is_well
    own, folder = kiosk.db, kiosk.folder
    kiosk.folder = tmp_path / "copy"
    kiosk.db = open_store(kiosk.folder, kiosk.keys.database)
    sealer = kiosk.sealer
    kiosk.sealer = Sealer(kiosk.db, kiosk.folder, kiosk.keys, kiosk.enrolment, sealer.installation)
    second = kiosk.seal()
    other = tmp_path / "other stick"
    other.mkdir()
    kiosk.export(other)
    result = bring(platform, other)
    kiosk.db.close()
    kiosk.db, kiosk.folder = own, folder
    assert "Two chains" in result.alarm
    assert (result.taken, result.known, result.bad) == (1, 1, 0)  # each is somebody's application
    assert {first.app_id, second.app_id} <= set(held(platform))
    with platform.database.reading() as session:
        assert "copied" in session.get_one(KioskRow, kiosk.enrolment.kiosk_id).alarm


def test_a_head_behind_the_network_is_no_alarm(
    platform: Platform, kiosk: Traveller, stick: Path, tmp_path: Path
) -> None:
    """An old stick that comes late says nothing bad about its kiosk."""
    kiosk.seal()
    kiosk.export(stick)
    kiosk.seal()
    later = tmp_path / "later"
    later.mkdir()
    kiosk.export(later)
    assert bring(platform, later).is_well
    assert bring(platform, stick).is_well


def test_a_stick_that_takes_no_answers(platform: Platform, kiosk: Traveller, stick: Path) -> None:
    """The entries are held all the same, and the sentence says what is missing."""
    row = kiosk.seal()
    kiosk.export(stick)
    (stick / kiosk.bundle / "answers").write_text("no folder")
    result = bring(platform, stick)
    assert result.taken == 1
    assert "can't be written" in result.answers_problem
    assert held(platform) == [row.app_id]


def test_an_import_that_dies_is_finished_by_the_next(
    platform: Platform, kiosk: Traveller, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended between file and row: the next one finds the file and proves it."""
    rows = [kiosk.seal() for _ in range(2)]
    kiosk.export(stick)
    receive = EnvelopeFiles.receive_copy

    def die(self: EnvelopeFiles, *arguments: object) -> str:
        receive(self, *arguments)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(EnvelopeFiles, "receive_copy", die)
    with pytest.raises(KeyboardInterrupt):
        bring(platform, stick)
    monkeypatch.undo()
    assert held(platform) == []
    assert bring(platform, stick).taken == 2
    assert held(platform) == [row.app_id for row in rows]


def test_a_platform_from_before_learns_to_sign_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stick: Path
) -> None:
    """Its keyset is published anew, the kiosk takes it from the stick, and hears the rest."""
    uses = (DocumentType.DELIVERY_PROOF, DocumentType.STAFF_LIST)

    def signing_key(self: PlatformKeys) -> SigningKey:
        public = self.signing.public_key().public_bytes_raw()
        return SigningKey(hashlib.sha256(public).hexdigest()[:16], public, uses)

    old = property(signing_key)
    with monkeypatch.context() as before:
        before.setattr(PlatformKeys, "signing_key", old)
        platform = open_platform(tmp_path / "central")
        kiosk = Traveller(tmp_path / "state", platform)
    kiosk.seal()
    kiosk.export(stick)
    assert bring(platform, stick).is_well
    answered = kiosk.take_answers(stick)
    assert (answered.delivered, answered.has_new_keys, answered.problems) == (1, True, [])
    page = changes_since(platform, kiosk.enrolment.kiosk_id, 0)
    assert any(isinstance(change, KeysetChange) for change in page.changes)
    kiosk.close()
    platform.database.close()


def test_nothing_on_a_stick_is_no_bundle(platform: Platform, stick: Path) -> None:
    """An empty stick brings nothing."""
    assert import_stick(platform, stick) == []
    (stick / "doorstep-notes").mkdir()
    assert "before it began" in bring(platform, stick).refusal


def test_memory_of_the_list_is_bounded(platform: Platform, kiosk: Traveller, stick: Path) -> None:
    """A list of one endless line is signed by nobody, and read in pieces."""
    kiosk.seal()
    kiosk.export(stick)
    (names,) = (stick / kiosk.bundle).glob("entries-*.txt")
    names.write_bytes(b"x" * 5_000_000)
    assert "not the one" in bring(platform, stick).refusal


def test_no_more_is_read_than_an_entry_has(
    platform: Platform, kiosk: Traveller, stick: Path
) -> None:
    """A file of terabytes behind a good front would fill the platform's disk."""
    row = kiosk.seal()
    kiosk.export(stick)
    entry = kiosk.entry(row)
    line = BundleLine(entry.file, entry.size, entry.entry_hash)
    data = kiosk.envelope(row).read_bytes()

    def endless() -> Iterator[bytes]:
        yield data
        yield b"more"
        pytest.fail("nobody needs to look at what follows")

    who = kiosk.enrolment.kiosk_id
    assert "follow the end" in check_entry(endless(), line, who, kiosk.keys.public_key)
    with (stick / kiosk.bundle / "entries" / entry.file).open("ab") as file:
        file.write(bytes(3 << 20))
    result = bring(platform, stick)
    assert (result.taken, result.bad) == (0, 1)


def test_a_link_is_no_bundle(platform: Platform, kiosk: Traveller, stick: Path) -> None:
    """Answers would be written to wherever it leads."""
    kiosk.seal()
    kiosk.export(stick)
    elsewhere = stick.parent / "elsewhere"
    (stick / kiosk.bundle).rename(elsewhere)
    (stick / kiosk.bundle).symlink_to(elsewhere, target_is_directory=True)
    assert import_stick(platform, stick) == []
    assert not (elsewhere / "answers").exists()
