"""The simulated speaker: rings on the desk, where its window and the tests see it."""

from __future__ import annotations

from devices.desk_state import DeskState, SimulatedBell


class SimulatedSpeaker:
    """Writes into the desk's state whether the bell rings; may be used from any thread."""

    def __init__(self, desk: DeskState) -> None:
        """Ring on `desk`."""
        self._desk = desk
        self._is_working = True

    def ring(self) -> None:
        """Start the help bell; ringing already, nothing changes."""
        self._set(ringing=True)

    def hush(self) -> None:
        """Stop the help bell; silent already, nothing changes."""
        self._set(ringing=False)

    def is_working(self) -> bool:
        """Say whether the desk could be written to."""
        return self._is_working

    def close(self) -> None:
        """Be silent and let go; may be called twice, never raises."""
        self.hush()

    def _set(self, *, ringing: bool) -> None:
        """Tell the desk, if it does not know."""
        try:
            if self._desk.read(SimulatedBell).ringing != ringing:
                self._desk.write(SimulatedBell(ringing=ringing))
        except OSError:
            self._is_working = False
        else:
            self._is_working = True
