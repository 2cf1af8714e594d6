"""What the desk has laid out for the simulated devices: one small JSON file each, in one folder.

The desk window, `kiosk desk` and tests write; simulators, also those in worker processes, read at
each call. Files are replaced whole (`rename(2)`), so that a reader sees the old state or the new
one. Whatever is missing or can't be read is the state of a desk that nobody has touched.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Self, TypeVar

from devices.wire import Fields, Garbled


@dataclass(frozen=True, slots=True)
class SimulatedCard:
    """What lies on the simulated reader.

    `card` names a sample card of the simulator, None is an empty reader. `pulled_mid_read` takes
    the card away in the middle of the next reading. `reader_connected` False unplugs the reader.
    """

    FILE_NAME: ClassVar[str] = "card.json"

    card: str | None = None
    pulled_mid_read: bool = False
    reader_connected: bool = True

    @classmethod
    def parse(cls, values: Fields) -> Self:
        """Take a file's contents apart; raises `Garbled`."""
        return cls(
            card=values.text("card") if values.has("card") else None,
            pulled_mid_read=values.flag("pulled_mid_read"),
            reader_connected=values.flag("reader_connected"),
        )


class FaceScene(StrEnum):
    """What the simulated camera sees."""

    GOOD = "good"
    """A face in good light at the right distance."""
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    LIGHT_FROM_SIDE = "light_from_side"
    FAR_AWAY = "far_away"
    TOO_CLOSE = "too_close"
    OFF_CENTRE = "off_centre"
    TILTED = "tilted"
    BLURRED = "blurred"
    NOBODY = "nobody"
    PASSPORT = "passport"
    """No face: the sample passport, held up with its lines."""
    UNPLUGGED = "unplugged"
    """The camera gives no pictures."""
    FROZEN = "frozen"
    """The driver hangs: the worker has to be killed."""


@dataclass(frozen=True, slots=True)
class SimulatedFace:
    """Who sits before the simulated camera; `skin` is a lightness from 0 (darkest) to 1."""

    FILE_NAME: ClassVar[str] = "face.json"

    scene: FaceScene = FaceScene.GOOD
    skin: float = 0.7

    @classmethod
    def parse(cls, values: Fields) -> Self:
        """Take a file's contents apart; raises `Garbled`."""
        return cls(scene=values.choice("scene", FaceScene), skin=values.number("skin"))


class SheetScene(StrEnum):
    """What the simulated document camera sees."""

    LETTER = "letter"
    """A printed sheet, whole and well lit."""
    FORM = "form"
    CARD = "card"
    CARD_BACK = "card_back"
    CROOKED = "crooked"
    """Turned, and seen from the side."""
    UPSIDE_DOWN = "upside_down"
    SHADOW = "shadow"
    DARK = "dark"
    GLARE = "glare"
    BLURRED = "blurred"
    CUT_OFF = "cut_off"
    """Its lower end lies beyond the picture."""
    BLANK = "blank"
    TWO = "two"
    FAR_AWAY = "far_away"
    NOTHING = "nothing"
    UNPLUGGED = "unplugged"
    """The camera gives no pictures."""
    FROZEN = "frozen"
    """The driver hangs: the worker has to be killed."""


@dataclass(frozen=True, slots=True)
class SimulatedSheet:
    """What lies under the simulated document camera."""

    FILE_NAME: ClassVar[str] = "sheet.json"

    scene: SheetScene = SheetScene.LETTER

    @classmethod
    def parse(cls, values: Fields) -> Self:
        """Take a file's contents apart; raises `Garbled`."""
        return cls(scene=values.choice("scene", SheetScene))


class PaperState(StrEnum):
    """How a simulated printer is."""

    READY = "ready"
    LOW = "low"
    OUT = "out"
    COVER_OPEN = "cover_open"
    SILENT = "silent"
    """It takes everything and says nothing about itself."""


@dataclass(frozen=True, slots=True)
class SimulatedPaper:
    """What is in the simulated printer of slips."""

    FILE_NAME: ClassVar[str] = "paper.json"

    state: PaperState = PaperState.READY

    @classmethod
    def parse(cls, values: Fields) -> Self:
        """Take a file's contents apart; raises `Garbled`."""
        return cls(state=values.choice("state", PaperState))


@dataclass(frozen=True, slots=True)
class SimulatedTray(SimulatedPaper):
    """The same in the simulated printer of sheets."""

    FILE_NAME: ClassVar[str] = "tray.json"


@dataclass(frozen=True, slots=True)
class SimulatedNetwork:
    """Whether the simulated line to the platform is up."""

    FILE_NAME: ClassVar[str] = "network.json"

    up: bool = True

    @classmethod
    def parse(cls, values: Fields) -> Self:
        """Take a file's contents apart; raises `Garbled`."""
        return cls(up=values.flag("up"))


@dataclass(frozen=True, slots=True)
class SimulatedBell:
    """What the simulated speaker does: the one file that a simulator writes and the desk reads.

    `said` is the sentence that was spoken last.
    """

    FILE_NAME: ClassVar[str] = "bell.json"

    ringing: bool = False
    said: str = ""

    @classmethod
    def parse(cls, values: Fields) -> Self:
        """Take a file's contents apart; raises `Garbled`."""
        said = values.text("said") if values.has("said") else ""
        return cls(ringing=values.flag("ringing"), said=said)


DeskItem = (
    SimulatedCard
    | SimulatedFace
    | SimulatedSheet
    | SimulatedPaper
    | SimulatedTray
    | SimulatedNetwork
    | SimulatedBell
)

_Item = TypeVar(
    "_Item",
    SimulatedCard,
    SimulatedFace,
    SimulatedSheet,
    SimulatedPaper,
    SimulatedTray,
    SimulatedNetwork,
    SimulatedBell,
)


class DeskState:
    """The state folder; used from any thread and any process at once."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`; it is made at the first `write`, for its owner alone."""
        self._folder = folder

    @property
    def folder(self) -> Path:
        """The folder, to hand to another process."""
        return self._folder

    def read(self, kind: type[_Item]) -> _Item:
        """Return the state of one device as it is now."""
        try:
            raw = (self._folder / kind.FILE_NAME).read_bytes()
            return kind.parse(Fields(json.loads(raw)))
        except (OSError, ValueError, Garbled):
            return kind()

    def write(self, item: DeskItem) -> None:
        """Lay out the state of one device, whole.

        Raises:
            OSError: the folder can't be written.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        raw = json.dumps(asdict(item))
        # mkstemp makes the file 0600 under a name of its own: two writers can't mix their halves.
        descriptor, temporary = tempfile.mkstemp(dir=self._folder, prefix=".")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(raw)
            Path(temporary).replace(self._folder / item.FILE_NAME)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
