"""What a stolen disk tells about a resident: nothing, even with the database key in hand."""

from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.flow.effects import ApplicationRecord
from kiosk.photos import Photo
from kiosk.store import audit, entries, prints
from kiosk.store.engine import FILE_NAME
from tests.support.builders import a_person, a_photo
from tests.support.sealing_places import SealingPlace, a_record, now
from tests.support.traces import found_in, opened_pages

CANARIES = tuple(f"canary-{number:02}-{number * 7919:08x}-张桂英" for number in range(30))


def a_visit() -> ApplicationRecord:
    """Return a record with a canary in everything a resident says, shows or is."""
    person = replace(a_person(), full_name=CANARIES[0], address=CANARIES[1])
    taken = a_photo()
    photo: Photo = replace(taken, jpeg=taken.jpeg + CANARIES[2].encode())
    answers = tuple((f"question_{i}", canary) for i, canary in enumerate(CANARIES[3:]))
    return replace(a_record(photo=photo, person=person), answers=answers)


def found(data: bytes) -> list[str | bytes]:
    """Return the canaries that stand there, in any spelling a program may use."""
    return list(found_in(data, CANARIES))


def test_a_stolen_disk_tells_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Thirty canaries of a visit stand in no file, log or paper, nor in any decrypted page of
    database and write-ahead log, nor in a plain copy made with the key. What the kiosk may know
    stands there: the search would have found them.
    """
    caplog.set_level(logging.DEBUG)
    place = SealingPlace(tmp_path / "state")
    sealer = place.open()
    rows = [place.seal(sealer, a_visit()) for _ in range(3)]
    for row in rows:
        place.rate(sealer, row)
        audit.write(sealer.db, now().at, "VISIT_ENDED")
    entries.deliver(sealer.db, rows[0].app_id, "{}", now().at)
    prints.begin(sealer.db, rows[0].app_id)
    stolen = tmp_path / "stolen"
    shutil.copytree(place.folder, stolen)  # with the write-ahead log, as a pulled plug leaves it
    key = place.keys.database
    plain = tmp_path / "plain.db"
    sealer.db.conn.execute(f"ATTACH DATABASE '{plain}' AS plain KEY ''")
    sealer.db.conn.execute("SELECT sqlcipher_export('plain')").fetchall()
    sealer.db.conn.execute("DETACH DATABASE plain")
    contents = place.contents(place.files()[0])
    assert contents is not None
    assert contents.person is not None
    assert contents.person.full_name == CANARIES[0]  # they are in the envelope, for the platform
    place.close()

    for path in stolen.rglob("*"):
        if path.is_file():
            assert found(path.read_bytes()) == [], path.name
    logged = caplog.text + "".join(capfd.readouterr())
    assert found(logged.encode()) == []
    pages = b""
    for name in (FILE_NAME, f"{FILE_NAME}-wal"):
        pages += b"".join(opened_pages(stolen / name, key))
    assert found(pages) == []
    assert found(plain.read_bytes()) == []
    for known in (rows[0].number.encode(), b"VISIT_ENDED", b"CREATE TABLE entries"):
        assert known in pages
        assert known in plain.read_bytes()
    assert found(b"so it looks: " + CANARIES[7].encode()) == [CANARIES[7]]
