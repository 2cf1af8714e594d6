"""What a technician may know about the machine: the state of every port, the queue in counts, and
one sentence of advice each.

Never contents: no name, no number, no answer appears in a report.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Health(StrEnum):
    """How a part of the machine is."""

    READY = "ready"
    WARNING = "warning"
    """Works, and somebody should look at it: paper is low, the clock is far off."""
    BROKEN = "broken"
    """Does not work; what the machine still can do is said beside it."""
    OFF = "off"
    """Not configured, or not asked yet."""


class PortName(StrEnum):
    """The parts that are looked at."""

    CARD_READER = "card_reader"
    CAMERA = "camera"
    DOCUMENT_CAMERA = "document_camera"
    FACE_MATCHER = "face_matcher"
    PRINTER = "printer"
    OFFICE_PRINTER = "office_printer"
    SPEAKER = "speaker"
    STORE = "store"
    PLATFORM = "platform"
    CLOCK = "clock"
    KEYS = "keys"
    """Whom applications are sealed to, and whether it was seen that they can open them."""
    CATALOGUE = "catalogue"
    STAFF = "staff"
    SETTINGS = "settings"
    LEFT_CARD = "left_card"
    """A card that somebody forgot; told only when there was one lately."""


PRINTERS = frozenset({PortName.PRINTER, PortName.OFFICE_PRINTER})


@dataclass(frozen=True, slots=True)
class PortReport:
    """How one part is: `state` is one word, `sentence` what was found, `advice` what to do ("" when
    nothing).
    """

    port: PortName
    health: Health
    state: str
    sentence: str
    advice: str = ""
    is_simulated: bool = False
    is_refilled_by_hand: bool = False
    """Its paper is counted, and somebody has to say when there is new paper."""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """How many entries stand in one state, how old the oldest is, and why they are held."""

    state: str
    count: int
    oldest_at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything `kiosk doctor` and the maintenance screen know."""

    at: datetime
    ports: tuple[PortReport, ...]
    queue: tuple[QueueLine, ...]
    versions: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str], ...]
    """Settings in force as (name, value); secrets are shown as "(set)"."""

    @property
    def is_ok(self) -> bool:
        """Say whether nothing is broken."""
        return all(port.health is not Health.BROKEN for port in self.ports)
