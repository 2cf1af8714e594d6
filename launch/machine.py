"""What the machine says of itself."""

from __future__ import annotations

from pathlib import Path

from kiosk.catalogue.loader import Catalogue
from kiosk.settings.from_office import OfficeSettings


def boot_id() -> str:
    """Return what names this running of the machine; "" where the system does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def releases(catalogue: Catalogue, office: OfficeSettings) -> tuple[tuple[str, str], ...]:
    """Return what the office gave and is in force here, as hello tells it; 0: nothing."""
    return ("catalogue", str(catalogue.release)), ("settings", str(office.release))
