"""What is heard: bell, sentences, and numbers read sign by sign, by the rules of a language.

The rules are texts, so that a new language needs no code: what each sign is called (`aloud.sign`),
what stands between two, and what is said first. A sign that a language has no word for is left to
the voice as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from kiosk.flow.aloud_effects import FallSilent, SpellAloud
from kiosk.flow.effects import HushBell, RingBell, SayAloud
from kiosk.ports.speaker import Speaker
from kiosk.texts import Texts

Heard = RingBell | HushBell | SayAloud | SpellAloud | FallSilent
"""What the flow wants heard, or not heard any more."""


def perform(order: Heard, speaker: Speaker, texts: Texts) -> None:
    """Have something heard in the language of `texts`; returns at once."""
    match order:
        case RingBell():
            speaker.ring()
        case HushBell():
            speaker.hush()
        case SayAloud(text_key):
            speaker.say(texts.say(text_key), texts.language)
        case SpellAloud(what, groups):
            speaker.spell(spelt(what, groups, texts), texts.language)
        case FallSilent():
            speaker.fall_silent()
        case _:
            assert_never(order)


def spelt(what: str, groups: Iterable[str], texts: Texts) -> tuple[str, ...]:
    """Return what is said one after the other, with a pause between: what it is, then each group.

    Args:
        what: "number" or "code".
        groups: Digits and capital letters.
        texts: Of the language that the voice speaks.
    """
    between = texts.say("aloud.between")
    said = (between.join(_word(sign, texts) for sign in group) for group in groups if group)
    return (
        texts.say(f"aloud.first.{what}"),
        *(texts.say("aloud.group", signs=signs) for signs in said),
    )


def _word(sign: str, texts: Texts) -> str:
    key = f"aloud.sign.{sign}"
    return texts.say(key) if texts.has(key) else sign
