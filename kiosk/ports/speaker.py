"""The loudspeaker: for now, the bell that calls the person on duty."""

from __future__ import annotations

from typing import Protocol


class Speaker(Protocol):
    """Makes noise until told to stop; calls return at once."""

    def ring(self) -> None:
        """Start the help bell; ringing already, nothing changes."""

    def hush(self) -> None:
        """Stop the help bell; silent already, nothing changes."""

    def is_working(self) -> bool:
        """Say whether a ring would be heard as far as the machine can know."""

    def close(self) -> None:
        """Be silent and let go; may be called twice, never raises."""
