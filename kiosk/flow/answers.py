"""What devices see and what effects answer: the events that nobody touched.

Every one carries `at`. Answers of effects carry the id of the session that asked (`session_id`);
answers for a session that is over are dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.clock import Moment
from kiosk.domain import FaceComparison, Person, StaffMember
from kiosk.flow.known import Known, Unseen
from kiosk.flow.paper_answers import PageCut, PageSeen, PageTaken
from kiosk.flow.paper_events import (
    ReceiptFailed,
    ReceiptPrinted,
    ReceiptUnconfirmed,
    ReceiptWithheld,
    SlipTold,
)
from kiosk.flow.session import Sealed, StatusItem
from kiosk.photos import Advice, Photo
from kiosk.ports.card_reader import Presence, UnreadableReason
from kiosk.ports.line_reader import LinesAnswer
from kiosk.readiness import PortReport, Report

Wanting = tuple[str, str, float]
"""Which visit wants a card read, at which step, and since when it stands there."""


@dataclass(frozen=True, slots=True)
class CardRead:
    """The reader read a card."""

    at: Moment
    person: Person = field(repr=False)
    profile: str
    portrait: bytes = field(default=b"", repr=False)
    """The chip's, as JPEG; b"" where none was read."""
    wanted_since: Wanting | None = None
    """Where the visit stood when the reader began; None where nobody asks."""


@dataclass(frozen=True, slots=True)
class CardUnreadable:
    """A card is there and can't be read."""

    at: Moment
    reason: UnreadableReason
    wanted_since: Wanting | None = None
    """As for a card that was read."""


@dataclass(frozen=True, slots=True)
class ReaderGone:
    """The reader can't be reached."""

    at: Moment


@dataclass(frozen=True, slots=True)
class CardSeen:
    """What the reader knows about a card being there changed."""

    at: Moment
    presence: Presence
    wanted_since: Wanting | None = None
    """Told by a reading, and for whom it was begun; None: the reader only looked."""


@dataclass(frozen=True, slots=True)
class AdviceChanged:
    """The live picture asks for something else now."""

    at: Moment
    advice: tuple[Advice, ...]
    is_face_judged: bool = True
    """Whether no advice means that all is well."""


@dataclass(frozen=True, slots=True)
class PoseHeld:
    """All has been well before the camera for a moment, and still is."""

    at: Moment


@dataclass(frozen=True, slots=True)
class CameraGone:
    """The camera is missing or lost; it is being opened again."""

    at: Moment


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time passed: once a second."""

    at: Moment


@dataclass(frozen=True, slots=True)
class PhotoTaken:
    """The portrait is there."""

    at: Moment
    session_id: str
    photo: Photo = field(repr=False)
    order: int | None = None


@dataclass(frozen=True, slots=True)
class CardPictureTaken:
    """The picture of one side of a card is there."""

    at: Moment
    session_id: str
    picture: Photo = field(repr=False)
    order: int | None = None


@dataclass(frozen=True, slots=True)
class LinesRead:
    """A camera was looked through for a document's lines; what it read, or why nothing."""

    at: Moment
    session_id: str
    found: LinesAnswer
    order: int | None = None


@dataclass(frozen=True, slots=True)
class WitnessAccepted:
    """The PIN of whoever saw card and face, or a paper's original, fits."""

    at: Moment
    session_id: str
    member: StaffMember
    order: int | None = None


@dataclass(frozen=True, slots=True)
class WitnessRejected:
    """It does not; the message `problem` tells why, and the next try is in `wait_s` seconds."""

    at: Moment
    session_id: str
    wait_s: int
    problem: str
    order: int | None = None


@dataclass(frozen=True, slots=True)
class FacesCompared:
    """Portrait and photo were compared, or could not be."""

    at: Moment
    session_id: str
    photo_sha256: bytes = field(repr=False)
    """Of the photo that it was about."""
    comparison: FaceComparison


@dataclass(frozen=True, slots=True)
class PhotoFailed:
    """No picture could be taken."""

    at: Moment
    session_id: str
    order: int | None = None


@dataclass(frozen=True, slots=True)
class ApplicationSealed:
    """Application, queue row, chain entry and number are durable together."""

    at: Moment
    session_id: str
    sealed: Sealed


@dataclass(frozen=True, slots=True)
class SealingFailed:
    """Nothing was stored; `code` is the error's code, such as E-DB-01."""

    at: Moment
    session_id: str
    code: str


@dataclass(frozen=True, slots=True)
class StatusFound:
    """What the store knows; empty: this machine knows nothing under that card or number."""

    at: Moment
    session_id: str
    items: tuple[StatusItem, ...]
    problem: str = ""
    heard_at: datetime | None = None
    """When this machine last heard from the platform; None: never."""


@dataclass(frozen=True, slots=True)
class KnownFound:
    """What this machine still knows; None: `problem` says why nothing could be looked up."""

    at: Moment
    session_id: str
    known: Known | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class UnseenFound:
    """What is here of whoever laid the card down, and was never shown to them; mostly nothing."""

    at: Moment
    session_id: str
    document_number: str = field(repr=False)
    """Of the card that it was looked up by."""
    unseen: tuple[Unseen, ...]


@dataclass(frozen=True, slots=True)
class PinAccepted:
    """The PIN fits; `member` None means the technician."""

    at: Moment
    member: StaffMember | None


@dataclass(frozen=True, slots=True)
class PinRejected:
    """The PIN does not fit, or the account is locked for `wait_s` seconds."""

    at: Moment
    wait_s: int
    problem: str


@dataclass(frozen=True, slots=True)
class ReportMade:
    """The doctor's report is there."""

    at: Moment
    report: Report


@dataclass(frozen=True, slots=True)
class DeviceTested:
    """A live test ended."""

    at: Moment
    result: PortReport


@dataclass(frozen=True, slots=True)
class Broke:
    """A bug: the machine goes out of service and the service manager starts it again."""

    at: Moment


Numbered = (
    PhotoTaken | CardPictureTaken | LinesRead | PhotoFailed | WitnessAccepted | WitnessRejected
)
"""What answers an order of which one may be given up and another given; `order` is its number, None
where nobody counts."""

FromDevice = (
    CardRead
    | CardUnreadable
    | ReaderGone
    | CardSeen
    | AdviceChanged
    | PoseHeld
    | CameraGone
    | Ticked
    | PageSeen
)
FromEffect = (
    PhotoTaken
    | PhotoFailed
    | CardPictureTaken
    | PageTaken
    | PageCut
    | LinesRead
    | FacesCompared
    | WitnessAccepted
    | WitnessRejected
    | ApplicationSealed
    | SealingFailed
    | ReceiptPrinted
    | ReceiptUnconfirmed
    | ReceiptFailed
    | ReceiptWithheld
    | SlipTold
    | StatusFound
    | KnownFound
    | UnseenFound
)
