"""Reads the compiled services from their folders: the only part of this room that opens files.

One broken service never takes the others down: it is left out, and the doctor says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.catalogue.compiled import BadService, decode
from kiosk.catalogue.service import Service
from kiosk.errors import CatalogueError

COMPILED = "compiled.json"
METADATA = "service.toml"
WORKBOOK = "form.xlsx"
_LARGEST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What can be applied for here, in the order of the folders, and what could not be loaded."""

    services: tuple[Service, ...]
    problems: tuple[CatalogueError, ...] = ()
    release: int = 0
    """The version under which the platform gave it; 0: it came with the program."""
    refused: str = ""
    """Which newer one of the platform's can't be used, and why."""


def load_catalogue(root: Path) -> Catalogue:
    """Load every service below `root`. Never raises: what is wrong is in `problems`."""
    services: list[Service] = []
    problems: list[CatalogueError] = []
    try:
        folders = sorted(path for path in root.iterdir() if path.is_dir())
    except OSError as error:
        what = f"The catalogue {root} can't be read: {error.strerror}."
        return Catalogue((), (CatalogueError(what, "Check the path in the settings."),))
    for folder in folders:
        if not any((folder / name).exists() for name in (COMPILED, METADATA, WORKBOOK)):
            continue
        try:
            services.append(load_service(folder))
        except CatalogueError as problem:
            problems.append(problem)
    return Catalogue(tuple(services), tuple(problems))


def load_service(folder: Path) -> Service:
    """Load the compiled service in `folder`.

    Raises:
        CatalogueError: It was not built, can't be read, or is not what the build wrote.
    """
    file = folder / COMPILED
    place = f"{folder.name}/{COMPILED}"
    try:
        if file.stat().st_size > _LARGEST_BYTES:
            raise CatalogueError(f"{place} is too large to be a service.")
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise CatalogueError(
            f"The service {folder.name} was not built.", "Run `kiosk catalogue build`."
        ) from error
    except OSError as error:
        raise CatalogueError(f"{place} can't be read: {error.strerror}.") from error
    try:
        service = decode(data)
    except BadService as error:
        raise CatalogueError(
            f"{place} can't be used: {error}.", "Run `kiosk catalogue build` again."
        ) from error
    if service.service_id != folder.name:
        raise CatalogueError(
            f"{place} is of the service {service.service_id}.",
            "A service's folder is called as the service is: build it again where it belongs.",
        )
    return service
