"""What is done about reading aloud."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Spelt(StrEnum):
    """What is read aloud sign by sign; each is its own touch."""

    NUMBER = "number"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class SpellAloud:
    """Read a number or a code aloud, slowly, in the language of the screen: only ever because
    somebody touched a button that says what it does. No answer.
    """

    what: Spelt
    groups: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FallSilent:
    """Stop speaking, in the middle of a word. No answer."""
