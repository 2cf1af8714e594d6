"""How a region words what it gives in writing: `assets/legal/<region>.toml`.

A region without that file has no acknowledgement on A4; its receipts are unchanged.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.catalogue.service import Words
from kiosk.domain import Language
from kiosk.errors import CatalogueError

PLACEHOLDERS = frozenset({"authority", "service"})
_ADVICE = "Correct the file; `docs/reference/papers.md` shows its form."
_BRACES = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class LegalPaper:
    """One kind of acknowledgement."""

    title: Words
    statement: Words
    """What it states; `{authority}` and `{service}` are filled in."""


@dataclass(frozen=True, slots=True)
class LegalWords:
    """The wording of a region."""

    received: LegalPaper
    """While the office has not decided whether it accepts."""
    accepted: LegalPaper
    seal: Words
    """What stands where the seal goes."""


class _Wrong(ValueError):
    """The file says something that can't be; the message says what."""


def load_legal_words(file: Path) -> LegalWords | None:
    """Load a region's wording; None where there is no such file.

    Raises:
        CatalogueError: The file can't be read, or says something that can't be.
    """
    try:
        table: dict[str, object] = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{file.name} can't be read: {error}.", _ADVICE) from error
    try:
        return _legal_words(table)
    except _Wrong as error:
        raise CatalogueError(f"{file.name}: {error}.", _ADVICE) from error


def _legal_words(table: Mapping[str, object]) -> LegalWords:
    _insist(table, {"source", "received", "accepted", "seal"}, "the file")
    return LegalWords(
        _paper(table["received"], "received"),
        _paper(table["accepted"], "accepted"),
        _words(table["seal"], "seal"),
    )


def _paper(value: object, name: str) -> LegalPaper:
    table = _table(value, name)
    _insist(table, {"title", "statement"}, name)
    return LegalPaper(
        _words(table["title"], f"{name}.title"),
        _words(table["statement"], f"{name}.statement"),
    )


def _words(value: object, name: str) -> Words:
    told: list[tuple[Language, str]] = []
    for language, text in _table(value, name).items():
        if not isinstance(text, str) or not text.strip():
            raise _Wrong(f"{name} says nothing in {language}")
        for placeholder in _BRACES.findall(text):
            if placeholder not in PLACEHOLDERS:
                raise _Wrong(f"{name} has {{{placeholder}}}, which nobody fills in")
        told.append((Language(language), text.strip()))
    if not told:
        raise _Wrong(f"{name} says nothing")
    return Words(tuple(told))


def _table(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise _Wrong(f"{name} is no table")
    return value


def _insist(table: Mapping[str, object], names: set[str], place: str) -> None:
    if missing := names - set(table):
        raise _Wrong(f"{place} has no {min(missing)}")
    if unknown := set(table) - names:
        raise _Wrong(f"there is no {min(unknown)!r} in {place}")
