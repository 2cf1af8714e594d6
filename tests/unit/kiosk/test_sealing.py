"""Sealing: all or nothing at every point of failure, numbers used once, opened by nobody here."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain import StaffMember, StaffRole
from kiosk.envelope import RecipientPrivateKey, Torn, parse, parse_receipt_number
from kiosk.errors import DiskFull, EnrolmentError, StorageError
from kiosk.journal import EntryKind, genesis
from kiosk.sealing import QUARANTINE, Sealer
from kiosk.store import applications, entries
from kiosk.store.installation import NUMBERS_USED, open_installation
from tests.support.failing_disk import FailingDisk
from tests.support.sealing_places import SERVICE, SealingPlace, a_record, now

POINTS = 7
"""Calls that make an envelope durable: open, write, fsync, rename, then open and fsync of its
folder; and one more to show that there are no others.
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[SealingPlace]:
    """A state folder nothing was sealed in yet."""
    place = SealingPlace(tmp_path / "state")
    yield place
    place.close()


@pytest.fixture
def sealer(place: SealingPlace) -> Sealer:
    """What seals into it."""
    return place.open()


def check_all_or_nothing(place: SealingPlace, sealer: Sealer) -> None:
    """Every row has its whole file, every file its row, and the chain has no gap."""
    rows = entries.unregistered(sealer.db, 1000)
    assert sorted(row.file for row in rows) == place.files()
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    previous = genesis(place.enrolment.kiosk_id, sealer.installation.epoch)
    for row in rows:
        parts = parse((place.envelopes / row.file).read_bytes())
        assert not isinstance(parts, Torn)
        assert (row.prev_hash, row.entry_hash) == (previous, parts.front.entry_hash)
        previous = row.entry_hash


def test_what_was_sealed_is_there_whole(place: SealingPlace, sealer: Sealer) -> None:
    """Row, entry and envelope say the same number; the platform's key opens it."""
    helper = StaffMember("v-7", "Li Wen", StaffRole.VOLUNTEER)
    row = place.seal(sealer, a_record(helper=helper))
    entry = entries.find(sealer.db, row.app_id)
    assert entry is not None
    assert entry.is_acknowledged
    told = place.contents(entry.file)
    assert told is not None
    assert told.person == a_record().person
    assert told.helper == helper
    assert told.receipt_number == row.number
    assert told.query_code == row.query_code
    assert applications.find(sealer.db, row.app_id) == row
    check_all_or_nothing(place, sealer)


def test_the_kiosk_cannot_open_what_it_sealed(place: SealingPlace, sealer: Sealer) -> None:
    """No key that lies on the kiosk opens an envelope, tried as every kind of key it could be."""
    place.seal(sealer)
    (file,) = place.files()
    secrets = [path.read_text().strip() for path in (place.folder / "keys").iterdir()]
    assert len(secrets) == 3
    for secret in secrets:
        raw = bytes.fromhex(secret)
        for candidate in (raw, raw[:32], (raw * 4)[:96], raw[:32] * 3):
            key = RecipientPrivateKey.from_bytes(candidate)
            assert key is None or place.contents(file, key) is None
    assert place.contents(file, RecipientPrivateKey.generate()) is None
    assert place.contents(file) is not None


def test_neither_name_nor_number_lies_there_in_clear(place: SealingPlace, sealer: Sealer) -> None:
    """No file of the state folder holds name, number or address of the resident."""
    person = a_record().person
    place.seal(sealer)
    place.close()
    for path in place.folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for canary in (person.full_name, person.document_number, person.address):
                assert canary.encode() not in data, path.name
                assert canary.encode("utf-16-le") not in data, path.name


