"""Regular expressions that an office may write into a constraint.

Python's engine tries every way a pattern can match before it says no, which for some patterns
takes longer than a resident lives. Such patterns are refused when they are read, together with
wrong ones, so that checking an answer always ends at once. Digits, words and spaces mean ASCII's,
as in ODK.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache

LONGEST_PATTERN = 200
_MANY = 10
"""A repetition of up to this many rounds is cheap as long as nothing inside it is open-ended."""
_MOST_OPEN_ENDED = 3
"""Open-ended repetitions beside each other: each multiplies the work by the answer's length."""
_FLAGS = "aiLmsux-#"
_CLASS = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL)
_COUNTED = re.compile(r"\{([0-9]*)(,?)([0-9]*)\}")


class BadPattern(ValueError):
    """The pattern is wrong, or could take for ever; the message says which."""


@dataclass(slots=True)
class _Group:
    """What the scan has seen between a parenthesis and its end."""

    varies: bool = False
    is_open_ended: bool = False


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Return the pattern ready to be matched against a whole answer.

    Raises:
        BadPattern: It is wrong, longer than `LONGEST_PATTERN`, or could take for ever.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise BadPattern(f"the pattern is longer than {LONGEST_PATTERN} characters")
    try:
        with warnings.catch_warnings():
            # What the next Python reads differently is refused now.
            warnings.simplefilter("error")
            compiled = re.compile(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError, ValueError, Warning) as error:
        raise BadPattern(f"the pattern {pattern!r} is wrong: {error}") from error
    _refuse_endless(pattern)
    return compiled


def _refuse_endless(pattern: str) -> None:
    groups = [_Group()]
    closed = _Group()
    open_ended = 0
    position = 0
    while position < len(pattern):
        char = pattern[position]
        if char == "(":
            if pattern[position + 1 : position + 2] == "?" and pattern[position + 2] in _FLAGS:
                raise BadPattern(f"the pattern {pattern!r} holds flags or a comment")
            groups.append(_Group())
            # `(?:`, `(?=` and their like: the question mark repeats nothing.
            position += 2 if pattern.startswith("(?", position) else 1
            closed = _Group()
        elif char == ")":
            closed = groups.pop()
            groups[-1].varies |= closed.varies
            groups[-1].is_open_ended |= closed.is_open_ended
            position += 1
        elif char == "|":
            groups[-1].varies = True
            position += 1
        elif (repeated := _repetition(pattern, position)) is not None:
            least, most, position = repeated
            if (most > 1 and closed.is_open_ended) or (most > _MANY and closed.varies):
                raise BadPattern(f"the pattern {pattern!r} repeats what itself repeats or varies")
            groups[-1].varies |= least != most
            if most > _MANY and least != most:
                groups[-1].is_open_ended = True
                open_ended += 1
            closed = _Group()
        else:
            position = _after_atom(pattern, position)
            closed = _Group()
    if open_ended > _MOST_OPEN_ENDED:
        raise BadPattern(f"the pattern {pattern!r} has too many repetitions beside each other")


def _after_atom(pattern: str, position: int) -> int:
    if pattern[position] == "\\":
        return position + 2
    in_class = _CLASS.match(pattern, position)
    return position + 1 if in_class is None else in_class.end()


def _repetition(pattern: str, position: int) -> tuple[int, float, int] | None:
    """Return fewest and most rounds and where the repetition ends; None: there is none here."""
    match pattern[position]:
        case "*":
            least, most, end = 0, float("inf"), position + 1
        case "+":
            least, most, end = 1, float("inf"), position + 1
        case "?":
            least, most, end = 0, 1.0, position + 1
        case "{" if (counted := _COUNTED.match(pattern, position)) is not None:
            first, comma, last = counted.groups()
            if not first and not last:
                return None
            least = int(first or 0)
            most = float(last) if last else float("inf") if comma else float(least)
            end = counted.end()
        case _:
            return None
    is_lazy_or_greedy = end < len(pattern) and pattern[end] in "?+"
    return least, most, end + 1 if is_lazy_or_greedy else end
