"""A note beside the program that a receipt printer has a paper: what a killed program leaves to the
next one.

As long as the program that wrote it runs it holds a lock on the file, so that another program that
only looks (`kiosk doctor`) does not take its paper for a broken one, and send into its middle what
ends a broken command.
"""

from __future__ import annotations

import fcntl
import logging
import os
from pathlib import Path

MOST_OWED = 65_536
"""More than a command of any profile has, in bytes."""

_log = logging.getLogger(__name__)


class UnderWay:
    """One file; used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Keep where it is; nothing is opened."""
        self._path = path
        self._held: int | None = None

    def left(self) -> int | None:
        """Return how many bytes a command may miss that a dead program broke off; None: nothing
        is left, or the program still runs.
        """
        try:
            held = self._locked(os.O_RDONLY)
        except FileNotFoundError:
            return None
        except OSError:
            return MOST_OWED
        if held is None:
            return None
        try:
            owed = int(os.read(held, 16))
            return owed if 0 <= owed <= MOST_OWED else MOST_OWED
        except (OSError, ValueError):
            return MOST_OWED
        finally:
            os.close(held)

    def note(self, owed: int | None) -> None:
        """Write down what a command may miss, in bytes; None: no paper is under way."""
        try:
            if owed is None:
                self._path.unlink(missing_ok=True)
                self.close()
                return
            if self._held is None:
                self._held = self._locked(os.O_RDWR | os.O_CREAT)
            if self._held is None:  # another program's paper; both can't be noted
                return
            said = f"{owed}\n".encode("ascii")
            os.pwrite(self._held, said, 0)
            os.ftruncate(self._held, len(said))
        except OSError:
            _log.warning("PAPER_NOT_NOTED")

    def close(self) -> None:
        """Let go of the file; what it says stays."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def _locked(self, flags: int) -> int | None:
        """Open the file with its lock; None: another program holds it."""
        file = os.open(self._path, flags | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return None
        except OSError:
            os.close(file)
            raise
        return file
