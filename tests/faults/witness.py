"""Who remembers what a kiosk showed, however the kiosk ends."""

from __future__ import annotations

import os
import select
from pathlib import Path

from tests.faults.orders import MARK, SHOWN, Phase


class Witness:
    """Reads what a kiosk writes on its pipe; what was written before a kill is read after it."""

    def __init__(self, pipe: Path) -> None:
        """Make the pipe and listen on it.

        It is opened for writing too, so that it does not end with the child that wrote on it.
        """
        os.mkfifo(pipe, 0o600)
        self.path = pipe
        self.shown: dict[str, str] = {}
        """app_id to the number that was on the screen."""
        self.phase = Phase.STARTING
        self.bad_lines: list[str] = []
        self._fd = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
        self._rest = b""

    def hear(self, timeout_s: float) -> list[str]:
        """Wait for lines and take them in; return them."""
        if not select.select([self._fd], [], [], max(timeout_s, 0.0))[0]:
            return []
        data = self._rest + os.read(self._fd, 65_536)
        *lines, self._rest = data.split(b"\n")
        told = [line.decode() for line in lines]
        for line in told:
            self._take(line)
        return told

    def hear_out(self) -> None:
        """Take in all that is left of a kiosk that is dead."""
        while self.hear(0.0):
            pass
        self._rest = b""

    def close(self) -> None:
        """Stop listening."""
        os.close(self._fd)

    def _take(self, line: str) -> None:
        match line.split():
            case [word, number, app_id] if word == SHOWN:
                self.shown[app_id] = number
                self.phase = Phase.SHOWN
            case [word, phase] if word == MARK and phase in Phase.__members__.values():
                self.phase = Phase(phase)
            case _:
                self.bad_lines.append(line)
