"""The simulated face matcher: the arithmetic of the example program, without a program.

Drawn faces are told apart by it, so that whoever lays out the simulated desk decides how a
comparison ends: the simulated camera draws another skin than the sample card, or nobody.
"""

from __future__ import annotations

from devices.face_matcher.frames import WHOLE_SCORE
from kiosk.domain import WhyNotCompared
from kiosk.ports.face_matcher import Compared, MatcherName, NotCompared

SIMULATED = MatcherName("simulated", "1")


class SimulatedMatcher:
    """See the module; nothing is started, and nothing kept."""

    def prepare(self) -> None:
        """Do nothing."""

    def compare(
        self, portrait_jpeg: bytes, photo_jpeg: bytes, timeout_s: float
    ) -> Compared | NotCompared:
        """Compare as the example program does."""
        # Imported here: most kiosks compare no faces, and do not wait for Pillow.
        from devices.face_matcher.example_matcher import score_of  # noqa: PLC0415

        answer = score_of(portrait_jpeg, photo_jpeg)
        if isinstance(answer, int):
            return Compared(answer / WHOLE_SCORE, SIMULATED)
        is_portrait = answer == b"CARD"
        return NotCompared(
            WhyNotCompared.PORTRAIT_UNUSABLE if is_portrait else WhyNotCompared.PHOTO_UNUSABLE
        )

    def name(self, timeout_s: float) -> MatcherName | NotCompared:
        """Return who this is."""
        return SIMULATED

    def close(self) -> None:
        """Do nothing."""
