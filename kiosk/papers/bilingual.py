"""Two languages on one paper: the second under the first, what both say alike only once."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from kiosk.ports.printer import (
    Band,
    Block,
    Fact,
    Line,
    Paper,
    SealPlace,
    Step,
    TextSize,
    Tick,
)

_Joint = Literal["\n", " · "]


def in_both(first: Paper, second: Paper) -> Paper:
    """Return one paper of two that say the same in different languages.

    Args:
        first: Its words come first, and as large as they were.
        second: The same document of the same facts.

    Raises:
        ValueError: They are not the same document.
    """
    if len(first.blocks) != len(second.blocks):
        raise ValueError("two different papers")
    blocks = [
        block for pair in zip(first.blocks, second.blocks, strict=True) for block in _both(*pair)
    ]
    note = _join(first.missing_note, second.missing_note, "\n")
    title = _join(first.title, second.title, " · ")
    return replace(first, title=title, blocks=tuple(blocks), missing_note=note)


def _both(first: Block, second: Block) -> tuple[Block, ...]:
    if first == second:
        return (first,)
    match first, second:
        case Line(), Line():
            return first, replace(second, size=_under(second.size))
        case Fact(), Fact():
            name = _join(first.name, second.name, " · ")
            return (Fact(name, _join(first.value, second.value, "\n")),)
        case Step(), Step():
            return (Step(first.number, _join(first.text, second.text, "\n")),)
        case Tick(), Tick():
            return (Tick(_join(first.text, second.text, "\n")),)
        case Band(), Band():
            return (Band(_join(first.text, second.text, "\n")),)
        case SealPlace(), SealPlace():
            pairs = zip(first.lines, second.lines, strict=True)
            lines = tuple(_join(*pair, "\n") for pair in pairs)
            return (SealPlace(lines, first.code),)
        case _:
            raise ValueError("two different papers")


def _under(size: TextSize) -> TextSize:
    """Return the size of the second language: a heading's is a step smaller."""
    return {TextSize.HUGE: TextSize.LARGE, TextSize.LARGE: TextSize.BODY}.get(size, size)


def _join(first: str, second: str, joint: _Joint) -> str:
    return first if first == second else f"{first}{joint}{second}"
