"""The simulated speaker: rings and speaks on the desk, where its window and the tests see it."""

from __future__ import annotations

from dataclasses import replace

from devices.desk_state import DeskState, SimulatedBell
from kiosk.domain import Language


class SimulatedSpeaker:
    """Writes into the desk's state whether the bell rings; may be used from any thread."""

    def __init__(self, desk: DeskState) -> None:
        """Ring on `desk`."""
        self._desk = desk
        self._is_working = True

    def ring(self) -> None:
        """Start the help bell; ringing already, nothing changes."""
        self._tell(ringing=True)

    def hush(self) -> None:
        """Stop the help bell; silent already, nothing changes."""
        self._tell(ringing=False)

    def say(self, sentence: str, language: Language) -> None:
        """Put a sentence on the desk, where the last one stays."""
        self._tell(said=sentence)

    def spell(self, pieces: tuple[str, ...], language: Language) -> None:
        """Put all pieces on the desk at once, until it is to be silent."""
        self._tell(said=" ".join(pieces))

    def fall_silent(self) -> None:
        """Take from the desk what was said."""
        self._tell(said="")

    def speaks(self) -> bool:
        """Say whether the desk could be written to."""
        return self._is_working

    def is_working(self) -> bool:
        """Say whether the desk could be written to."""
        return self._is_working

    def close(self) -> None:
        """Be silent and let go; may be called twice, never raises."""
        self._tell(ringing=False, said="")

    def _tell(self, *, ringing: bool | None = None, said: str | None = None) -> None:
        """Tell the desk, if it does not know."""
        try:
            known = self._desk.read(SimulatedBell)
            told = replace(
                known,
                ringing=known.ringing if ringing is None else ringing,
                said=known.said if said is None else said,
            )
            if told != known:
                self._desk.write(told)
        except OSError:
            self._is_working = False
        else:
            self._is_working = True
