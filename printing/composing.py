"""Placing blocks on paper: text, numbers, codes, boxes to tick, room for a seal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import assert_never

from kiosk.ports.printer import (
    Band,
    Block,
    Fact,
    Line,
    NumberGroups,
    QrCode,
    Rule,
    SealPlace,
    Step,
    TextSize,
    Tick,
)
from printing.codes import place_code
from printing.fonts import Run, Typeface, suit_language
from printing.linebreak import balance_lines, break_lines, widest_unit
from printing.marks import Boxes, Disc, Mark, Ring, Text
from printing.media import DOTS_PER_MM, Media

LEADING = 1.34
ASCENT = 0.88  # of the em, in every font of the Source Han design
SEAL_EM = (28, 24, 20)
SEAL = 45 * DOTS_PER_MM
"""A seal of an office is at most 45 mm wide (国发〔1999〕25号)."""


class Composer:
    """Places blocks one under the other; `y` is where the next one may begin."""

    def __init__(self, language: str, media: Media, typeface: Typeface) -> None:
        self.marks: list[Mark] = []
        self.lacked: set[str] = set()
        """Characters that no font has."""
        self._media = media
        self._language = language
        self._typeface = typeface
        self._em = media.em
        self._left = media.margin
        self._inner = media.width - 2 * media.margin
        # A page has a margin above; a roll is cut where the last paper ended.
        self.y: float = 0.0 if media.height is None else media.margin * 0.75
        self._top = self.y

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was placed yet."""
        return not self.marks and self.y == self._top

    @staticmethod
    def groups(blocks: Iterable[Block]) -> list[list[Block]]:
        """Return the blocks in groups that belong together: facts that follow each other."""
        groups: list[list[Block]] = []
        for block in blocks:
            if isinstance(block, Fact) and groups and isinstance(groups[-1][-1], Fact):
                groups[-1].append(block)
            else:
                groups.append([block])
        return groups

    def add_group(self, group: Sequence[Block]) -> None:
        """Place blocks that belong together."""
        facts = [block for block in group if isinstance(block, Fact)]
        if facts:
            self._add_facts(facts)
        else:
            for block in group:
                self._add(block)

    def _add(self, block: Block) -> None:
        match block:
            case Line():
                self._add_line(block)
            case Fact():
                self._add_facts([block])
            case NumberGroups(groups):
                self._add_number(groups)
            case Step():
                self._add_step(block)
            case Tick(text):
                self._add_tick(text)
            case QrCode(content):
                self._add_code(content)
            case SealPlace():
                self._add_seal(block)
            case Rule():
                self.y += 10
                self.marks.append(Boxes(((self._left, round(self.y), self._inner, 2),)))
                self.y = round(self.y) + 2 + 14
            case Band(text):
                self._add_band(text)
            case _:
                assert_never(block)

    def _add_facts(self, facts: Sequence[Fact]) -> None:
        """Place facts that follow each other: in two columns if the names are short."""
        small, body = self._em[TextSize.SMALL], self._em[TextSize.BODY]
        gap = 20
        names = max(self._measure(fact.name, small, is_bold=False) for fact in facts)
        in_columns = names <= 0.36 * self._inner and all(
            self._widest(fact.value, body) <= self._inner - names - gap for fact in facts
        )
        for fact in facts:
            if in_columns:
                top = self.y
                self.y = top + (body - small) * (ASCENT + (LEADING - 1) / 2)  # one baseline
                self._flow(fact.name, small, self._left, names + 1)
                bottom, self.y = self.y, top
                self._flow(
                    fact.value,
                    body,
                    self._left + names + gap,
                    self._inner - names - gap,
                    is_bold=True,
                )
                self.y = max(self.y, bottom) + 4
            else:
                self._flow(fact.name, small, self._left, self._inner)
                self._flow(fact.value, body, self._left, self._inner, is_bold=True)
                self.y += 8
        self.y += 4

    def _add_line(self, line: Line) -> None:
        size = self._em[line.size]
        is_heading = line.size in (TextSize.LARGE, TextSize.HUGE)
        if is_heading and self.y:
            self.y += 4
        self._flow(
            line.text,
            size,
            self._left,
            self._inner,
            is_bold=line.is_bold,
            is_centred=line.is_centred,
        )
        self.y += 8

    def _add_number(self, groups: tuple[str, ...]) -> None:
        gap_em = 0.34
        width_em = sum(self._typeface.width_em(group, is_bold=True) for group in groups)
        width_em += gap_em * (len(groups) - 1)
        if width_em <= 0:
            return
        size = min(self._media.largest_number, int(self._inner / width_em))
        x = (self._media.width - width_em * size) / 2
        baseline = self.y + 0.84 * size  # digits are 0.73 em high and have nothing below
        for group in groups:
            runs = self._runs(group, is_bold=True)
            self.marks.append(Text(x, baseline, size, runs))
            x += (sum(run.width_em for run in runs) + gap_em) * size
        self.y = baseline + 0.18 * size + 6

    def _add_step(self, step: Step) -> None:
        size = self._em[TextSize.BODY]
        radius = round(size * 0.58)
        leading = size * LEADING
        centre = self.y + leading / 2
        digits = str(step.number)
        digit_size = size * (0.8 if len(digits) == 1 else 0.66)
        runs = self._typeface.runs(digits, is_bold=True)
        width = sum(run.width_em for run in runs) * digit_size
        self.marks.append(Disc(self._left + radius, centre, radius))
        self.marks.append(
            Text(
                self._left + radius - width / 2,
                centre + 0.366 * digit_size,
                digit_size,
                runs,
                is_white=True,
            )
        )
        indent = 2 * radius + 14
        self._flow(step.text, size, self._left + indent, self._inner - indent)
        self.y += 8

    def _add_tick(self, text: str) -> None:
        size = self._em[TextSize.BODY]
        side = round(size * 0.9)
        left = self._left
        top = round(self.y + (size * LEADING - side) / 2)
        line = 3
        sides = (
            (left, top, side, line),
            (left, top + side - line, side, line),
            (left, top + line, line, side - 2 * line),
            (left + side - line, top + line, line, side - 2 * line),
        )
        self.marks.append(Boxes(sides))
        indent = side + 14
        self._flow(text, size, left + indent, self._inner - indent)
        self.y += 8

    def _add_code(self, content: str) -> None:
        # At the left, like what is written: what is blank at the right is not sent to a printer.
        placed = place_code(
            content,
            self._left,
            round(self.y),
            self._media.width,
            self._media.largest_module,
            is_centred=False,
        )
        if placed is None:  # nobody could scan it, so let them read it
            self._flow(content, self._em[TextSize.SMALL], self._left, self._inner)
            return
        boxes, height = placed
        self.marks.append(boxes)
        self.y = round(self.y) + height

    def _add_seal(self, seal: SealPlace) -> None:
        """Leave room for a round seal, with a code beside it where both have room."""
        side = min(SEAL, self._inner)
        room = self._inner - side
        top = round(self.y) + 8
        placed = place_code(seal.code, self._left, top, room, self._media.largest_module)
        if placed is None and seal.code:
            self._add_code(seal.code)
            top = round(self.y) + 8
        left = self._left + self._inner - side
        centre = top + side / 2
        self.marks.append(Ring(left + side / 2, centre, side / 2 - 4))
        # The words stand in the seal's place: stamped over, neither name nor date can be changed
        # without its showing.
        width = side * 0.8
        before = len(self.marks)
        for size in SEAL_EM:  # for an official's eyes: usual print, smaller if it has to be
            del self.marks[before:]
            self.y = 0.0
            for line in seal.lines:
                self._flow(line, size, left + (side - width) / 2, width, is_centred=True)
            if self.y <= 0.72 * side:
                break
        shift = max(centre - self.y / 2, top)
        words = self.marks[before:]
        self.marks[before:] = [
            replace(mark, baseline=mark.baseline + shift)
            for mark in words
            if isinstance(mark, Text)
        ]
        self.y = max(self.y + shift, top + side)
        if placed is not None:
            boxes, height = placed
            self.marks.append(boxes)
            self.y = max(self.y, top + height)
        self.y += 8

    def _add_band(self, text: str) -> None:
        size = self._em[TextSize.BODY]
        padding = 10
        top = round(self.y)
        self.y = top + padding
        before = len(self.marks)
        self._flow(
            text, size, self._left, self._inner, is_bold=True, is_centred=True, is_white=True
        )
        self.y = round(self.y + padding)
        self.marks.insert(before, Boxes(((self._band_left, top, self._band_width, self.y - top),)))
        self.y += 12

    @property
    def _band_left(self) -> int:
        return 0 if self._media.height is None else self._left

    @property
    def _band_width(self) -> int:
        return self._media.width - 2 * self._band_left

    def _runs(self, text: str, *, is_bold: bool) -> tuple[Run, ...]:
        self.lacked |= self._typeface.lacked(text, is_bold=is_bold)
        return self._typeface.runs(text, is_bold=is_bold)

    def _widest(self, text: str, size: float) -> float:
        """Return how wide the widest piece of a bold text is that should not be torn."""
        suited = suit_language(text, self._language)
        return widest_unit(
            suited, lambda piece: size * self._typeface.width_em(piece, is_bold=True)
        )

    def _measure(self, text: str, size: float, *, is_bold: bool) -> float:
        return size * self._typeface.width_em(suit_language(text, self._language), is_bold=is_bold)

    def _flow(
        self,
        text: str,
        size: float,
        x: float,
        width: float,
        *,
        is_bold: bool = False,
        is_centred: bool = False,
        is_white: bool = False,
    ) -> None:
        def measure(piece: str) -> float:
            return size * self._typeface.width_em(piece, is_bold=is_bold)

        suited = suit_language(text, self._language)
        lines = break_lines(suited, width, measure)
        if is_centred and len(lines) > 1:
            lines = balance_lines(suited, width, measure)
        for line in lines:
            runs = self._runs(line, is_bold=is_bold)
            slack = width - size * sum(run.width_em for run in runs)
            leading = size * LEADING
            baseline = self.y + (leading - size) / 2 + ASCENT * size
            if runs:
                left = x + (slack / 2 if is_centred else 0)
                self.marks.append(Text(left, baseline, size, runs, is_white))
            self.y += leading
