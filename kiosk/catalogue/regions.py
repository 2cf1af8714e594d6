"""Reads which days the offices of a region work: `assets/regions/<region>.toml`."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path

from kiosk.catalogue.workdays import WorkCalendar
from kiosk.errors import CatalogueError

_LONGEST_HOLIDAY_DAYS = 31
_ADVICE = "Correct the region's file; `docs/reference/catalogue.md` shows its form."


class _Wrong(ValueError):
    """The file says something that can't be; the message says what."""


def load_region(file: Path) -> WorkCalendar:
    """Load a region's calendar.

    Raises:
        CatalogueError: The file can't be read, or says something that can't be.
    """
    try:
        table: dict[str, object] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{file.name} can't be read: {error}.", _ADVICE) from error
    try:
        return _calendar(table)
    except _Wrong as error:
        raise CatalogueError(f"{file.name}: {error}.", _ADVICE) from error


def _calendar(table: dict[str, object]) -> WorkCalendar:
    known = {"region", "source", "weekend", "years", "holiday", "worked_weekends"}
    if unknown := set(table) - known:
        raise _Wrong(f"there is no option {min(unknown)!r} here")
    weekend = frozenset(_numbers(table.get("weekend", []), "weekend", 1, 7))
    years = frozenset(_numbers(table.get("years", []), "years", 2000, 2999))
    holidays = frozenset(
        day for item in _items(table.get("holiday", []), "holiday") for day in _holiday(item)
    )
    worked = frozenset(
        _day(item, "worked_weekends")
        for item in _items(table.get("worked_weekends", []), "worked_weekends")
    )
    if len(weekend) == 7:
        raise _Wrong("weekend leaves no working day")
    for day in sorted(worked):
        if day.isoweekday() not in weekend:
            raise _Wrong(f"worked_weekends: {day} is no weekend anyway")
        if day in holidays:
            raise _Wrong(f"worked_weekends: {day} is a holiday too")
    return WorkCalendar(weekend, holidays, worked, years)


def _items(value: object, name: str) -> list[object]:
    if not isinstance(value, list):
        raise _Wrong(f"{name} is no list")
    return value


def _numbers(value: object, name: str, least: int, most: int) -> list[int]:
    found: list[int] = []
    for item in _items(value, name):
        if isinstance(item, bool) or not isinstance(item, int) or not least <= item <= most:
            raise _Wrong(f"{name}: {item!r} is not {least} to {most}")
        found.append(item)
    return found


def _day(value: object, name: str) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise _Wrong(f"{name}: {value!r} is no date such as 2026-10-01")
    return value


def _holiday(item: object) -> list[date]:
    if not isinstance(item, dict) or not {"first"} <= set(item) <= {"name", "first", "last"}:
        raise _Wrong("a holiday has a name, a first and a last day")
    first = _day(item["first"], "holiday")
    last = _day(item.get("last", first), "holiday")
    length = (last - first).days + 1
    if not 1 <= length <= _LONGEST_HOLIDAY_DAYS:
        raise _Wrong(f"the holiday from {first} to {last} can't be")
    return [first + timedelta(days=number) for number in range(length)]
