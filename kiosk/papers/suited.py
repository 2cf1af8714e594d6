"""What a paper says of the paper it is on: rolls are thermal and fade, sheets do not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from kiosk.ports.printer import Line, Paper, PaperForm, SealPlace, TextSize
from kiosk.texts import Texts

FADES = "paper.receipt.fades"


def suited(paper: Paper, form: PaperForm, languages: Collection[Texts]) -> Paper:
    """Return a paper for a roll or for sheets, whatever it was composed for.

    Args:
        paper: What is to be printed.
        form: Of the printer that it comes from.
        languages: All that a paper may be in; the first for one that is in none of them.
    """
    said = {texts.say(FADES) for texts in languages}
    fades = [it for it in paper.blocks if isinstance(it, Line) and it.text in said]
    blocks = paper.blocks
    if form is PaperForm.A4:
        blocks = tuple(it for it in blocks if it not in fades)
    elif not fades and any(isinstance(it, SealPlace) for it in blocks):  # it is meant to be kept
        own = [texts for texts in languages if texts.language == paper.language]
        words = next(iter(own or languages)).say(FADES)
        blocks = (*blocks, Line(words, TextSize.SMALL))
    return replace(paper, form=form, blocks=blocks)
