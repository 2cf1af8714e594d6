"""A program that seals, and is ended by SIGKILL at a named point: `python -m tests.store.dying`.

Points: draft (half the file is written), renamed (the file is there, no row), rows (rows written,
not committed), committed (durable, and nobody was told).
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from kiosk.envelope import RecipientPrivateKey
from kiosk.store import applications, entries
from tests.support.sealing_places import SealingPlace


def main(folder: Path, recipient: str, point: str) -> None:
    """Seal once, and once more until the point."""
    key = RecipientPrivateKey.from_bytes(bytes.fromhex(recipient))
    assert key is not None
    place = SealingPlace(folder, key)
    sealer = place.open()
    print(place.seal(sealer).number, flush=True)
    match point:
        case "draft":
            _die_at(os, "write", after=True)
        case "renamed":
            _die_at(entries, "add", after=False)
        case "rows":
            _die_at(applications, "add", after=True)
        case "committed":
            place.seal(sealer)
            os.kill(os.getpid(), signal.SIGKILL)
    place.seal(sealer)
    print("survived", flush=True)


def _die_at(room: object, name: str, *, after: bool) -> None:
    original: Callable[..., object] = getattr(room, name)

    def dying(*args: object, **options: object) -> object:
        if after and name == "write":
            original(args[0], bytes(args[1])[:100])  # type: ignore[call-overload] # os.write's own
        elif after:
            original(*args, **options)
        os.kill(os.getpid(), signal.SIGKILL)
        return None

    setattr(room, name, dying)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
