"""The office's settings beside the store: they are needed before the database is opened.

Nothing in them is private; their signature was verified when they came.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from kiosk.files import write_durably
from kiosk.settings.from_office import Value

FILE = "office-settings.json"


def save(state_folder: Path, release: int, values: Mapping[str, Value]) -> None:
    """Keep the newest, in place of the one before.

    Raises:
        OSError: It can't be written; the one before stands.
    """
    told = json.dumps({"release": release, "values": dict(values)}, ensure_ascii=False, indent=1)
    write_durably(state_folder / FILE, told.encode() + b"\n")


def load(state_folder: Path) -> tuple[int, dict[str, Value]]:
    """Return release and values; 0 and nothing when none can be read. Never raises."""
    try:
        told = json.loads((state_folder / FILE).read_bytes())
        release, values = told["release"], told["values"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return 0, {}
    if type(release) is not int or not isinstance(values, dict):
        return 0, {}
    return release, {str(name): value for name, value in values.items()}
