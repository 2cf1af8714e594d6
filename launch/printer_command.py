"""`kiosk printer`: what the receipt printer answers, and which profile fits it; prints nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kiosk.errors import BadSetting, PrinterMissing
from kiosk.settings import PrinterKind, load_settings
from launch.devices_chosen import printer_config
from launch.places import PRINTERS
from launch.wiring import build_kiosk
from printing.media import PaperWidth
from printing.opening import open_line
from printing.printer_probe import Abilities, fitting, probe
from printing.printer_profiles import PrinterProfile, load_profile

_WIRED = {PrinterKind.ESCPOS_TCP, PrinterKind.ESCPOS_USB, PrinterKind.ESCPOS_SERIAL}


def run_printer(settings_file: Path | None) -> int:
    """Ask the printer of the settings what it knows; return 0 if a profile that fits is in use.

    Raises:
        SettingsError: The settings choose no printer that can be asked.
        PrinterMissing: It can't be reached.
    """
    settings = load_settings(settings_file)
    if settings.printer.kind not in _WIRED:
        raise BadSetting(
            f"A printer of kind {settings.printer.kind.value!r} can't be asked.",
            "Set [printer] kind to escpos_tcp, escpos_usb or escpos_serial.",
        )
    config = printer_config(settings)
    used = load_profile(config.profile) if config.profile else None  # before anybody waits
    try:
        found = probe(open_line(config))
    except OSError as error:
        raise PrinterMissing(f"The printer can't be reached: {error.strerror or error}.") from error
    dots = PaperWidth(settings.printer.paper_width_mm).dots
    profiles = [load_profile(path) for path in sorted(PRINTERS.glob("*.toml"))]
    fit = fitting(found, dots, profiles)
    for line in _report(found, fit, used):
        print(line)
    return 0 if used in fit or (used is None and _is_ordinary(fit)) else 1


def count_new_paper(settings_file: Path | None, *, is_tray: bool) -> int:
    """Begin to count a new roll of paper, or a full tray; return 0.

    Raises:
        EnrolmentError: The kiosk has not been enrolled.
        StorageError: It can't be remembered.
    """
    from kiosk.store import paper_stock, sheet_stock

    kiosk = build_kiosk(load_settings(settings_file))
    paper = kiosk.open_paper()
    now = kiosk.clock.now().at
    try:
        if is_tray:
            sheets = sheet_stock.load(paper.db).used
            sheet_stock.refill(paper.db, now)
            print(f"A full tray is counted. {sheets} sheets were used since the last time.")
        else:
            used_m = paper_stock.load(paper.db).roll_mm / 1000
            paper_stock.new_roll(paper.db, now)
            print(f"A new roll is counted. {used_m:.1f} m were used of the one before.")
    finally:
        paper.close()
    return 0


def _report(
    found: Abilities, fit: list[PrinterProfile], used: PrinterProfile | None
) -> Iterator[str]:
    asks = ", ".join(map(str, found.asks)) or "nothing"
    yield f"state, asked in four questions (DLE EOT 1 to 4): answers {asks}"
    yield f"state, all at once (DLE EOT 20): {_answers(found.has_full_status)}"
    yield f"says when a paper is done (GS ( H): {_answers(found.says_done)}"
    yield f"forgets what it has not printed (DLE DC4 8): {_answers(found.clears)}"
    if not found.asks and not found.has_full_status:
        yield "It answers nothing. Is it the printer, at this speed, with both directions wired?"
    if fit:
        yield f'profile = "{fit[0].name}"   # {fit[0].title}'
    for other in fit[1:]:
        yield f"  fits too, and knows less: {other.name} ({other.title})"
    if used is not None:
        fits = "fits" if used in fit else "claims more than it answers, or is of another width"
        yield f"In use: {used.name}, which {fits}."


def _answers(is_so: bool) -> str:  # noqa: FBT001 - one word for one fact
    return "yes" if is_so else "no answer"


def _is_ordinary(fit: list[PrinterProfile]) -> bool:
    return any(profile.name.startswith("generic") for profile in fit)
