"""The look at the store that comes before every use of it, once for all lanes of a program."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # SQLCipher is loaded in the lanes
    from kiosk.clock import Clock
    from kiosk.journal import KioskId
    from kiosk.store.boot import Findings, Hold


@dataclass(slots=True)
class StoreGate:
    """Lets the first lane that comes look at the store, and the others wait for it.

    While the program runs, the store is held against programs that would build it anew.
    """

    may_rebuild: bool = True
    """False for who only looks: a damaged database is then said, and left where it is."""
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _findings: Findings | None = field(default=None, init=False)
    _is_fresh: bool = field(default=False, init=False)
    _hold: Hold | None = field(default=None, init=False)

    def pass_through(self, folder: Path, kiosk_id: KioskId, clock: Clock) -> None:
        """Return when the store was looked at in this program.

        Raises:
            StorageError: The store can't be used.
        """
        with self._lock:
            if self._findings is None:
                self._look(folder, kiosk_id, clock, may_put_off=True)

    def take_findings(
        self, folder: Path, kiosk_id: KioskId, clock: Clock, *, may_put_off: bool = False
    ) -> Findings:
        """Return what a look found that nobody took yet, looking if there was none.

        `may_put_off`: whoever takes them does a sweep that they owe.

        Raises:
            StorageError: The store can't be used.
        """
        with self._lock:
            found = (
                self._findings
                if self._is_fresh and self._findings
                else self._look(folder, kiosk_id, clock, may_put_off=may_put_off)
            )
            self._is_fresh = False
            return found

    def _look(
        self, folder: Path, kiosk_id: KioskId, clock: Clock, *, may_put_off: bool
    ) -> Findings:
        from kiosk.store.boot import Hold, check_store
        from kiosk.store.keys import load_keys

        self._hold = self._hold or Hold(folder)
        keys = load_keys(folder)
        at = clock.now().at
        self._findings = check_store(
            folder,
            keys,
            kiosk_id,
            at,
            self._hold,
            may_rebuild=self.may_rebuild,
            may_put_off=may_put_off,
        )
        self._is_fresh = True
        return self._findings
