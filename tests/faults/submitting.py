"""What the disk harnesses have sealed: applications with portraits of any size, and ratings."""

from __future__ import annotations

import random
from dataclasses import replace

from kiosk.sealing import Sealer
from tests.support.builders import a_photo
from tests.support.sealing_places import SealingPlace, a_record

MOST_PHOTO_BYTES = 100_000


def submit(
    place: SealingPlace, sealer: Sealer, dice: random.Random, most_bytes: int = MOST_PHOTO_BYTES
) -> dict[str, str]:
    """Seal an application as the desk does, now and then with a rating; return what is shown.

    Raises:
        StorageError: Nothing was stored.
    """
    picture = replace(a_photo(), jpeg=dice.randbytes(dice.randrange(1, most_bytes)))
    row = place.seal(sealer, a_record(photo=picture))
    return {str(row.app_id): row.number}


def rate_last(place: SealingPlace, sealer: Sealer, shown: dict[str, str]) -> dict[str, str]:
    """Rate the application that was shown last; return what that adds to what is shown."""
    from kiosk.domain import AppId
    from kiosk.store import applications

    row = applications.find(sealer.db, AppId(list(shown)[-1]))
    assert row is not None
    return {place.rate(sealer, row): ""}
