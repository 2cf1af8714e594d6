"""Seals onto a disk of two megabytes until it is full, makes room, and goes on.

`unshare --mount python -m tests.store.small_disk FOLDER`: the disk is mounted over FOLDER in a
namespace of its own and is gone with it. Prints one JSON object.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from kiosk.errors import DiskFull
from kiosk.store import entries
from kiosk.store.engine import quick_check
from tests.support.sealing_places import SealingPlace

BALLAST_BYTES = 600_000


def main(mount: Path) -> None:
    """Fill the disk."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(mount)], check=True)
    ballast = mount / "ballast"
    ballast.write_bytes(bytes(BALLAST_BYTES))
    place = SealingPlace(mount / "state")
    sealer = place.open()
    shown: list[str] = []
    refused = 0
    for _ in range(2000):
        try:
            shown.append(place.seal(sealer).number)
        except DiskFull:
            refused += 1
            if refused == 5:
                break
    before = len(shown)
    ballast.unlink()
    shown.append(place.seal(sealer).number)
    rows = entries.unregistered(sealer.db, 5000)
    is_whole = all(place.contents(row.file) is not None for row in rows)
    told = {
        "refused": refused,
        "sealed_before": before,
        "sealed_after": len(shown) - before,
        "rows": [str(row.header.receipt_number) for row in rows],
        "shown": shown,
        "is_whole": is_whole and place.files() == sorted(row.file for row in rows),
        "is_well": quick_check(sealer.db),
    }
    place.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
