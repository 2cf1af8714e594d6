"""What the staff want done about paper."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.readiness import PortName


@dataclass(frozen=True, slots=True)
class LookAtPaper:
    """Ask the printers alone how they are. Answer: ReportMade."""


@dataclass(frozen=True, slots=True)
class RefillPaper:
    """Begin to count anew: a new roll, or a full tray, is in this printer. Answer: ReportMade."""

    port: PortName
