"""Settings that the office gives for a whole site: which it may, and which count here.

An option may be set from afar only if its declaration says so, and its value has to pass the same
checks as one in the file. What stands in the file of this machine is pinned: it counts, whatever
the office says. Pure.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, get_type_hints

from kiosk.settings.option import FromAfar, Option, Table, options_of
from kiosk.settings.tables import Settings
from kiosk.settings.values import Wrong, fitting

Value: TypeAlias = str | int | float | bool
_NOWHERE = Path()
"""No option that may be set from afar is a path."""


@dataclass(frozen=True, slots=True)
class OfficeSettings:
    """What the office gave and what became of it; names are `table.option`."""

    release: int = 0
    """0: the office gave none."""
    applied: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    """What the office gave and the file of this machine says otherwise."""
    refused: str = ""
    """Why none of it counts, or ""."""


def may_be_set(name: str) -> Option | None:
    """Return the option of this name if the office may set it."""
    table, _, option = name.partition(".")
    kind = get_type_hints(Settings).get(table)
    known = {} if kind is None else {it.name: it for it in options_of(kind)}
    found = known.get(option)
    return found if found is not None and found.rule.from_afar is not FromAfar.NO else None


def options_from_afar() -> tuple[str, ...]:
    """Return every option that the office may set."""
    return tuple(
        f"{table}.{known.name}"
        for table, kind in get_type_hints(Settings).items()
        for known in options_of(kind)
        if known.rule.from_afar is not FromAfar.NO
    )


def problem_with(values: Mapping[str, Value]) -> str:
    """Return what is wrong with values, without regard to any machine; "" when nothing is."""
    for name, value in values.items():
        known = may_be_set(name)
        if known is None:
            return f"{name} can't be set from afar"
        try:
            fitting(known.kind, known.rule, value, _NOWHERE)
        except Wrong as wrong:
            return f"{name} {wrong}"
        if known.rule.from_afar is FromAfar.UPWARDS and not _is_at_least(value, known.default):
            return f"{name} must not be less than {known.default}"
    return ""


def with_office(
    settings: Settings, release: int, values: Mapping[str, Value]
) -> tuple[Settings, OfficeSettings]:
    """Return the settings in force, and what became of those of the office."""
    refused = problem_with(values)
    if refused:
        return settings, OfficeSettings(release, refused=refused)
    applied: list[str] = []
    pinned: list[str] = []
    tables: dict[str, Table] = {}
    for name, value in sorted(values.items()):
        table, _, option = name.partition(".")
        present: Table = tables.get(table, getattr(settings, table))
        known = may_be_set(name)
        if option in present.told or known is None:
            pinned.append(name)
            continue
        fits = fitting(known.kind, known.rule, value, _NOWHERE)
        changes: dict[str, object] = {option: fits}
        tables[table] = dataclasses.replace(present, **changes)  # type: ignore[arg-type]
        applied.append(name)
    for name, table_now in tables.items():
        for option, words in table_now.problems():
            return settings, OfficeSettings(release, refused=f"{name}.{option} {words}")
    changed: dict[str, object] = dict(tables)
    now = dataclasses.replace(settings, **changed)  # type: ignore[arg-type]
    return now, OfficeSettings(release, tuple(applied), tuple(pinned))


def _is_at_least(value: Value, default: object) -> bool:
    return (
        isinstance(value, int | float)
        and isinstance(default, int | float)
        and float(value) >= float(default)
    )
