"""The reader of printed lines: finds the machine-readable lines of a travel document in a picture.

It is given a whole still as JPEG, from whichever camera took it. It never guesses: what it tells
fits every check digit and was read alike twice, and anything less is a reason why nothing is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from kiosk.ports.camera import NoPicture
from kiosk.ports.card_reader import PrintedFields


class LinesUnseen(StrEnum):
    """Why a picture tells nothing."""

    NONE = "none"
    """No such lines were found in it."""
    UNSURE = "unsure"
    """Lines are there; a check digit fails, or two readings differ."""
    NO_READER = "no_reader"
    """The program that reads could not be started, or did not answer."""


@dataclass(frozen=True, slots=True)
class LinesSeen:
    """The lines of a document, all of whose check digits hold.

    `text` is as printed, lines apart; `fields` is what opens the chip. `confidence` is how much the
    signs looked like what they were taken for, 0 to 1, the doubtful one of the key's fields.
    """

    text: str = field(repr=False)
    fields: PrintedFields = field(repr=False)
    confidence: float


LinesAnswer = LinesSeen | LinesUnseen


class LineReader(Protocol):
    """Reads pictures, from one thread; no picture is kept."""

    def read_lines(self, jpeg: bytes, timeout_s: float) -> LinesAnswer:
        """Look for machine-readable lines in a picture, whichever way up, level to 15 degrees.

        Args:
            jpeg: A whole still, at most 16 MB.
            timeout_s: Upper limit for the whole call, 0.5 to 10.
        """

    def close(self) -> None:
        """Let go of the program; may be called twice, never raises."""


@runtime_checkable
class LineCamera(Protocol):
    """A camera whose stills can be read for lines; `launch` joins the two."""

    def take_lines(self, timeout_s: float) -> LinesAnswer | NoPicture:
        """Take stills and read them until one tells the lines, or the time is up.

        Args:
            timeout_s: Upper limit for the whole call, 1 to 10.
        """
