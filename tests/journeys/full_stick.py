"""Exports onto a stick of three megabytes until it is full, takes it to the platform, goes on.

`unshare --mount python -m tests.journeys.full_stick FOLDER`: the stick is mounted in a namespace of
its own and is gone with it. Prints one JSON object.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from central.platform import open_platform
from kiosk.errors import StickError
from kiosk.store import entries
from tests.support.sticks import Traveller, bring, held

BALLAST_BYTES = 2_900_000
MOST_TRIPS = 20


def main(folder: Path) -> None:
    """Fill it, twice: first with what is not ours, then trip by trip."""
    stick = folder / "stick"
    stick.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(stick)], check=True)
    ballast = stick / "holiday.jpg"
    platform = open_platform(folder / "central")
    kiosk = Traveller(folder / "state", platform)
    rows = [kiosk.seal() for _ in range(60)]
    ballast.write_bytes(bytes(BALLAST_BYTES))
    said, trips = "", 0
    try:
        kiosk.export(stick)
    except StickError as error:
        said = error.what
    first = bring(platform, stick)
    kiosk.take_answers(stick)
    left = entries.open_count(kiosk.db)
    ballast.unlink()
    while entries.open_count(kiosk.db) and trips < MOST_TRIPS:
        trips += 1
        kiosk.export(stick)
        bring(platform, stick)
        kiosk.take_answers(stick)
    told = {
        "said": said,
        "was_interrupted": first.was_interrupted,
        "first": first.taken,
        "missing": first.missing,
        "left": left,
        "trips": trips,
        "open": entries.open_count(kiosk.db),
        "is_whole": held(platform) == [row.app_id for row in rows],
    }
    kiosk.close()
    platform.database.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
