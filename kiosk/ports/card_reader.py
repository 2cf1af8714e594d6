"""The card reader: puts the question "who is this?" to a card and answers in a closed set of
values.

Every call answers within its time limit, whatever the driver does: adapters that call drivers live
in a worker process.
No call raises for what happens on an ordinary day: no reader, no card, a card pulled in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kiosk.domain import Person


class Presence(StrEnum):
    """Whether a card lies on the reader."""

    PRESENT = "present"
    ABSENT = "absent"
    CANT_TELL = "cant_tell"
    """This kind of reader does not know, or the reader is gone."""


class UnreadableReason(StrEnum):
    """Why a card that is there could not be read."""

    PULLED = "pulled"
    """It left while it was being read: lay it down again and leave it there."""
    FOREIGN = "foreign"
    """It is a card of a kind that no profile knows."""
    DAMAGED = "damaged"
    """It answers, but what it says is torn, or fails its checks."""
    REFUSED = "refused"
    """It wants an official module or a key that this machine does not have."""
    LIFT_FIRST = "lift_first"
    """It was read before and has to be lifted once before it can be read again."""


@dataclass(frozen=True, slots=True)
class PersonRead:
    """A card was read whole; `profile` names how (`cn.resident_id`)."""

    person: Person
    profile: str


@dataclass(frozen=True, slots=True)
class NoCard:
    """The reader works and no card lies on it."""


@dataclass(frozen=True, slots=True)
class NoReader:
    """The reader can't be reached; `why` is a sentence for a technician, without personal data."""

    why: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A card is there and can't be read."""

    reason: UnreadableReason


ReadAnswer = PersonRead | NoCard | NoReader | Unreadable


class CardReader(Protocol):
    """A reader that is asked again and again, from one thread.

    After any failure the next call starts afresh: it lists readers again, opens the line again.
    Nothing has to be "reset" by the
    caller, ever.
    """

    def read_card(self, timeout_s: float) -> ReadAnswer:
        """Look for a card once and read it if it is there.

        Args:
            timeout_s: Upper limit for the whole call, 0.2 to 10.
        """

    def presence(self, timeout_s: float) -> Presence:
        """Say whether a card lies there, without reading anything from it.

        Args:
            timeout_s: Upper limit for the whole call, 0.2 to 10.
        """

    def close(self) -> None:
        """Let go of the reader; may be called twice, never raises."""
