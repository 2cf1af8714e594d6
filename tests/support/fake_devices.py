"""Devices that cost nothing: a reader that reads one card, a camera
that sees the same face, and a clock on which seconds of waiting pass in a fraction of one.

For tests of what lies behind the devices; the devices themselves have contract tests.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

from devices.worker_child import waiting_s
from kiosk.clock import Moment
from kiosk.photos import Advice, Findings, Photo
from kiosk.ports.camera import CameraMount, Frame, Look, NoPicture
from kiosk.ports.card_reader import NoCard, PersonRead, Presence, ReadAnswer
from tests.support.builders import a_person

FRAME_S = 0.01
READ_S = 0.1
_FRAME = Frame(bytes(2 * 2 * 3), 2, 2, 1)
_GOOD, _DARK = Findings(), Findings(advice=(Advice.TOO_DARK,))


@dataclass(frozen=True, slots=True)
class HastyClock:
    """Tells the right time, and counts `haste` seconds where one passes."""

    haste: float = 1.0

    def now(self) -> Moment:
        """Return this instant."""
        return Moment(datetime.now(UTC), monotonic() * self.haste)


@dataclass(slots=True)
class FakeCardReader:
    """Reads the card of an invented person while `lies_there` is set, from whichever thread."""

    lies_there: bool = False
    _never: threading.Event = field(default_factory=threading.Event, init=False)

    def read_card(self, timeout_s: float) -> ReadAnswer:
        """Return the person, after a part of the time that a chip takes."""
        self._never.wait(READ_S)
        return PersonRead(a_person(), "cn.resident_id") if self.lies_there else NoCard()

    def presence(self, timeout_s: float) -> Presence:
        """Say whether the card lies there."""
        return Presence.PRESENT if self.lies_there else Presence.ABSENT

    def close(self) -> None:
        """Do nothing."""


@dataclass(slots=True)
class FakeCamera:
    """Sees a face in light that comes and goes; its portraits have `jpeg_bytes` bytes."""

    jpeg_bytes: int = 200_000
    _looks: int = field(default=0, init=False)
    _never: threading.Event = field(default_factory=threading.Event, init=False)

    def look(self, timeout_s: float, photo_format: str = "") -> Look | NoPicture:
        """Return a picture, after as long as a camera takes for one."""
        self._never.wait(FRAME_S)
        self._looks += 1
        return Look(_FRAME, _GOOD if self._looks // 4 % 2 else _DARK)

    def take(self, timeout_s: float, photo_format: str = "") -> Photo | NoPicture:
        """Return a portrait that can't be compressed, as a real one can't."""
        jpeg = b"\xff\xd8\xff\xe0" + random.randbytes(self.jpeg_bytes - 6) + b"\xff\xd9"
        return Photo(jpeg, 358, 441, photo_format or "cn.id_card", _GOOD)

    def take_whole(self, timeout_s: float) -> Photo | NoPicture:
        """Return a whole picture, as large as the portrait."""
        return self.take(timeout_s)

    def use(self, mount: CameraMount) -> None:
        """Do nothing: there is one."""

    def close(self) -> None:
        """Do nothing."""


@dataclass
class SlowCamera(FakeCamera):
    """Takes seconds to be opened; they pass while its worker may wait, and cost nothing."""

    opening_s: float = 7.5

    def look(self, timeout_s: float, photo_format: str = "") -> Look | NoPicture:
        """Return a picture once it is open."""
        self.opening_s -= waiting_s(timeout_s)
        if self.opening_s > 0:
            return NoPicture.STARTING
        return Look(_FRAME, _GOOD)
