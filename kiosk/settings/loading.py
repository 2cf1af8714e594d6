"""Reading a settings file: everything that is wrong in it is said at once, each with its line."""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_type_hints

from kiosk.errors import BadSetting, UnknownSetting
from kiosk.settings.lines import Names, lines_of
from kiosk.settings.option import Option, Table, options_of
from kiosk.settings.tables import Settings
from kiosk.settings.values import Wrong, fitting

STATE_HOME = Path("/var/lib/doorstep")
"""Where relative paths count from when there is no settings file."""
ADVICE = "Correct the file; `kiosk settings --example` shows every option."
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


@dataclass(frozen=True, slots=True)
class _Problem:
    """`line` is 0 where none can be named; `is_unknown`: the file names what does not exist."""

    names: Names
    words: str
    line: int = 0
    is_unknown: bool = False

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        table, *rest = self.names or ("",)
        name = " ".join([f"[{table}]", *rest]) if table else ""
        return f"{place}{name} {self.words}".replace("  ", " ")


def load_settings(path: Path | None) -> Settings:
    """Read the settings from a file; without one everything has its default.

    Relative paths count from the file's folder, without a file from `STATE_HOME`.

    Raises:
        UnknownSetting: The file names options that do not exist, and nothing else is wrong.
        BadSetting: The file can't be read, or options have values they can't have.
    """
    if path is None:
        return parse_settings("", STATE_HOME, "")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadSetting(
            f"The settings file {path} can't be read: {error.strerror}.",
            f"Check its place and permissions, or make one: kiosk settings --example > {path}",
        ) from error
    try:
        text = data.decode("utf-8-sig")  # some editors begin a file with a byte order mark
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadSetting(
            f"{path.name}, line {line}: is not UTF-8 text.", "Save it as UTF-8."
        ) from error
    return parse_settings(text, path.absolute().parent, path.name)


def parse_settings(text: str, folder: Path, name: str) -> Settings:
    """Read the settings from the text of a file called `name`; relative paths count from `folder`.

    Raises:
        UnknownSetting: The text names options that do not exist, and nothing else is wrong.
        BadSetting: It is no TOML, or options have values they can't have.
    """
    text = text.replace("\r\n", "\n")
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(f"{name}, {_syntax(str(error), text)}", ADVICE) from error
    problems: list[_Problem] = []
    read: dict[str, Table] = {}
    for table, kind in get_type_hints(Settings).items():
        read[table] = _read_table(table, kind, told.pop(table, {}), folder, problems)
    problems += [_unknown_table(table) for table in told]
    if problems:
        _refuse(problems, lines_of(text), name)
    return Settings(**read)  # type: ignore[arg-type] # each table is of the type that the field says


def _syntax(message: str, text: str) -> str:
    at = _AT_LINE.search(message)
    line = int(at[1]) if at else text.rstrip().count("\n") + 1
    message = _AT_LINE.sub("", message).removesuffix(" (at end of document)")
    return f"line {line}: is no TOML: {message[:1].lower()}{message[1:]}."


def _read_table(
    table: str, kind: type[Table], told: object, folder: Path, problems: list[_Problem]
) -> Table:
    if not isinstance(told, dict):
        problems.append(
            _Problem((table,), f"must be a table: write [{table}] on a line of its own")
        )
        told = {}
    options = {known.name: known for known in options_of(kind)}
    problems += [_unknown(table, name, options) for name in told if name not in options]
    read: dict[str, object] = {}
    is_whole = True
    for known in options.values():
        try:
            value = told.get(known.name, _default(known))
            read[known.name] = fitting(known.kind, known.rule, value, folder)
        except Wrong as wrong:
            is_whole = False
            problems.append(_Problem((table, known.name), str(wrong)))
    if not is_whole:
        return kind()
    known_told = frozenset(name for name in told if name in options)
    made = kind(**read, told=known_told)
    problems += [_Problem((table, name), words) for name, words in made.problems()]
    return made


def _default(known: Option) -> object:
    """Return the default as a file would spell it, so that it is read like any other value."""
    match known.default:
        case None:
            return ""
        case Path() as path:
            return str(path)
        case tuple() as several:
            return [str(one) for one in several]
        case value:
            return value


def _unknown(table: str, name: str, options: dict[str, Option]) -> _Problem:
    return _Problem(
        (table, name), f"is no option of this table{_did_you_mean(table, name, options)}", 0, True
    )


def _did_you_mean(table: str, name: str, options: dict[str, Option]) -> str:
    near = difflib.get_close_matches(name, options, n=1)
    near = near or [known for known in options if known.startswith(f"{name}_")]
    if near:
        return f"; did you mean {near[0]}?"
    elsewhere = [other for other, option in _everything() if option == name and other != table]
    if elsewhere:
        return f"; it belongs into [{elsewhere[0]}]"
    return f"; it has {', '.join(options)}"


def _unknown_table(name: str) -> _Problem:
    tables = [declared.name for declared in dataclasses.fields(Settings)]
    near = difflib.get_close_matches(name, tables, n=1)
    home = [table for table, option in _everything() if option == name]
    if near:
        advice = f"; did you mean [{near[0]}]?"
    elif home:
        advice = f"; it belongs into [{home[0]}]"
    else:
        advice = f"; there are {', '.join(f'[{table}]' for table in tables)}"
    return _Problem((name,), f"is no table{advice}", 0, True)


def _everything() -> Iterator[tuple[str, str]]:
    for table, kind in get_type_hints(Settings).items():
        for known in options_of(kind):
            yield table, known.name


def _refuse(problems: list[_Problem], lines: dict[Names, int], name: str) -> None:
    placed = [
        dataclasses.replace(
            problem, line=lines.get(problem.names) or lines.get(problem.names[:1], 0)
        )
        for problem in problems
    ]
    placed.sort(key=lambda problem: problem.line)
    told = "\n".join(f"  {problem}.".replace("?.", "?") for problem in placed)
    what = f"{name or 'The settings'}: {len(placed)} to correct:\n{told}\n"
    if all(problem.is_unknown for problem in placed):
        raise UnknownSetting(what, ADVICE)
    raise BadSetting(what, ADVICE)
