"""The card reader: puts the question "who is this?" to a card and answers in a closed set of
values.

Every call answers within its time limit, whatever the driver does: adapters that call drivers live
in a worker process.
No call raises for what happens on an ordinary day: no reader, no card, a card pulled in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

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
    NEEDS_KEY = "needs_key"
    """It is a document whose chip opens only with what is printed in it, and none was given."""
    WRONG_KEY = "wrong_key"
    """What was given as printed in it contradicts itself, or its chip does not accept it."""
    UNVERIFIED = "unverified"
    """What its chip says is not what its issuer signed."""


class KeyPart(StrEnum):
    """A part of what is printed in a document; its check digits say by themselves what is wrong."""

    LINES = "lines"
    """The number or length of the machine-readable lines, or their kind."""
    DOCUMENT_NUMBER = "document_number"
    BIRTH_DATE = "birth_date"
    EXPIRY_DATE = "expiry_date"
    OPTIONAL_DATA = "optional_data"
    WHOLE = "whole"
    """The check digit over all fields."""


@dataclass(frozen=True, slots=True)
class PrintedLines:
    """The machine-readable lines of a document, as typed or as a camera read them."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PrintedFields:
    """The three fields that open a chip; dates as `YYMMDD`, with `<` for what is not known."""

    document_number: str = field(repr=False)
    birth_date: str = field(repr=False)
    expiry_date: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccessNumber:
    """The short number printed on a document for opening its chip."""

    digits: str = field(repr=False)


DocumentKey = PrintedLines | PrintedFields | AccessNumber
"""What is printed in a document and opens its chip."""


@dataclass(frozen=True, slots=True)
class PersonRead:
    """A card was read whole; `profile` names how (`cn.resident_id`).

    `photo_jpeg` is the chip's portrait, empty where none was read.
    """

    person: Person
    profile: str
    photo_jpeg: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class NoCard:
    """The reader works and no card lies on it."""


@dataclass(frozen=True, slots=True)
class NoReader:
    """The reader can't be reached; `why` is a sentence for a technician, without personal data."""

    why: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A card is there and can't be read; `wrong_parts` is for `WRONG_KEY`, where it is known."""

    reason: UnreadableReason
    wrong_parts: tuple[KeyPart, ...] = ()


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


@runtime_checkable
class NamedReader(Protocol):
    """A reader that can say which one it is."""

    def identity(self, timeout_s: float) -> str:
        """Return the number of the reader or of its security module; "" where it has none."""


@runtime_checkable
class JoinedReader(Protocol):
    """Several readers as one, of which some may be missing while the others work."""

    def missing(self, timeout_s: float) -> str:
        """Return which of them do not answer and why, "" for none."""


@runtime_checkable
class DocumentReader(CardReader, Protocol):
    """A reader that also opens chips with what is printed in their documents.

    Its `read_card` answers `NEEDS_KEY` for such a document.
    """

    def read_document(self, key: DocumentKey, timeout_s: float) -> ReadAnswer:
        """Do what `read_card` does, with the key to the document that lies there.

        The key is used for this call alone and kept nowhere. A document is read again as often as
        it is asked for, but chips slow down with every wrong key: never try keys.

        Args:
            key: What is printed in the document.
            timeout_s: Upper limit for the whole call, 0.2 to 10; a portrait takes some seconds.
        """