@pytest.mark.may_warn("undoing fails on a disk that stays full")
@pytest.mark.parametrize("is_lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["disk full", "disk error"])
@pytest.mark.parametrize("point", range(1, POINTS + 1))
def test_a_disk_that_fails_at_any_point_costs_nothing(
    place: SealingPlace,
    sealer: Sealer,
    monkeypatch: pytest.MonkeyPatch,
    point: int,
    code: int,
    is_lasting: bool,  # noqa: FBT001 - pytest gives it
) -> None:
    """A failed seal leaves nothing behind that counts, and the next one has the next number."""
    first = place.seal(sealer)
    disk = FailingDisk(monkeypatch, place.envelopes)
    disk.fail_at(point, code=code, is_lasting=is_lasting)
    if point == POINTS:
        place.seal(sealer)
        assert disk.calls == ["open", "write", "fsync", "rename", "open", "fsync"]
        return
    with pytest.raises(DiskFull if code == errno.ENOSPC else StorageError):
        place.seal(sealer)
    disk.mend()
    second = place.seal(sealer)
    check_all_or_nothing(place, sealer)
    numbers = [parse_receipt_number(row.number) for row in (first, second)]
    assert None not in numbers
    assert len(set(numbers)) == 2
    acknowledged = [row for row in entries.unregistered(sealer.db, 10) if row.is_acknowledged]
    assert len(acknowledged) == 2


@pytest.mark.may_warn("the row that is refused is told")
@pytest.mark.parametrize("table", ["entries", "applications"])
def test_a_row_that_is_refused_takes_the_file_with_it(
    place: SealingPlace, sealer: Sealer, table: str
) -> None:
    """When one of the rows can't be written, neither the other nor the file stays."""
    place.seal(sealer)
    sealer.db.conn.execute(
        f"CREATE TEMP TRIGGER no_more BEFORE INSERT ON {table}"
        " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    )
    with pytest.raises(DiskFull):
        place.seal(sealer)
    assert len(place.files()) == 1
    sealer.db.conn.execute("DROP TRIGGER no_more")
    place.seal(sealer)
    check_all_or_nothing(place, sealer)


def test_a_database_without_room_refuses_and_recovers(place: SealingPlace, sealer: Sealer) -> None:
    """A full database says DiskFull, keeps what it has, and goes on once there is room."""
    place.seal(sealer)
    (pages,) = sealer.db.conn.execute("PRAGMA page_count").fetchone()
    sealer.db.conn.execute(f"PRAGMA max_page_count={pages}").fetchall()

    def seal_many() -> None:
        for _ in range(50):
            place.seal(sealer)

    with pytest.raises(DiskFull):
        seal_many()
    sealer.db.conn.execute("PRAGMA max_page_count=100000").fetchall()
    place.seal(sealer)
    check_all_or_nothing(place, sealer)


@pytest.mark.may_warn("a file that can't be taken away is told")
def test_a_file_that_survived_its_failed_seal_keeps_its_number(
    place: SealingPlace, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be undone is adopted; its number goes to nobody else."""
    disk = FailingDisk(monkeypatch, place.envelopes)
    disk.fail_at(5, is_lasting=True)  # the file is there; its folder can't be made durable
    with pytest.raises(DiskFull):
        place.seal(sealer)
    disk.mend()
    row = place.seal(sealer)
    adopted, sealed = entries.unregistered(sealer.db, 10)
    assert not adopted.is_acknowledged
    assert sealed.app_id == row.app_id
    assert str(adopted.header.receipt_number) != row.number
    check_all_or_nothing(place, sealer)


@pytest.mark.may_warn("what is put aside is told")
@pytest.mark.parametrize("damage", ["short", "long", "flipped", "foreign", "empty", "a_copy"])
def test_what_is_no_envelope_of_ours_is_put_aside(
    place: SealingPlace, sealer: Sealer, damage: str, tmp_path: Path
) -> None:
    """A torn or foreign file is moved to quarantine, never deleted, and nothing else suffers."""
    other = SealingPlace(tmp_path / "other" / "state")
    other.seal(other.open())
    data = (other.envelopes / other.files()[0]).read_bytes()
    other.close()
    if damage in {"short", "long", "flipped", "a_copy"}:  # of this kiosk's own key
        place.seal(sealer)
        data = (place.envelopes / place.files()[0]).read_bytes()
    match damage:
        case "short":
            data = data[:-1]
        case "long":
            data += b"\0"
        case "flipped":
            data = data[:-40] + bytes([data[-40] ^ 1]) + data[-39:]
        case "empty":
            data = b""
    strange = place.envelopes / "ffffffff-00000009-strange.env"
    strange.write_bytes(data)
    before = set(place.files())
    assert sealer.adopt(now()) == 0
    assert set(place.files()) == before - {strange.name}
    assert (place.envelopes / QUARANTINE / strange.name).read_bytes() == data
    check_all_or_nothing(place, sealer)


def test_a_draft_is_swept_away(place: SealingPlace, sealer: Sealer) -> None:
    """Half a file from a power cut is no envelope yet, and is removed at the next start."""
    (place.envelopes / "ab.env.tmp").write_bytes(b"half")
    assert sealer.adopt(now()) == 0
    assert place.files() == []


def test_a_rating_is_an_entry_of_its_own(place: SealingPlace, sealer: Sealer) -> None:
    """A rating names its application as subject, and says nothing of the person."""
    row = place.seal(sealer)
    rated = place.rate(sealer, row)
    found = {entry.app_id: entry for entry in entries.unregistered(sealer.db, 10)}
    rating = next(entry for app_id, entry in found.items() if app_id == rated)
    assert (rating.header.kind, rating.header.subject) == (EntryKind.RATING, row.app_id)
    told = place.contents(rating.file)
    assert told is not None
    assert (told.rating, told.person, told.query_code) == (4, None, "")


def test_a_database_set_up_anew_uses_another_number(place: SealingPlace, sealer: Sealer) -> None:
    """Every epoch uses up a number; with all of them used, nothing can be sealed, and it is said.

    The database is what was lost, so it can't be what remembers.
    """
    assert sealer.installation.number == 3702
    for expected in (3703, None):
        place.close()
        for file in place.folder.glob("kiosk.db*"):
            file.rename(file.with_name(f"old-{expected}-{file.name}"))
        if expected is None:
            with pytest.raises(EnrolmentError, match="No kiosk number is left"):
                place.open()
        else:
            assert place.open().installation.number == expected


def test_an_installation_keeps_epoch_and_number(place: SealingPlace, sealer: Sealer) -> None:
    """Starting again changes nothing; a number file nobody can read is said, not guessed."""
    again = open_installation(place.store(), place.enrolment, place.folder)
    assert again == sealer.installation
    place.close()
    for file in place.folder.glob("kiosk.db*"):
        file.unlink()
    (place.folder / NUMBERS_USED).write_text("many")
    with pytest.raises(StorageError, match=NUMBERS_USED):
        place.open()


def test_the_header_says_only_the_routing_group(place: SealingPlace, sealer: Sealer) -> None:
    """What can be read without a key names the group of the service, and no service or person."""
    place.seal(sealer)
    (entry,) = entries.unregistered(sealer.db, 10)
    assert entry.header.service == SERVICE.routing_group != SERVICE.service_id


@pytest.mark.may_warn("what is adopted is told")
def test_what_a_lost_database_left_undelivered_is_taken_in_again(
    place: SealingPlace, sealer: Sealer
) -> None:
    """With the database gone, envelopes of the epoch before are still sent, under their own ids."""
    rows = [place.seal(sealer) for _ in range(3)]
    sealer.db.close()
    for path in place.folder.glob("kiosk.db*"):
        path.unlink()
    anew = place.open()
    assert anew.adopt(now()) == len(rows)
    found = entries.unregistered(anew.db, 10)
    assert [entry.app_id for entry in found] == [row.app_id for row in rows]
    assert place.seal(anew).number[:4] != rows[0].number[:4]
