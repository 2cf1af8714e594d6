"""Where a line may end: Chinese almost anywhere, words in Latin letters at their spaces.

Pure. The signs are those of W3C's Requirements for Chinese Text Layout (CLREQ), 3.1.6,
"prohibition rules for line start and line end".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

NEVER_FIRST = frozenset(
    "，。、；：！？）》〉」』】〕〗’”％‰℃·～々ー–…-/,.;:!?)]}%°\ue01d\ue019\ue026"
)
NEVER_LAST = frozenset("（《〈「『【〔〖‘“￥＃([{¥$€£№#\ue01c\ue018")
NEVER_PARTED = frozenset("—…")
"""Two of them make one sign."""

UNITS = frozenset("年月日号时点分秒天岁元角件份页个")
"""They stay with the number before them: a date torn in two is read wrong."""

GLUE = "\u00a0"
"""A space at which no line ends; the texts say where."""

TOGETHER = frozenset({"星期", "上午", "下午", *("期" + day for day in "一二三四五六日天")})
"""Words of two signs that are read in one glance: the days of the week, the halves of a day."""

BREAKS_LONG_WORDS = frozenset("/?&=-._@")
"""After these an address that is longer than a line is parted."""

_BETWEEN = frozenset("“”—…")  # neither hanzi nor part of a word

Measure = Callable[[str], float]


def break_lines(text: str, width: float, measure: Measure) -> list[str]:
    """Return the lines of the text, none wider than `width`; line feeds in it are kept.

    The last line is never a lone hanzi when the line before can spare one.

    Args:
        text: Control characters other than the line feed are dropped.
        width: In the unit of `measure`.
        measure: Width of a piece of text; the whole must be as wide as its parts.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        clean = "".join(char for char in paragraph.replace("\t", " ") if _is_printable(char))
        lines.extend(_fill(_units(clean), width, measure))
    return lines


def balance_lines(text: str, width: float, measure: Measure) -> list[str]:
    """Return as many lines as `break_lines` would, about equally wide: for what stands centred."""
    best = break_lines(text, width, measure)
    narrow, wide = width / 2, width
    for _ in range(6):  # to 1/64 of the half width, finer than an eye sees
        middle = (narrow + wide) / 2
        lines = break_lines(text, middle, measure)
        if len(lines) == len(best):
            best, wide = lines, middle
        else:
            narrow = middle
    return best


def widest_unit(text: str, measure: Measure) -> float:
    """Return how wide the widest piece of the text is in which no line may end."""
    units = (unit for line in text.split("\n") for unit in _units(line))
    return max(map(measure, units), default=0.0)


def is_wide(char: str) -> bool:
    """Say whether the character fills the square of a hanzi."""
    return unicodedata.east_asian_width(char) in ("W", "F")


def _is_printable(char: str) -> bool:
    # Format signs (Cf) and variation selectors draw nothing; private ones (Co) are narrow forms.
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs") and not (
        "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    )


def _units(text: str) -> list[str]:
    units: list[str] = []
    for char in text:
        if units and units[-1] != " " and char != " " and _binds(units[-1][-1], char):
            units[-1] += char
        elif len(units) > 1 and units[-1] == " " and _binds_over_space(units[-2][-1], char):
            units[-2:] = [f"{units[-2]} {char}"]
        else:
            units.append(char)
    return units


def _binds(before: str, after: str) -> bool:
    if after in NEVER_FIRST or before in NEVER_LAST or GLUE in (before, after):
        return True
    if before == after and before in NEVER_PARTED:
        return True
    if (before.isdecimal() and after in UNITS) or before + after in TOGETHER:
        return True
    return _is_of_word(before) and _is_of_word(after)


def _binds_over_space(before: str, after: str) -> bool:
    """Say whether a space parts nothing: "5 个", "上午 9:52"."""
    return (before.isdecimal() and after in UNITS) or (before == "午" and after.isdecimal())


def _is_of_word(char: str) -> bool:
    return not is_wide(char) and char not in _BETWEEN


def _fill(units: list[str], width: float, measure: Measure) -> list[str]:
    lines: list[list[str]] = [[]]
    used = 0.0
    for unit in _short_enough(units, width, measure):
        needed = measure(unit)
        if used + needed > width and unit != " " and lines[-1]:
            lines.append([])
            used = 0.0
        if unit != " " or lines[-1]:
            lines[-1].append(unit)
            used += needed
    _keep_company(lines)
    return ["".join(line).rstrip(" ") for line in lines]


def _short_enough(units: list[str], width: float, measure: Measure) -> list[str]:
    short: list[str] = []
    for unit in units:
        if measure(unit) <= width:
            short.append(unit)
        else:
            short.extend(_part(unit, width, measure))
    return short


def _part(unit: str, width: float, measure: Measure) -> list[str]:
    parts: list[str] = []
    rest = unit
    while rest and measure(rest) > width:
        fitting = 1
        while fitting < len(rest) and measure(rest[: fitting + 1]) <= width:
            fitting += 1
        good = [i for i in range(fitting // 3, fitting) if rest[i] in BREAKS_LONG_WORDS]
        cut = good[-1] + 1 if good else fitting
        parts.append(rest[:cut])
        rest = rest[cut:]
    return [*parts, rest] if rest else parts


def _keep_company(lines: list[list[str]]) -> None:
    if len(lines) < 2 or len(lines[-1]) != 1 or not is_wide(lines[-1][0][0]):
        return
    before = lines[-2]
    if len(before) > 2 and is_wide(before[-1][0]) and " " not in before[-2:]:
        lines[-1].insert(0, before.pop())
