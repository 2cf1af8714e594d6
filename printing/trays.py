"""What a printer says of its trays and of what it prints with (PWG 5100.13, `printer-input-tray`
and `printer-supply`; `marker-…` as CUPS and older printers have it).

Pure. Makers fill these in as they like: what is not understood is taken for not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from kiosk.ports.printer import Supply
from printing.ipp_message import Value

Told = Mapping[str, tuple[Value, ...]]
TRAY_ATTRIBUTES = ("printer-input-tray", "media-ready")
SUPPLY_ATTRIBUTES = (
    "printer-supply",
    "printer-supply-description",
    "marker-names",
    "marker-types",
    "marker-levels",
    "marker-low-levels",
)
LOW_PERCENT = 10
MOST_SUPPLIES = 12
"""Four colours, photo inks, a drum each for them; more is nonsense."""
LONGEST_NAME = 40
_A4_MM = (210.0, 297.0)
_A4 = "iso_a4_"
# Makers differ in the unit: hundredths and thousandths of a mm, ten-thousandths of an inch.
_PER_MM = (100.0, 1000.0, 10_000 / 25.4)
_AT_LEAST_ONE = -3
"""`prtInputCurrentLevel` (RFC 3805): not how many, but some."""
_WASTE = ("waste", "receptacle")
_NUMBER = re.compile(r"-?[0-9]{1,10}")
_LOW_REASONS = ("toner-low", "marker-supply-low")


def feeds_a4(told: Told) -> bool:
    """Say whether a tray that feeds by itself surely has A4 in it, whatever lacks in another."""
    return any(_feeds_a4(tray, told) for tray in _entries(told, "printer-input-tray"))


def supplies(told: Told) -> tuple[Supply, ...]:
    """Return what is told of toner and ink, a tank for waste left out."""
    found = tuple(islice(_markers(told), MOST_SUPPLIES))
    found = found or tuple(islice(_printer_supplies(told), MOST_SUPPLIES))
    reasons = [it for it in told.get("printer-state-reasons", ()) if isinstance(it, str)]
    if any(it.startswith(_LOW_REASONS) for it in reasons) and not any(it.is_low for it in found):
        return (*found, Supply("toner", None, is_low=True))
    return found


def _feeds_a4(tray: Mapping[str, str], told: Told) -> bool:
    level = _number(tray.get("level"))
    if level is None or not (level > 0 or level == _AT_LEAST_ONE):
        return False
    if "manual" in tray.get("type", "").lower():
        return False
    sides = _number(tray.get("mediaxfeed")), _number(tray.get("mediafeed"))
    if sides[0] and sides[1] and sides[0] > 0 and sides[1] > 0:
        return any(_is_a4(sides[0] / per, sides[1] / per) for per in _PER_MM)
    ready = [it for it in told.get("media-ready", ()) if isinstance(it, str)]
    return any(it.startswith(_A4) for it in ready)


def _is_a4(width_mm: float, height_mm: float) -> bool:
    pairs = zip(sorted((width_mm, height_mm)), _A4_MM, strict=True)
    return all(abs(told - real) < 3 for told, real in pairs)


def _markers(told: Told) -> Iterator[Supply]:
    names, types = told.get("marker-names", ()), told.get("marker-types", ())
    lows = told.get("marker-low-levels", ())
    for number, level in enumerate(told.get("marker-levels", ())):
        kind = str(types[number]) if number < len(types) else ""
        if kind.lower().startswith(_WASTE) or not isinstance(level, int) or not 0 <= level <= 100:
            continue
        low = lows[number] if number < len(lows) else None
        least = low if isinstance(low, int) and 0 <= low <= 100 else LOW_PERCENT
        name = str(names[number]) if number < len(names) else kind
        yield Supply(_shown(name), level, is_low=level <= least)


def _printer_supplies(told: Told) -> Iterator[Supply]:
    names = told.get("printer-supply-description", ())
    for number, entry in enumerate(_entries(told, "printer-supply")):
        level, most = _number(entry.get("level")), _number(entry.get("maxcapacity"))
        is_waste = entry.get("class", "").lower().startswith(_WASTE)
        if is_waste or level is None or not most or not 0 <= level <= most:
            continue
        percent = level * 100 // most
        name = str(names[number]) if number < len(names) else entry.get("type", "")
        yield Supply(_shown(name), percent, is_low=percent <= LOW_PERCENT)


def _shown(name: str) -> str:
    """Return a name that fits into a line on a screen or in a terminal, whatever was told."""
    return "".join(filter(str.isprintable, name))[:LONGEST_NAME].strip() or "toner"


def _entries(told: Told, name: str) -> Iterator[dict[str, str]]:
    """Yield each value, `key=value;…` in ASCII, as a mapping."""
    for value in told.get(name, ()):
        if isinstance(value, bytes):
            text = value.decode("ascii", "replace")
            parts = (part.partition("=") for part in text.split(";"))
            yield {key.strip().lower(): value.strip() for key, _, value in parts}


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and _NUMBER.fullmatch(text) else None
