"""The staff's own flow while it is open: where it stands, and what the technician knows by now."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.clock import Moment
from kiosk.readiness import PortName, PortReport, Report


class StaffStep(StrEnum):
    """The staff's own small flow, in front of a suspended visit."""

    DOOR = "door"
    """Names of the volunteers, and the technician's entry."""
    VOLUNTEER_PIN = "volunteer_pin"
    TECHNICIAN_PIN = "technician_pin"
    CHECKING = "checking"
    ON_DUTY = "on_duty"
    """Somebody is on duty: join the visit, tell of new paper, sign out, go back."""
    MAINTENANCE = "maintenance"


class PinFor(StrEnum):
    """What a PIN is asked for of somebody who is on duty: whoever touches their name comes to their
    screen, and may look.
    """

    REFILL = "refill"
    SIGN_OUT = "sign_out"


@dataclass(frozen=True, slots=True)
class StaffPanel:
    """The staff's own flow while it is open."""

    step: StaffStep
    opened_at: Moment
    chosen_id: str = ""
    problem: str = ""
    """Message id, or "" for none."""
    wait_s: int = 0
    """How long a locked account still has to wait."""
    report: Report | None = None
    """What the doctor found last; None until it answered."""
    tests: tuple[PortReport, ...] = ()
    """Results of the live tests, newest last, one per part."""
    testing: PortName | None = None
    """The part that is being tested now; the camera stays on while it is being looked through."""
    refilling: PortName | None = None
    """The printer of which somebody said that it has new paper, until they confirm that."""
    is_proven: bool = False
    """Whether the PIN of who is on duty was typed since the door was opened."""
    pin_for: PinFor | None = None
    """What is done once that PIN is right; None: they sign in."""
