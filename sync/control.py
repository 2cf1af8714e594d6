"""What the kiosk tells about itself in sealed entries of its own: that its clock jumped, that a new
epoch began.

They travel like any other entry, so that the chain has no gap that nobody can explain. What is to
be told is kept in the store until the very transaction that stores the entry, so it is told once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from kiosk.clock import Moment
from kiosk.envelope import ControlNote
from kiosk.errors import EnrolmentError, StorageError
from kiosk.sealing import Notes, Sealer
from kiosk.store import facts, time_known
from kiosk.store.engine import Database
from kiosk.store.installation import EPOCH_UNTOLD
from kiosk.timekeeping import BelievedClock, Jump, due_jump, jump_told, learn

_log = logging.getLogger(__name__)


def learn_time(
    db: Database, clock: BelievedClock, sent: Moment, got: Moment, server_time: datetime
) -> None:
    """Keep the platform's time from an answer to a signed call over the pinned connection."""
    try:
        time_known.change(db, clock, lambda known, _: learn(known, sent, got, server_time))
    except StorageError as error:
        _log.error("CLOCK_NOT_KEPT code=%s", error.code)


def tell_about_itself(sealer: Callable[[], Sealer | None], clock: BelievedClock) -> None:
    """Seal what is to be told about this kiosk, if anything is; it goes in the same round."""
    try:
        made = sealer()
        if made is not None:
            _tell_new_epoch(made, clock)
            _tell_jump(made, clock)
    except (StorageError, EnrolmentError) as error:
        # A full disk must not keep from being sent what would empty it.
        _log.error("CONTROL_NOT_SEALED code=%s", error.code)


def _tell_new_epoch(sealer: Sealer, clock: BelievedClock) -> None:
    why = facts.get(sealer.db, EPOCH_UNTOLD)
    if not why:
        return
    sealer.seal_control(
        clock.now(),
        ((ControlNote.NEW_EPOCH.value, why),),
        lambda: facts.set_inside(sealer.db, EPOCH_UNTOLD, ""),
    )


def _tell_jump(sealer: Sealer, clock: BelievedClock) -> None:
    jump = due_jump(clock.known, clock.raw.now())
    if jump is None:
        return
    _log.warning("CLOCK_JUMPED by_s=%d", (jump.after - jump.before).total_seconds())

    def told() -> None:
        time_known.change_inside(sealer.db, clock, jump_told)

    sealer.seal_control(clock.now(), jump_notes(jump), told)
    clock.known = time_known.load(sealer.db)


def jump_notes(jump: Jump) -> Notes:
    """Return what an entry tells of a jump: times to the second, and its size in seconds."""
    return (
        (ControlNote.CLOCK_JUMP.value, str(jump.count)),
        ("before", _second(jump.before)),
        ("after", _second(jump.after)),
        ("by_s", str(round((jump.after - jump.before).total_seconds()))),
    )


def _second(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
