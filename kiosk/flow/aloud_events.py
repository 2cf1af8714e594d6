"""What is touched to have a number or a code read aloud."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow.touch import Touch


@dataclass(frozen=True, slots=True)
class AloudAsked(Touch):
    """Read it to me: shows first that others may hear it."""


@dataclass(frozen=True, slots=True)
class SpellAsked(Touch):
    """Say this one aloud, or once more; `place` in `sayable(session)`, from 0."""

    place: int


@dataclass(frozen=True, slots=True)
class SilenceAsked(Touch):
    """Stop speaking."""


@dataclass(frozen=True, slots=True)
class AloudClosed(Touch):
    """Back to the page that it was asked on."""
