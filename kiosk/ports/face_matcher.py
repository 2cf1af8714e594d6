"""The face matcher: compares two pictures of one face each, and gives a comparison score.

The field calls it biometric verification, a 1:1 comparison of a reference with a probe (ISO/IEC
2382-37). Here the reference is the portrait in a chip, the probe the photo taken at the kiosk. A
matcher gives a score and no verdict: the threshold is the deployer's, and what follows from it is
decided in `kiosk.flow`. Whether the face was a living one (presentation attack detection, ISO/IEC
30107) is nothing that this port, or anything behind it, claims.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kiosk.domain import WhyNotCompared


@dataclass(frozen=True, slots=True)
class MatcherName:
    """Which matcher it is, as it says itself: two short lines without control characters."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Compared:
    """There is a score, from 0 (nothing alike) to 1; only scores of one matcher can be compared."""

    score: float
    by: MatcherName


@dataclass(frozen=True, slots=True)
class NotCompared:
    """There is no score."""

    why: WhyNotCompared


class FaceMatcher(Protocol):
    """A matcher used from one thread. Whatever goes wrong behind it is an answer.

    Pictures are handed over in memory and kept nowhere once the answer is there.
    """

    def prepare(self) -> None:
        """Begin what a comparison would wait for; returns at once."""

    def compare(
        self, portrait_jpeg: bytes, photo_jpeg: bytes, timeout_s: float
    ) -> Compared | NotCompared:
        """Compare the face on the portrait with the one on the photo.

        After any failure the next call starts afresh.

        Args:
            portrait_jpeg: The reference, a JPEG of at most 640 pixels a side.
            photo_jpeg: The probe, a JPEG of at most 1 MiB.
            timeout_s: Upper limit for the whole call, 0.2 to 30.
        """

    def name(self, timeout_s: float) -> MatcherName | NotCompared:
        """Return which matcher it is, without showing it any face.

        Args:
            timeout_s: Upper limit for the whole call, 0.2 to 30.
        """

    def close(self) -> None:
        """Let go of everything; may be called twice, never raises."""
