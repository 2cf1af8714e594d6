"""What carries sealed entries to the platform and the platform's words back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Reach(StrEnum):
    """What one round found out about the way to the platform."""

    ONLINE = "online"
    OFFLINE = "offline"
    """No answer, or not the platform's: no cable, a captive portal, a wrong certificate."""
    REFUSED = "refused"
    """The platform answers and does not know this kiosk or its signature."""
    NOT_CONFIGURED = "not_configured"


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did. `wait_s` is how long the next one can wait if nothing new comes."""

    reach: Reach
    wait_s: float
    delivered: int = 0
    still_open: int = 0
    has_new_staff: bool = False
    why: str = ""
    """A sentence for a technician when not online, without personal data."""


class Courier(Protocol):
    """Used from one thread, which it may block for as long as one request may take."""

    def run_once(self) -> Round:
        """Do whatever is due now: manifests, uploads, proofs, changes. Never raises for the
        network.
        """

    def hurry(self) -> None:
        """Forget the rest that failures called for: somebody says that the network is back."""

    def close(self) -> None:
        """Let go of connections; may be called twice, never raises."""
