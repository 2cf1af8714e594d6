"""State folders with long queues: true chains of true envelopes, made faster than by visits.

Every entry is chained, signed, and lies in a file that can be parsed, as if it had been sealed
while the network was away for weeks. Only what is encrypted is the same in all of them.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.envelope import EnvelopeFront, entry_hash, uuid7
from kiosk.store import applications, entries
from kiosk.store.applications import ApplicationRow
from kiosk.store.engine import ENVELOPES, Database, writing
from kiosk.store.keys import Keys
from tests.support.sealing_places import SealingPlace, now

AT_ONCE = 5000


def queue_of(folder: Path, count: int) -> SealingPlace:
    """Return an open place where `count` applications wait, each with its file and its rows."""
    place = SealingPlace(folder)
    sealer = place.open()
    fill(sealer.db, folder, place.keys, place.seal(sealer), count - 1)
    return place


def fill(db: Database, folder: Path, keys: Keys, last: ApplicationRow, more: int) -> None:
    """Add `more` entries behind the last one of a chain, which `last` stands for."""
    entry = entries.find(db, last.app_id)
    assert entry is not None, "it was sealed a moment ago"
    front = entry.front
    sealed_part = (folder / ENVELOPES / entry.file).read_bytes()[front.sealed_at :]
    sign = Ed25519PrivateKey.from_private_bytes(keys.signing).sign
    at = now().at - timedelta(days=21)
    for start in range(0, more, AT_ONCE):
        with writing(db):
            for number in range(start, min(start + AT_ONCE, more)):
                when = at + timedelta(seconds=30 * number)
                app_id = uuid7(int(when.timestamp() * 1000), secrets.token_bytes(10))
                header = replace(front.header, seq=front.header.seq + 1, app_id=app_id)
                digest = entry_hash(front.entry_hash, header)
                front = EnvelopeFront(header, front.entry_hash, digest, sign(digest))
                file = f"{header.epoch[:8]}-{header.seq:08}-{app_id}.env"
                (folder / ENVELOPES / file).write_bytes(front.to_bytes() + sealed_part)
                entries.add(db, front, file, when, is_acknowledged=True)
                waiting = replace(
                    last,
                    app_id=app_id,
                    number=str(header.receipt_number),
                    received_at=when.astimezone(UTC),
                    lookup=secrets.token_bytes(32),
                )
                applications.add(db, waiting)
