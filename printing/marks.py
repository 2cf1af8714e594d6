"""What is painted: a sheet and the marks on it, in dots from the top left corner."""

from __future__ import annotations

from dataclasses import dataclass

from printing.fonts import Run


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `x` is its left end, `baseline` what it stands on."""

    x: float
    baseline: float
    size: float
    runs: tuple[Run, ...]
    is_white: bool = False


@dataclass(frozen=True, slots=True)
class Boxes:
    """Black rectangles: x, y, width, height."""

    boxes: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Disc:
    """A black circle by its centre."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Ring:
    """A dashed circle by its centre: where a seal goes."""

    x: float
    y: float
    radius: float


Mark = Text | Boxes | Disc | Ring


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page laid out: what is painted, in this order."""

    width: int
    height: int
    title: str
    language: str
    marks: tuple[Mark, ...]
