"""Exactly once and durably: intake when it is cut, repeated, or asked twice at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlcipher3 import dbapi2 as driver
from sqlcipher3.dbapi2 import IntegrityError

from central.announcing import ManifestRefusal, Registered, register
from central.enrolment import create_code, enrol
from central.intake import (
    Upload,
    complete,
    find_upload,
    upload_offset,
)
from central.limits import Limiter
from central.opening import open_contents, open_what_waits
from central.platform import Platform, open_platform
from central.tables import HELD, EntryRow, KioskRow, LostRow
from kiosk.envelope import Contents, EntryKind, KioskId, SealedEnvelope
from sync.protocol import EnrolAnswer, Manifest, SignedDocument, make_enrol_request
from tests.support.entries import EntryWriter


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    """Open a platform of its own."""
    opened = open_platform(tmp_path)
    yield opened
    opened.database.close()


@pytest.fixture
def writer(platform: Platform) -> EntryWriter:
    """Enrol a kiosk that seals entries."""
    key = Ed25519PrivateKey.generate()
    code = create_code(platform, "Lakeside office")
    request = make_enrol_request(code, key.public_key().public_bytes_raw(), key.sign)
    answer = enrol(platform, request)
    assert isinstance(answer, EnrolAnswer)
    recipients = (platform.keys.recipient.public_key,)
    return EntryWriter(answer.kiosk, key, recipients, number=answer.numbers[0])


def announce(platform: Platform, sealed: SealedEnvelope) -> Upload:
    """Announce an entry and return its upload."""
    header = sealed.header
    result = register(platform, header.kiosk, header.app_id, Manifest(sealed.front))
    assert isinstance(result, Registered)
    upload = find_upload(platform, header.kiosk, header.app_id)
    assert upload is not None
    return upload


def receive(platform: Platform, sealed: SealedEnvelope) -> Upload:
    """Announce an entry and let all its bytes arrive, without completing it."""
    upload = announce(platform, sealed)
    with platform.files.open_upload(sealed.header.app_id) as file:
        file.write(sealed.data)
    return upload


def test_a_crash_between_file_and_row_is_healed(platform: Platform, writer: EntryWriter) -> None:
    """The file was kept, the row was not written: completing again proves it."""
    sealed = writer.seal()
    upload = receive(platform, sealed)
    platform.files.keep(sealed.header.app_id)
    assert upload_offset(platform, upload).offset == 0
    assert isinstance(complete(platform, upload), SignedDocument)
    assert platform.files.read(sealed.header.app_id) == sealed.data


def test_two_at_the_same_time_make_one_proof(platform: Platform, writer: EntryWriter) -> None:
    """Eight threads complete one upload: all get the same signed bytes."""
    upload = receive(platform, writer.seal())
    platform.files.keep(upload.app_id)
    proofs: list[SignedDocument | None] = []
    threads = [
        threading.Thread(target=lambda: proofs.append(complete(platform, upload))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(proofs) == 8
    assert len({str(proof) for proof in proofs}) == 1


def test_two_kinds_of_twice_are_forbidden_by_the_database(
    platform: Platform, writer: EntryWriter
) -> None:
    """Even code that forgets to look can't hold two entries at one place."""
    sealed = writer.seal()
    announce(platform, sealed)
    with platform.database.reading() as session:
        row = session.scalars(select(EntryRow)).one()
        values = {column.name: getattr(row, column.name) for column in EntryRow.__table__.columns}
    for change in ({}, {"app_id": "another"}):
        with (
            pytest.raises(Exception, match="UNIQUE") as caught,
            platform.database.writing() as session,
        ):
            session.execute(EntryRow.__table__.insert().values({**values, **change}))  # type: ignore[attr-defined]
        assert isinstance(caught.value.__cause__, IntegrityError)


def test_a_chain_that_splits_is_kept_twice(platform: Platform, writer: EntryWriter) -> None:
    """Another entry at a place that is taken is somebody's too: both are held, the kiosk is
    flagged.
    """
    sealed = writer.seal()
    announce(platform, sealed)
    twin = EntryWriter(writer.kiosk, writer.key, writer.recipients, writer.number).seal()
    header = twin.header
    result = register(platform, header.kiosk, header.app_id, Manifest(twin.front))
    assert isinstance(result, Registered)
    for one in (sealed, twin):
        assert complete(platform, receive(platform, one)) is not None
    with platform.database.reading() as session:
        rows = session.scalars(select(EntryRow).order_by(EntryRow.branch)).all()
        assert [(row.seq, row.branch, row.state) for row in rows] == [(1, 0, HELD), (1, 1, HELD)]
        assert "Two entries" in session.scalars(select(KioskRow)).one().alarm
    stranger = register(platform, KioskId("k-0"), header.app_id, Manifest(twin.front))
    assert stranger is ManifestRefusal.OTHER_KIOSK


