"""Where it is kept how often a wrong PIN was typed, so that pulling the plug forgives nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kiosk.clock import Moment


@dataclass(frozen=True, slots=True)
class Lock:
    """What is known of one account's wrong PINs.

    `failures` counts them since the last right one. `wait_s` seconds have to pass after `since`
    before the next try; 0 for none. `boot` names the running of the machine in which
    `since.monotonic_s` counts: readings of another one can't be compared.
    """

    failures: int = 0
    wait_s: int = 0
    since: Moment | None = None
    """When the wait began; None exactly when `wait_s` is 0."""
    boot: str = ""


OPEN = Lock()
"""No wrong PIN since the last right one."""


class LockKeeper(Protocol):
    """Keeps the locks of a machine's accounts; used from one thread."""

    def load(self, staff_id: str) -> Lock:
        """Return the lock that was saved last for an account, `OPEN` when none was.

        Args:
            staff_id: The account; "" is the technician's.
        """

    def save(self, staff_id: str, lock: Lock) -> None:
        """Keep the lock of an account; it is durable when this returns.

        Raises:
            StorageError: It was not kept; nobody is let in.
        """
