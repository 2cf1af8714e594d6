"""What the staff touch about paper that they have put in."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow.touch import Touch
from kiosk.readiness import PortName


@dataclass(frozen=True, slots=True)
class RefillAsked(Touch):
    """Somebody says that this printer has new paper: a roll, or a full tray."""

    port: PortName


@dataclass(frozen=True, slots=True)
class RefillConfirmed(Touch):
    """Asked once more, they say so again."""


@dataclass(frozen=True, slots=True)
class RefillDropped(Touch):
    """It was touched by mistake."""