def test_what_waited_is_opened_at_the_next_start(platform: Platform, writer: EntryWriter) -> None:
    """Stopped right after a proof, the entry is opened later."""
    sealed = writer.seal(photo=b"jpeg")
    complete(platform, receive(platform, sealed))
    open_what_waits(platform)
    with platform.database.reading() as session:
        row = session.get_one(EntryRow, sealed.header.app_id)
        assert (row.state, row.opening) == (HELD, "opened")
        assert row.query_code_hash
    contents = open_contents(platform, sealed.header.app_id)
    assert isinstance(contents, Contents)
    assert contents.photo_jpeg == b"jpeg"


def test_a_lost_file_is_said(platform: Platform, writer: EntryWriter) -> None:
    """A held entry without its file is an alarm, not a crash."""
    sealed = writer.seal()
    complete(platform, receive(platform, sealed))
    (platform.data / "envelopes" / f"{sealed.header.app_id}.kse").unlink()
    assert open_contents(platform, sealed.header.app_id) == "the file is damaged: too_short"


def test_opened_contents_are_on_no_disk(platform: Platform, writer: EntryWriter) -> None:
    """Name, number, code and answers are nowhere in the data folder."""
    sealed = writer.seal()
    complete(platform, receive(platform, sealed))
    open_what_waits(platform)
    for file in platform.data.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            for word in ("张桂英", "11010519491231002X", "7K4MPQ", "长明街"):
                assert word.encode() not in data, file


def test_a_limit_forgets_and_keeps_names_apart() -> None:
    """Full after as many as allowed, for that name alone; after the time it is not full."""
    limit, short = Limiter(2, 3600), Limiter(2, 0)
    for counted in (limit, short):
        counted.count("a")
        assert not counted.is_full("a")
        counted.count("a")
    assert limit.is_full("a")
    assert not limit.is_full("b")
    assert not short.is_full("a")


@pytest.mark.parametrize("kind", EntryKind)
def test_every_kind_of_entry_is_held_proven_and_opened(
    platform: Platform, writer: EntryWriter, kind: EntryKind
) -> None:
    """All travel the same way, whatever they are."""
    sealed = writer.seal(kind)
    assert complete(platform, receive(platform, sealed)) is not None
    open_what_waits(platform)
    with platform.database.reading() as session:
        row = session.get_one(EntryRow, sealed.header.app_id)
        assert (row.kind, row.state, row.opening) == (kind.value, HELD, "opened")


def test_a_database_of_before_is_brought_up_to_date(tmp_path: Path) -> None:
    """One that allowed a place in a chain only once allows a second branch; nothing is lost."""
    made = open_platform(tmp_path / "old")
    made.database.close()
    path = tmp_path / "old" / "platform.db"
    with closing(driver.connect(path, isolation_level=None)) as old:
        (shape,) = old.execute("SELECT sql FROM sqlite_master WHERE name = 'entry'").fetchone()
        before = shape.replace(", branch)", ")").replace("branch INTEGER NOT NULL, ", "")
        before = before.replace("\tbranch INTEGER NOT NULL, \n", "")
        assert "branch" not in before
        old.executescript(f"DROP TABLE entry; {before}; DROP TABLE lost;")
        old.execute("INSERT INTO site VALUES ('s', 'Lakeside', '', 0)")
        old.execute("INSERT INTO kiosk VALUES ('x', 's', x'00', '', '', 0, '', '', '')")
        names = [row[1] for row in old.execute("PRAGMA table_info(entry)")]
        values = ["x" if name not in {"seq", "number", "file_size"} else 1 for name in names]
        old.execute(f"INSERT INTO entry VALUES ({','.join('?' * len(names))})", values)  # noqa: S608
    again = open_platform(tmp_path / "old")
    with again.database.reading() as session:
        row = session.scalars(select(EntryRow)).one()
        assert (row.app_id, row.seq, row.branch) == ("x", 1, 0)
        assert session.scalars(select(LostRow)).all() == []
    again.database.close()


def test_a_file_that_is_not_the_entry_proves_nothing(
    platform: Platform, writer: EntryWriter
) -> None:
    """What lies in its place after a restored backup is looked at before it counts."""
    sealed = writer.seal()
    upload = receive(platform, sealed)
    (platform.data / "envelopes" / f"{upload.app_id}.kse").write_bytes(sealed.data[:-1])
    assert isinstance(complete(platform, upload), SignedDocument)
    assert platform.files.read(sealed.header.app_id) == sealed.data


def test_what_was_lost_and_comes_after_all_is_not_lost_any_more(
    platform: Platform, writer: EntryWriter
) -> None:
    """The office is not told for ever of something that is held."""
    upload = receive(platform, writer.seal())
    header = upload.front.header
    with platform.database.writing() as session:
        session.add(
            LostRow(
                app_id=upload.app_id,
                kiosk=header.kiosk,
                epoch=header.epoch,
                seq=header.seq,
                entry_hash=upload.front.entry_hash.hex(),
                proof="{}",
                noted_at=platform.stamp(),
            )
        )
    assert isinstance(complete(platform, upload), SignedDocument)
    with platform.database.reading() as session:
        assert session.scalars(select(LostRow)).all() == []
