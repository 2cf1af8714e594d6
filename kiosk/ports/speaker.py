"""The loudspeaker: the bell that calls the person on duty, and sentences that are spoken."""

from __future__ import annotations

from typing import Protocol

from kiosk.domain import Language

SPELLING_PAUSE_S = 2.5
"""Between two pieces: four signs are written down meanwhile. Slow hands touch "again"."""


class Speaker(Protocol):
    """Makes noise until told to stop; calls return at once."""

    def ring(self) -> None:
        """Start the help bell; ringing already, nothing changes."""

    def hush(self) -> None:
        """Stop the help bell; silent already, nothing changes."""

    def say(self, sentence: str, language: Language) -> None:
        """Speak a sentence once; while another is spoken, or without a voice, nothing is said."""

    def spell(self, pieces: tuple[str, ...], language: Language) -> None:
        """Speak pieces one after the other, with `SPELLING_PAUSE_S` between them, instead of
        whatever is spoken just now. What is spelt is private: it is kept nowhere, and reaches no
        log and no command line.
        """

    def fall_silent(self) -> None:
        """Stop speaking in the middle of a word; silent already, nothing changes."""

    def speaks(self) -> bool:
        """Say whether a sentence would be heard as far as the machine can know."""

    def is_working(self) -> bool:
        """Say whether a ring would be heard as far as the machine can know."""

    def close(self) -> None:
        """Be silent and let go; may be called twice, never raises."""
