"""What a stolen disk tells about a resident: nothing, even with the database key in hand."""

from __future__ import annotations

import logging
import shutil
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from kiosk.domain import Photo
from kiosk.flow.effects import ApplicationRecord
from kiosk.store import applications, audit, entries
from kiosk.store.engine import FILE_NAME
from kiosk.store.keys import DatabaseKey
from tests.support.builders import a_person, a_photo
from tests.support.sealing_places import SealingPlace, a_record, now

PAGE, RESERVED, SALT = 4096, 80, 16
WAL_HEADER, FRAME_HEADER = 32, 24
CANARIES = tuple(f"canary-{number:02}-{number * 7919:08x}-张桂英" for number in range(30))


def a_visit() -> ApplicationRecord:
    """Return a record with a canary in everything a resident says, shows or is."""
    person = replace(a_person(), full_name=CANARIES[0], address=CANARIES[1])
    taken = a_photo()
    photo: Photo = replace(taken, jpeg=taken.jpeg + CANARIES[2].encode())
    answers = tuple((f"question_{i}", canary) for i, canary in enumerate(CANARIES[3:]))
    return replace(a_record(photo=photo, person=person), answers=answers)


def opened_pages(path: Path, key: DatabaseKey) -> Iterator[bytes]:
    """Yield every page of a database or of its write-ahead log, decrypted: free ones, too."""
    data = path.read_bytes()
    if path.name.endswith("-wal"):
        step, first, skip = PAGE + FRAME_HEADER, WAL_HEADER, FRAME_HEADER
    else:
        step, first, skip = PAGE, 0, 0
    for at in range(first, len(data) - step + 1, step):
        page = data[at + skip : at + step]
        number = struct.unpack(">I", data[at : at + 4])[0] if skip else at // PAGE + 1
        sealed = page[SALT if number == 1 else 0 : PAGE - RESERVED]
        nonce = page[PAGE - RESERVED : PAGE - RESERVED + 16]
        opener = Cipher(AES(key.key), CBC(nonce)).decryptor()
        yield opener.update(sealed) + opener.finalize()


def found_in(data: bytes) -> list[str]:
    """Return the canaries that stand there, in any spelling a program may use."""
    return [
        canary
        for canary in CANARIES
        if any(
            spelling in data
            for spelling in (
                canary.encode(),
                canary.encode("utf-16-le"),
                canary.encode("unicode_escape"),
                canary[:18].encode(),
            )
        )
    ]


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
    applications.count_print(sealer.db, rows[0].app_id)
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
            assert found_in(path.read_bytes()) == [], path.name
    logged = caplog.text + "".join(capfd.readouterr())
    assert found_in(logged.encode()) == []
    pages = b""
    for name in (FILE_NAME, f"{FILE_NAME}-wal"):
        pages += b"".join(opened_pages(stolen / name, key))
    assert found_in(pages) == []
    assert found_in(plain.read_bytes()) == []
    for known in (rows[0].number.encode(), b"VISIT_ENDED", b"CREATE TABLE entries"):
        assert known in pages
        assert known in plain.read_bytes()
    assert found_in(b"so it looks: " + CANARIES[7].encode()) == [CANARIES[7]]
