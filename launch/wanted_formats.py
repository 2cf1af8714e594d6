"""Whether the photo formats that services ask for are there: at the build, and at each start.

The core knows formats by their ids alone; what they are is read here, as the camera reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

from devices.camera.formats import load_photo_formats
from kiosk.catalogue.compiled import PHOTO_FORMAT
from kiosk.catalogue.loader import Catalogue
from kiosk.catalogue.service import Service
from kiosk.errors import CatalogueError
from launch.places import PHOTO_FORMATS

IN_THE_BUILD = "Write one of them, or name your own file of formats with --formats."
AT_THE_START = "Add it to the formats of this kiosk ([camera] formats_file)."


def known_formats(more: Path | None = None) -> tuple[str, ...]:
    """Return the ids of the formats that ship, and of those in a deployer's file.

    Raises:
        BadSetting: A file can't be read, or a format can't be.
    """
    return tuple(sorted(load_photo_formats(PHOTO_FORMATS, more)))


def read_format(told: object, fault: Callable[[str, str], None]) -> str:
    """Return `photo_format` of a `service.toml`, "" for none; `fault` is told what it can't be."""
    if isinstance(told, str) and (not told or PHOTO_FORMAT.fullmatch(told)):
        return told
    advice = 'Write the id of a photo format, such as "icao.travel", or leave it out.'
    fault(f"photo_format can't be {told!r}", advice)
    return ""


def unknown_format(service: Service, known: Collection[str]) -> str:
    """Return what is wrong with the format that a service asks for, "" for nothing."""
    if not service.photo_format or service.photo_format in known:
        return ""
    there_are = ", ".join(sorted(known))
    return f"photo_format: there is no format {service.photo_format!r}; there are: {there_are}"


def without_unknown_formats(catalogue: Catalogue, known: Collection[str]) -> Catalogue:
    """Leave out the services whose photo nobody here can take, and say so among the problems."""
    wrong = [(service, unknown_format(service, known)) for service in catalogue.services]
    problems = tuple(
        CatalogueError(f"The service {service.service_id} can't be offered: {what}.", AT_THE_START)
        for service, what in wrong
        if what
    )
    services = tuple(service for service, what in wrong if not what)
    return replace(catalogue, services=services, problems=(*catalogue.problems, *problems))
