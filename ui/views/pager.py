"""The words for turning pages."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.texts import Texts


@dataclass(frozen=True, slots=True)
class Pager:
    """What the buttons say, and where one is: `where` has places for {page} and {pages}."""

    earlier: str
    later: str
    where: str


def pager(texts: Texts) -> Pager:
    """Return the words of a language."""
    return Pager(texts.say("pages.earlier"), texts.say("pages.later"), texts.say("pages.where"))
