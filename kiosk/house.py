"""What a conductor is given: how each lane gets its tools, and what does not change meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING

from kiosk.domain import Language
from kiosk.face_lane import FaceDesk
from kiosk.ports.camera import Camera
from kiosk.ports.card_reader import CardReader
from kiosk.ports.courier import Courier
from kiosk.ports.document_camera import DocumentCamera
from kiosk.ports.speaker import Speaker
from kiosk.readiness import PortName, PortReport
from kiosk.texts import Texts

if TYPE_CHECKING:  # SQLCipher and cryptography are loaded in the lanes, after Home is on the screen
    from kiosk.effects import Desk
    from kiosk.paper_desk import PaperDesk


@dataclass(frozen=True, slots=True)
class Openers:
    """How each lane gets its tools; called inside the lane's thread."""

    desk: Callable[[], Desk]
    paper: Callable[[], PaperDesk]
    reader: Callable[[], CardReader]
    camera: Callable[[], Camera]
    document_camera: Callable[[], DocumentCamera]
    """On the camera's lane, for both may be one device."""
    courier: Callable[[], Courier]
    speaker: Callable[[], Speaker]
    faces: Callable[[], FaceDesk]


@dataclass(frozen=True, slots=True)
class House:
    """What does not change while the program runs."""

    zone: tzinfo
    texts: Mapping[Language, Texts]
    versions: Callable[[], tuple[tuple[str, str], ...]]
    """Asked when a report is made: finding out takes longer than showing Home."""
    settings: tuple[tuple[str, str], ...]
    catalogue: PortReport
    """How loading the catalogue went."""
    absent: frozenset[PortName] = frozenset()
    """What this kiosk is meant to do without."""
    on_damage: Callable[[], None] = lambda: None
    """Called on any lane that met a database it can't read: the next start looks over all of it."""
