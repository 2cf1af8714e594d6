"""What is said aloud: sentences of the texts, and what somebody asked to be read to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class SayAloud:
    """Speak a sentence of the texts, in the language of the screen; never anything personal."""

    text_key: str


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
