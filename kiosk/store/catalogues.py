"""Catalogues that the platform gave: laid beside the store, tried, and used from the next start on.

The program's own catalogue is what there is before the first one, and what is left when none of
them can be used. Nothing in here is private; what is on the disk was verified when it came.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from kiosk.catalogue.loader import COMPILED, Catalogue, load_catalogue
from kiosk.files import make_private_folder, sync_folder, write_durably

FOLDER = "catalogue"
REFUSED = "refused.json"
KEPT = 2
"""How many stay: the newest, and the one before, should the newest be damaged."""


def folder_of(state_folder: Path) -> Path:
    """Return where catalogues of the platform lie."""
    return state_folder / FOLDER


def load(state_folder: Path, shipped: Path) -> Catalogue:
    """Return the newest catalogue that can be used, else that of the program. Never raises."""
    refused = _refusal(state_folder)
    for version, folder in _versions(state_folder):
        catalogue = load_catalogue(folder)
        if catalogue.services and not catalogue.problems:
            return replace(catalogue, release=version, refused=refused)
        refused = refused or "; ".join(str(problem) for problem in catalogue.problems)
    return replace(load_catalogue(shipped), refused=refused)


def stage(state_folder: Path, version: int, services: Mapping[str, str]) -> str:
    """Lay a catalogue ready for the next start, if every service of it can be used.

    Args:
        state_folder: The kiosk's state folder.
        version: The release; only ever rises.
        services: Compiled services by their ids, which are fit to be names of folders.

    Returns:
        "", or why it is refused; nothing of it is kept then.

    Raises:
        OSError: It can't be written; what was there before stands.
    """
    root = folder_of(state_folder)
    make_private_folder(root)
    draft = root / f"{version}.new"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        for name, text in services.items():
            make_private_folder(draft / name)
            write_durably(draft / name / COMPILED, text.encode())
        catalogue = load_catalogue(draft)
        if len(catalogue.services) == len(services) > 0:
            # There already: the power went before it was noted that it is.
            shutil.rmtree(root / str(version), ignore_errors=True)
            draft.rename(root / str(version))
            sync_folder(root)
            (root / REFUSED).unlink(missing_ok=True)
            _prune(state_folder)
            return ""
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    shutil.rmtree(draft)
    why = "; ".join(str(problem) for problem in catalogue.problems) or "it holds no services"
    refuse(state_folder, version, why)
    return why


def refuse(state_folder: Path, version: int, why: str) -> None:
    """Remember for the technician that a catalogue was refused.

    Raises:
        OSError: It can't be written.
    """
    make_private_folder(folder_of(state_folder))
    told = json.dumps({"version": version, "why": why}, ensure_ascii=False)
    write_durably(folder_of(state_folder) / REFUSED, told.encode())


def _refusal(state_folder: Path) -> str:
    try:
        told = json.loads((folder_of(state_folder) / REFUSED).read_bytes())
        return f"{told['version']}: {told['why']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _versions(state_folder: Path) -> Iterator[tuple[int, Path]]:
    """Yield what is there, the newest first."""
    try:
        names = [path for path in folder_of(state_folder).iterdir() if path.name.isdecimal()]
    except OSError:
        return
    for path in sorted(names, key=lambda path: int(path.name), reverse=True):
        yield int(path.name), path


def _prune(state_folder: Path) -> None:
    for _, folder in list(_versions(state_folder))[KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)
