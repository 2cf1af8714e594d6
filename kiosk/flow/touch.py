"""The parent of everything that is touched."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.clock import Moment


@dataclass(frozen=True, slots=True)
class Touch:
    """Somebody touched the screen: the parent of all that is a sign of life."""

    at: Moment
