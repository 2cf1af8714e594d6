"""On which line of a TOML file each name stands; the standard library's parser does not tell."""

from __future__ import annotations

import tomllib

Names = tuple[str, ...]


def lines_of(text: str) -> dict[Names, int]:
    """Return the line, counted from 1, on which each table and key of a valid TOML text begins.

    The text is cut into statements by asking the parser itself, so that strings and arrays
    over several lines are understood exactly as it understands them.
    """
    found: dict[Names, int] = {}
    header = statement = ""
    first = 1
    for number, line in enumerate(text.split("\n"), 1):
        statement += line + "\n"
        try:
            told = tomllib.loads(header + statement)
        except tomllib.TOMLDecodeError:
            continue  # goes on in the next line
        for names in _names(told, ()):
            found.setdefault(names, first)
        if statement.lstrip().startswith("["):
            header = statement
        statement, first = "", number + 1
    return found


def _names(table: dict[str, object], above: Names) -> list[Names]:
    found: list[Names] = []
    for name, value in table.items():
        found.append((*above, name))
        if isinstance(value, dict):
            found += _names(value, (*above, name))
    return found
