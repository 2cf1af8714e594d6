"""Breaking a paper into pages: blocks stay whole, and a heading stays with what it heads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.ports.printer import Block, Line, Paper, Step, TextSize, Tick
from printing.composing import Composer
from printing.fonts import Typeface
from printing.media import Media

_FOOT = 40
"""Dots kept for the page number."""


def break_pages(
    paper: Paper,
    media: Media,
    typeface: Typeface,
    note: Callable[[set[str]], Line | None],
) -> list[Composer]:
    """Return the pages, each with its blocks placed; numbered if there are several.

    Args:
        paper: What is to be placed.
        media: Has a height.
        typeface: To measure with.
        note: What to add at the end, given the characters that no font has.
    """
    assert media.height is not None
    bottom = media.height - media.margin * 0.75 - _FOOT
    pages = [Composer(paper.language, media, typeface)]
    waiting: list[list[Block]] = []

    def place(groups: list[list[Block]]) -> None:
        page = pages[-1]
        count, y = len(page.marks), page.y
        for group in groups:
            page.add_group(group)
        if page.y <= bottom:
            return
        del page.marks[count:]
        page.y = y
        if not page.is_empty:
            pages.append(Composer(paper.language, media, typeface))
            place(groups)
        elif len(groups) > 1 or len(groups[0]) > 1:
            for group in groups:
                for block in group:
                    place([[block]])
        else:
            halves = _halves(groups[0][0])
            if not halves:  # larger than a page whatever is done: better cut off than left out
                page.add_group(groups[0])
            for half in halves:
                place([[half]])

    for group in Composer.groups(paper.blocks):
        waiting.append(group)
        if not _heads(group):
            place(waiting)
            waiting = []
    if waiting:
        place(waiting)
    added = note({char for page in pages for char in page.lacked})
    if added is not None:
        place([[added]])
    if len(pages) > 1:
        for number, page in enumerate(pages, 1):
            page.y = bottom
            page.add_group([Line(f"{number} / {len(pages)}", TextSize.SMALL, is_centred=True)])
    return pages


def _heads(group: list[Block]) -> bool:
    block = group[-1]
    return isinstance(block, Line) and block.size in (TextSize.LARGE, TextSize.HUGE)


def _halves(block: Block) -> tuple[Block, ...]:
    """Return the block's text in two, parted where nothing is torn if that can be."""
    if not isinstance(block, Line | Step | Tick) or len(block.text) < 2:
        return ()
    middle = len(block.text) // 2
    near = [i for i in range(1, len(block.text)) if block.text[i - 1] in " \n。；，;,."]
    cut = min(near, key=lambda i: abs(i - middle), default=middle)
    return replace(block, text=block.text[:cut]), replace(block, text=block.text[cut:])
