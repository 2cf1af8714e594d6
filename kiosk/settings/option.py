"""How one option is declared, and what is known of it besides its type."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, TypeVar, get_type_hints

T = TypeVar("T")
_KEY = "option"


class FromAfar(StrEnum):
    """Whether the office may set an option for the kiosks of a site."""

    NO = ""
    YES = "yes"
    UPWARDS = "upwards"
    """Not below its default."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What an option may be, besides its type.

    `problem` looks at a value of the right type and answers what is wrong with it, or "".
    """

    says: str
    unit: str = ""
    least: float | None = None
    most: float | None = None
    allowed: tuple[int, ...] = ()
    problem: Callable[[str], str] | None = None
    is_place: bool = False
    """A text that is a path or an address: a relative path counts from the settings file."""
    from_afar: FromAfar = FromAfar.NO


@dataclass(frozen=True, slots=True)
class Option:
    """One option of one table: name, type, default and rule."""

    name: str
    kind: Any
    default: object
    rule: Rule


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the file."""

    says: ClassVar[str] = ""
    told: frozenset[str] = field(default=frozenset(), kw_only=True, compare=False, repr=False)
    """Which options the file names; the others have their default."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield (option, what is wrong) for what only shows when several are seen together."""
        yield from ()


def option(default: T, rule: Rule) -> T:
    """Declare an option as a field of its table's dataclass."""
    return field(default=default, metadata={_KEY: rule})


def options_of(table: type[Table]) -> tuple[Option, ...]:
    """Return the options that a table declares, in their order."""
    return tuple(_options(table))


def _options(table: type[Table]) -> Iterator[Option]:
    kinds = get_type_hints(table)
    for declared in dataclasses.fields(table):
        rule = declared.metadata.get(_KEY)
        if rule is None:
            continue
        yield Option(declared.name, kinds[declared.name], declared.default, rule)
