"""What the settings say about sending."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from kiosk.store.room import Levels
from sync.canary import EVERY


@dataclass(frozen=True, slots=True)
class CourierConfig:
    """What the settings say about sending."""

    state_folder: Path
    url: str
    ca_file: Path | None
    poll_s: float
    request_timeout_s: float
    chunk_bytes: int
    keep_delivered_h: float = 72.0
    """How long an envelope stays after its delivery proof, in hours."""
    canary_every: timedelta = EVERY
    """How often the platform is asked to open something."""
    versions: tuple[tuple[str, str], ...] = ()
    boot: str = ""
    """Names this running of the machine."""
    levels: Levels = field(default_factory=Levels)
    """How much room there has to be on the disk, which hello tells of."""
