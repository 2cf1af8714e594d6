"""How a number or a code is read aloud: sign by sign, group by group, by the rules of a language.

Pure. The rules are texts, so that a new language needs no code: what each sign is called
(`aloud.sign`), what stands between two, and what is said first. A sign that a language has no word
for is left to the voice as it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.texts import Texts


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
