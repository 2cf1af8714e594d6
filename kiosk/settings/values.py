"""Whether one value of a file fits one option, and how a value is spelt in a file."""

from __future__ import annotations

import json
import math
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_origin

from kiosk.settings.choices import Choice
from kiosk.settings.option import Rule

_LONGEST_SHOWN = 60


class Wrong(ValueError):
    """The value does not fit; the message goes on where the option's name has begun."""


def fitting(kind: Any, rule: Rule, value: object, folder: Path) -> object:  # noqa: ANN401
    """Return the value as the option's type, relative paths counted from `folder`.

    Raises:
        Wrong: It does not fit.
    """
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise Wrong(f'must be a list such as ["one", "two"], not {_shown(value)}')
        return tuple(fitting(get_args(kind)[0], rule, each, folder) for each in value)
    if kind is bool:
        if not isinstance(value, bool):
            raise Wrong(f"must be true or false, not {_shown(value)}")
        return value
    if kind in {int, float}:
        return _number(kind, rule, value)
    text = _text(value)
    if kind in {Path, Path | None}:
        return _path(text, folder, is_needed=kind is Path)
    if isinstance(kind, type) and issubclass(kind, Choice):
        if text not in list(kind):
            raise Wrong(f"must be one of {', '.join(kind)}, not {_shown(value)}")
        return next(choice for choice in kind if choice == text)
    words = rule.problem(text) if rule.problem is not None else ""
    if words:
        raise Wrong(f"{words}; it is {_shown(value)}")
    return _place(text, folder) if rule.is_place else text


def _number(kind: type[int | float], rule: Rule, value: object) -> int | float:
    unit = f" ({rule.unit})" if rule.unit else ""
    name = "a whole number" if kind is int else "a number"
    is_number = isinstance(value, int if kind is int else int | float)
    if not is_number or isinstance(value, bool) or not isinstance(value, int | float):
        quotes = ", without quotes" if isinstance(value, str) else ""
        raise Wrong(f"must be {name}{unit}{quotes}, not {_shown(value)}")
    if rule.allowed and value not in rule.allowed:
        listed = ", ".join(str(one) for one in rule.allowed)
        raise Wrong(f"must be one of {listed}{unit}, not {_shown(value)}")
    is_low = rule.least is not None and value < rule.least
    is_high = rule.most is not None and value > rule.most
    if not math.isfinite(value) or is_low or is_high:
        raise Wrong(f"must be {limits(rule)}, not {_shown(value)}")
    return kind(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Wrong(f"must be a text in quotes, not {_shown(value)}")
    if "\0" in value:
        raise Wrong("must not hold a zero character")
    return value


def _path(text: str, folder: Path, *, is_needed: bool) -> Path | None:
    if text:
        return folder / text
    if is_needed:
        raise Wrong("must not be empty")
    return None


def _place(text: str, folder: Path) -> str:
    is_address = "://" in text or text.isdigit()
    return text if text == "" or is_address else str(folder / text)


def limits(rule: Rule) -> str:
    """Return the allowed range in words, "" when there is none."""
    unit = f" {rule.unit}" if rule.unit else ""
    if rule.allowed:
        return ", ".join(str(one) for one in rule.allowed) + unit
    if rule.least is None or rule.most is None:
        return ""
    return f"{rule.least:.15g} to {rule.most:.15g}{unit}"


def spelt(value: object) -> str:
    """Return a value as a settings file spells it."""
    match value:
        case None:
            return '""'
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case StrEnum() | Path() | str():
            return json.dumps(str(value), ensure_ascii=False)
        case tuple():
            return f"[{', '.join(spelt(each) for each in value)}]"
        case _:
            raise TypeError(type(value))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        shown = "true" if value else "false"
    elif isinstance(value, str):
        shown = json.dumps(value, ensure_ascii=False)
    else:
        shown = str(value)
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}..."
