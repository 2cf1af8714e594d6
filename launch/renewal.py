"""Whether the kiosk should end between visits, so that its next start takes what the
office sent: a newer catalogue, other settings.

Only where a service manager starts it again, and only after Home has been left alone for a while:
whoever stands before it is served first.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.flow.session import Session, Step
from kiosk.store import catalogues, office_settings
from launch.places import CATALOGUE
from launch.wiring import Kiosk

LOOK_MS = 60_000
QUIET_LOOKS = 5
"""How many looks in a row have to find Home as it is when nobody is there."""
SERVICE_MANAGER = "INVOCATION_ID"
"""What systemd gives to whatever it starts."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Renewal:
    """Looks once a minute; see the module."""

    ready: Callable[[], tuple[int, int]]
    """The releases of catalogue and settings that a start would take now."""
    running: tuple[int, int]
    """Those that were taken at this start."""
    _quiet: int = field(default=0, init=False)

    def is_due(self, session: Session) -> bool:
        """Say whether to end now, having looked once more."""
        is_alone = session.step is Step.HOME and not session.is_visit and session.staff is None
        self._quiet = self._quiet + 1 if is_alone else 0
        if self._quiet < QUIET_LOOKS:
            return False
        self._quiet = 0
        ready = self.ready()
        if all(new <= old for new, old in zip(ready, self.running, strict=True)):
            return False
        _log.info("RESTART_FOR_OFFICE catalogue=%d settings=%d", *ready)
        return True


def renewal_of(kiosk: Kiosk, *, is_windowed: bool) -> Renewal | None:
    """Return what looks, None where nobody would start the kiosk again."""
    if is_windowed or SERVICE_MANAGER not in os.environ:
        return None
    folder = kiosk.settings.kiosk.state_folder

    def ready() -> tuple[int, int]:
        return catalogues.load(folder, CATALOGUE).release, office_settings.load(folder)[0]

    return Renewal(ready, (kiosk.catalogue.release, kiosk.office.release))
