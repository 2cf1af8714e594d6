"""The manual of the settings, an example file, and what is in force: made from declarations."""

from __future__ import annotations

import dataclasses
import textwrap
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from kiosk.settings.choices import Choice
from kiosk.settings.option import Option, options_of
from kiosk.settings.tables import Settings
from kiosk.settings.values import limits, spelt

_PREFACE = """\
# Settings

Made by `kiosk settings --reference` from the declarations in `kiosk/settings`; a test keeps it up
to date.

One TOML file, given with `--settings`. What is not in it has its default. An option or a table that
does not exist is an error, and so is a value that does not fit: everything wrong is named at once,
with its line. Relative paths count from the folder of the file (without a file, from
`/var/lib/doorstep`). The environment changes nothing. `kiosk settings --example` prints a file with
every option in it.

"from afar": `yes` can be set by the office for all kiosks of a site, `upwards` only to its default
or more. What stands in the file of this machine counts all the same.
"""


def settings_reference() -> str:
    """Return the manual as Markdown, as `docs/reference/settings.md` holds it."""
    parts = [_PREFACE]
    for table, kind in get_type_hints(Settings).items():
        parts.append(f"\n## [{table}]\n{kind.says}\n\n")
        parts.append("| option | type | default | from afar | meaning |\n|---|---|---|---|---|\n")
        parts += [f"{_row(known)}\n" for known in options_of(kind)]
    return "".join(parts)


def example() -> str:
    """Return a settings file in which every option stands as a comment with its default."""
    parts = ["# Settings of a Doorstep kiosk. Take away the # before an option to change it.\n"]
    for table, kind in get_type_hints(Settings).items():
        parts.append(f"\n{_comment(kind.says)}[{table}]\n")
        parts += [_commented(known) for known in options_of(kind)]
    return "".join(parts)


def in_force(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return every option as (`table.name`, value as a file spells it)."""
    return tuple(
        (f"{table.name}.{known.name}", spelt(getattr(getattr(settings, table.name), known.name)))
        for table in dataclasses.fields(settings)
        for known in options_of(type(getattr(settings, table.name)))
    )


def _row(known: Option) -> str:
    meaning = _meaning(known, quote="`").replace("|", "\\|")
    afar = known.rule.from_afar.value
    return (
        f"| `{known.name}` | {_type(known.kind)} | `{spelt(known.default)}` | {afar} | {meaning} |"
    )


def _meaning(known: Option, quote: str) -> str:
    meaning = known.rule.says
    if isinstance(known.kind, type) and issubclass(known.kind, Choice):
        told = "; ".join(f"{quote}{choice}{quote}: {choice.says}" for choice in known.kind)
        return f"{meaning} {told}."
    allowed = limits(known.rule)
    return f"{meaning} ({allowed})" if allowed else meaning


def _type(kind: Any) -> str:  # noqa: ANN401
    if get_origin(kind) is tuple:
        return f"list of {_type(get_args(kind)[0])}s"
    if isinstance(kind, type) and issubclass(kind, Choice):
        return "choice"
    names: dict[Any, str] = {bool: "truth", int: "whole number", float: "number"}
    if kind in {Path, Path | None}:
        return "path"
    return names.get(kind, "text")


def _commented(known: Option) -> str:
    meaning = _comment(_meaning(known, quote=""))
    return f"{meaning}# {known.name} = {spelt(known.default)}\n"


def _comment(words: str) -> str:
    return "".join(f"# {line}\n" for line in textwrap.wrap(words, 98))
