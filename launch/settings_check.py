"""Whether what the settings point at is there: texts, region, photo format, printer address, fonts.

`kiosk.settings` checks each value by itself; here is what can only be told by looking.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Collection, Iterator
from pathlib import Path

from devices.camera.formats import load_photo_formats
from kiosk.domain import Language
from kiosk.errors import BadSetting
from kiosk.settings import (
    CameraKind,
    OfficePrinterKind,
    OfficePrinterSettings,
    PrinterKind,
    PrinterSettings,
    Settings,
)
from launch.places import PHOTO_FORMATS, PRINTERS, REGIONS
from printing.ipp_client import address_of

_log = logging.getLogger(__name__)


def check_settings(
    settings: Settings, known_languages: Collection[Language], *, needs_printers: bool = True
) -> None:
    """Look whether the kiosk can be what the settings say.

    Without `needs_printers`, what is wrong about printers is only logged: residents are better
    served without paper than not at all, and the doctor says what is wrong.

    Raises:
        BadSetting: It can't; the message names every setting that is wrong.
    """
    problems = list(_problems(settings, known_languages))
    of_printers = list(_printer_problems(settings))
    if needs_printers:
        problems += of_printers
    elif of_printers:
        _log.error("PRINTER_MISSET why=%s", " ".join(of_printers))
    if problems:
        raise BadSetting(" ".join(problems), "Correct them in the settings file.")


def _problems(settings: Settings, known_languages: Collection[Language]) -> Iterator[str]:
    known = ", ".join(sorted(known_languages))
    for language in settings.kiosk.languages:
        if language not in known_languages:
            yield f"[kiosk] languages: there are no texts in {language!r}; there are: {known}."
    second = settings.printer.second_language
    if second and Language(second) not in known_languages:
        yield f"[printer] second_language: there are no texts in {second!r}; there are: {known}."
    regions = sorted(path.stem for path in REGIONS.glob("*.toml"))
    if settings.kiosk.region not in regions:
        yield (
            f"[kiosk] region: there is no region {settings.kiosk.region!r};"
            f" there are: {', '.join(regions)}."
        )
    if settings.camera.kind is not CameraKind.NONE:
        formats = sorted(load_photo_formats(PHOTO_FORMATS, settings.camera.formats_file))
        if settings.camera.photo_format not in formats:
            yield (
                f"[camera] photo_format: there is no format {settings.camera.photo_format!r};"
                f" there are: {', '.join(formats)}."
            )


def _printer_problems(settings: Settings) -> Iterator[str]:
    if settings.printer.kind is PrinterKind.ESCPOS_TCP and not _is_address(settings.printer.host):
        yield (
            f"[printer] host: {settings.printer.host!r} is no numeric address such as"
            " 192.0.2.7; a name would have to be looked up first, and that may take for ever."
        )
    if settings.printer.kind is PrinterKind.IPP:
        yield from _address_problems("printer", settings.printer)
    if settings.office_printer.kind is OfficePrinterKind.IPP:
        yield from _address_problems("office_printer", settings.office_printer)
    profile = settings.printer.profile
    if profile and not profile_path(profile).is_file():
        known = ", ".join(sorted(path.stem for path in PRINTERS.glob("*.toml")))
        yield f"[printer] profile: there is no profile {profile!r}; there are: {known}."
    elif profile:
        yield from _profile_problems(settings)
    for font in settings.printer.extra_fonts:
        if not font.is_file():
            yield f"[printer] extra_fonts: the font {font} is not there."


def _address_problems(table: str, chosen: PrinterSettings | OfficePrinterSettings) -> Iterator[str]:
    try:
        address_of(chosen.address, certificate=chosen.certificate)
    except BadSetting as error:
        yield f"[{table}] address: {error}"


def _profile_problems(settings: Settings) -> Iterator[str]:
    from printing.media import PaperWidth
    from printing.printer_profiles import fit_profile, load_profile

    try:
        profile = load_profile(profile_path(settings.printer.profile))
        fit_profile(profile, PaperWidth(settings.printer.paper_width_mm))
    except BadSetting as error:
        yield f"[printer] profile: {error}"


def profile_path(profile: str) -> Path:
    """Return where a printer's profile lies: with the program's own, or where its path says."""
    return Path(profile) if "/" in profile else PRINTERS / f"{profile}.toml"


def _is_address(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
