"""What the machine says of itself."""

from __future__ import annotations

from pathlib import Path


def boot_id() -> str:
    """Return what names this running of the machine; "" where the system does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
