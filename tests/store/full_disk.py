"""Fills a disk to the last byte and gets out of it again by giving the ballast up.

`unshare --mount python -m tests.store.full_disk FOLDER`, as `small_disk`. Prints one JSON object.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from kiosk.errors import StorageError
from kiosk.store import ballast, entries
from kiosk.store.engine import Database, quick_check
from tests.support.sealing_places import SealingPlace, now

BYTES = 3_000_000


def main(mount: Path) -> None:
    """Fill the disk."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(mount)], check=True)
    place = SealingPlace(mount / "state")
    sealer = place.open()
    was_made = ballast.ensure(place.folder, BYTES)
    rows = [place.seal(sealer) for _ in range(40)]
    with (mount / "filler").open("wb", buffering=0) as filler:
        try:
            while filler.write(bytes(4096)):
                pass
        except OSError:
            pass
    delivered = deliver_some(sealer.db, [row.app_id for row in rows])
    before = len(delivered)
    was_released = ballast.release(place.folder)
    delivered |= deliver_some(sealer.db, [row.app_id for row in rows])
    told = {
        "was_made": was_made,
        "delivered_before": before,
        "was_released": was_released,
        "delivered": len(delivered),
        "open": entries.open_count(sealer.db),
        "is_made_on_a_full_disk": ballast.ensure(place.folder, BYTES),
        "is_well": quick_check(sealer.db),
    }
    (mount / "filler").unlink()
    told["is_made_again"] = ballast.ensure(place.folder, BYTES)
    place.close()
    print(json.dumps(told))


def deliver_some(db: Database, app_ids: list[str]) -> set[str]:
    """Record proofs until it fails; return whose was recorded."""
    done = set()
    for app_id in app_ids:
        entry = next((it for it in entries.unregistered(db, 99) if it.app_id == app_id), None)
        try:
            if entry is not None:
                entries.deliver(db, entry.app_id, json.dumps({"proof": "x" * 900}), now().at)
                done.add(app_id)
        except StorageError:
            break
    return done


if __name__ == "__main__":
    main(Path(sys.argv[1]))
