"""The loudspeaker: the bell that calls the person on duty, and sentences that are spoken."""

from __future__ import annotations

from typing import Protocol

from kiosk.domain import Language


class Speaker(Protocol):
    """Makes noise until told to stop; calls return at once."""

    def ring(self) -> None:
        """Start the help bell; ringing already, nothing changes."""

    def hush(self) -> None:
        """Stop the help bell; silent already, nothing changes."""

    def say(self, sentence: str, language: Language) -> None:
        """Speak a sentence once; while another is spoken, or without a voice, nothing is said."""

    def speaks(self) -> bool:
        """Say whether a sentence would be heard as far as the machine can know."""

    def is_working(self) -> bool:
        """Say whether a ring would be heard as far as the machine can know."""

    def close(self) -> None:
        """Be silent and let go; may be called twice, never raises."""
