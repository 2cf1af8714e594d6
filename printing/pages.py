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
    pages = _Pages(lambda: Composer(paper.language, media, typeface), media)
    waiting: list[list[Block]] = []
    for group in Composer.groups(paper.blocks):
        waiting.append(group)
        if not _heads(group):
            pages.place(waiting)
            waiting = []
    if waiting:
        pages.place(waiting)
    added = note({char for page in pages.done for char in page.lacked})
    if added is not None:
        pages.place([[added]])
    pages.number()
    return pages.done


class _Pages:
    """The pages so far; what does not fit on the last one goes to a new one."""

    def __init__(self, new_page: Callable[[], Composer], media: Media) -> None:
        assert media.height is not None
        self._new_page = new_page
        self._bottom = media.height - media.margin * 0.75 - _FOOT
        self.done = [new_page()]

    def place(self, groups: list[list[Block]]) -> None:
        """Place groups that stay together, if a page can hold them."""
        page = self.done[-1]
        count, y = len(page.marks), page.y
        for group in groups:
            page.add_group(group)
        if page.y <= self._bottom:
            return
        del page.marks[count:]
        page.y = y
        if not page.is_empty:
            self.done.append(self._new_page())
            self.place(groups)
        elif len(groups) > 1 or len(groups[0]) > 1:
            for block in (block for group in groups for block in group):
                self.place([[block]])
        else:
            self._part(groups[0])

    def number(self) -> None:
        """Number the pages, if there are several."""
        if len(self.done) == 1:
            return
        for number, page in enumerate(self.done, 1):
            page.y = self._bottom
            told = f"{number} / {len(self.done)}"
            page.add_group([Line(told, TextSize.SMALL, is_centred=True)])

    def _part(self, group: list[Block]) -> None:
        """Place a block that is larger than a page, in parts; what can't be parted is cut off."""
        halves = _halves(group[0])
        if not halves:
            self.done[-1].add_group(group)
        for half in halves:
            self.place([[half]])


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
