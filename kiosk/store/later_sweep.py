"""The sweep of a long queue, while residents are served already."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from kiosk.errors import StorageError
from kiosk.journal import KioskId
from kiosk.store import boot
from kiosk.store.boot import Findings
from kiosk.store.keys import Keys

_log = logging.getLogger(__name__)


class LaterSweep:
    """A sweep that was put off, on a thread and a connection of its own.

    One that does not come to its end is owed as before.
    """

    def __init__(
        self, folder: Path, keys: Keys, kiosk_id: KioskId, on_end: Callable[[Findings], None]
    ) -> None:
        """Prepare it; `start` starts it. `on_end` is called on its thread, with what it found."""
        self._folder = folder
        self._keys = keys
        self._kiosk_id = kiosk_id
        self._on_end = on_end
        self._is_stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, at: datetime) -> None:
        """Begin to sweep, as of this time."""
        self._thread = threading.Thread(target=self._run, args=(at,), name="sweep", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """End it, whether or not it is done."""
        self._is_stopping.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self, at: datetime) -> None:
        try:
            found = boot.sweep(
                self._folder, self._keys, self._kiosk_id, at, self._is_stopping.is_set
            )
        except StorageError as error:
            _log.error("SWEEP_FAILED code=%s", error.code)
            return
        if found is not None:
            self._on_end(found)
