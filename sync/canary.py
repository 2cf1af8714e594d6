"""Every month a canary: proof that the platform can still open what this kiosk seals.

Everything sealed here can be opened only there. Whether it can is known too late if nobody asks
before a resident depends on it. A canary travels like any entry; the platform opens it and answers
with a status. After a change of keys one goes at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kiosk.clock import Moment
from kiosk.domain import AppId
from kiosk.sealing import Sealer
from kiosk.store import facts
from kiosk.store.canaries import FAILED_AT, OPENED_AT, SENT_AT, SENT_FOR, SENT_ID, time_of
from kiosk.store.engine import Database

EVERY = timedelta(days=30)
FIRST_AFTER = timedelta(days=1)


def seal_if_due(
    sealer: Sealer,
    at: Moment,
    server_time: datetime,
    *,
    every: timedelta = EVERY,
    keyset: int = 1,
) -> AppId | None:
    """Seal a canary if the last one is old enough by the platform's time, or keys have changed.

    Args:
        sealer: Seals it; with nobody to seal to there is nothing to ask.
        at: Now.
        server_time: Now, by the platform.
        every: How often the platform is asked.
        keyset: Version of the keyset in force.

    Raises:
        StorageError: It can't be stored.
    """
    if not sealer.renewed_enrolment().recipients:
        return None
    last = time_of(sealer.db, SENT_AT)
    if last is None or last > server_time:  # never, or sent to a platform that was ahead
        facts.put(sealer.db, SENT_AT, (server_time - every + FIRST_AFTER).isoformat())
        facts.put(sealer.db, SENT_FOR, str(keyset))
        return None
    has_new_keys = facts.get(sealer.db, SENT_FOR) not in {None, str(keyset)}
    if server_time - last < every and not has_new_keys:
        return None
    app_id = sealer.seal_canary(at)
    facts.put(sealer.db, SENT_ID, app_id)
    facts.put(sealer.db, SENT_AT, server_time.isoformat())
    facts.put(sealer.db, SENT_FOR, str(keyset))
    return app_id


def take_answer(db: Database, app_id: AppId, as_of: datetime, *, is_opened: bool) -> bool:
    """Keep the answer to a canary; say whether this entry is one.

    Raises:
        StorageError: It can't be kept.
    """
    if facts.get(db, SENT_ID) != app_id:
        return False
    facts.put(db, OPENED_AT if is_opened else FAILED_AT, as_of.isoformat())
    return True
