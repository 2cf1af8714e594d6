"""What the flow wants done: imperative names, data only; performed by `kiosk.effects`, answered by
an event.

Devices that only need to be on or off are not effects: `wanted_devices` says what may run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.domain import (
    AppId,
    Applicant,
    Consent,
    Identity,
    Language,
    Person,
    Relation,
    Signature,
    StaffMember,
)
from kiosk.flow.aloud_effects import FallSilent, SpellAloud
from kiosk.flow.aloud_effects import SayAloud as SayAloud  # noqa: PLC0414 - named from here
from kiosk.flow.journal_lines import JournalEvent as JournalEvent  # noqa: PLC0414 - named from here
from kiosk.flow.journal_lines import WriteJournal as WriteJournal  # noqa: PLC0414 - named from here
from kiosk.flow.known import Known
from kiosk.flow.paper_effects import CutPage, TakePage
from kiosk.flow.paper_state import Slip
from kiosk.flow.session import PhotoMissing, Rating
from kiosk.flow.staff_effects import LookAtPaper, RefillPaper
from kiosk.photos import Photo
from kiosk.ports.camera import CameraMount
from kiosk.ports.card_reader import DocumentKey
from kiosk.readiness import PortName
from kiosk.shown_papers import PaperShown


class ReaderMode(StrEnum):
    """What the card reader may do now."""

    OFF = "off"
    PRESENCE = "presence"
    """Only whether a card is there; nothing is read from it."""
    READ = "read"


@dataclass(frozen=True, slots=True)
class WantedDevices:
    """What may run while the session stands as it stands."""

    reader: ReaderMode
    camera: bool
    key: DocumentKey | None = field(default=None, repr=False)
    """What opens the travel document that is to be read; None: a card."""
    papers: bool = False
    """The camera over papers; never together with the other, for both may be one."""
    low_camera: bool = False
    """Of two cameras, the one that is mounted low."""
    photo_format: str = ""
    """By which photo format faces are judged; "" for the site's own."""

    @property
    def lens(self) -> CameraMount | None:
        """Return through which camera to look, None for none."""
        if not self.camera:
            return None
        return CameraMount.LOW if self.low_camera else CameraMount.USUAL

    @property
    def pictures(self) -> tuple[CameraMount | None, bool, str]:
        """Return what the camera's lane is to look at."""
        return self.lens, self.papers, self.photo_format


@dataclass(frozen=True, slots=True)
class ApplicationRecord:
    """All that goes into the sealed container of one application."""

    session_id: str
    service_id: str
    catalogue_version: str
    language: Language
    started_at: datetime
    person: Person = field(repr=False)
    identity: Identity
    consents: tuple[Consent, ...]
    answers: tuple[tuple[str, str], ...] = field(repr=False)
    photo: Photo | None = field(repr=False)
    photo_missing: PhotoMissing | None
    signature: Signature = field(repr=False)
    helper: StaffMember | None
    card_pictures: tuple[Photo, ...] = field(default=(), repr=False)
    """Of a card whose chip could not be read: front, back."""
    applicant: Applicant | None = None
    """Who applies, where it is not `person`, the beneficiary; then photo, consents and signature
    are theirs."""
    relation: Relation | None = None
    papers: tuple[PaperShown, ...] = field(default=(), repr=False)
    card_portrait: bytes = field(default=b"", repr=False)
    """The chip's, as JPEG; only where the service keeps it."""


@dataclass(frozen=True, slots=True)
class TakePhoto:
    """Capture, measure and crop a portrait. Answer: PhotoTaken or PhotoFailed."""

    session_id: str
    number: int = field(default=0, compare=False)
    """The answer says it, too: of which order it is."""
    photo_format: str = ""
    """The service's; "" for the site's own."""


@dataclass(frozen=True, slots=True)
class TakeCardPicture:
    """Capture what lies before the camera, whole. Answer: CardPictureTaken or PhotoFailed."""

    session_id: str
    number: int = field(default=0, compare=False)
    """The answer says it, too: of which order it is."""


@dataclass(frozen=True, slots=True)
class ReadLines:
    """Take stills of what lies before the camera until its machine-readable lines are read. Answer:
    LinesRead or PhotoFailed.
    """

    session_id: str
    number: int = field(default=0, compare=False)
    """The answer says it, too: of which order it is."""


@dataclass(frozen=True, slots=True)
class PrepareComparison:
    """Two faces will be compared: begin what that would wait for. No answer."""


@dataclass(frozen=True, slots=True)
class CompareFaces:
    """Have a program compare portrait and photo. Answer: FacesCompared."""

    session_id: str
    portrait_jpeg: bytes = field(repr=False)
    photo_jpeg: bytes = field(repr=False)
    photo_sha256: bytes = field(repr=False)
    tries: int


@dataclass(frozen=True, slots=True)
class CheckWitness:
    """Check a PIN for having seen card and face. Answer: WitnessAccepted or WitnessRejected."""

    session_id: str
    staff_id: str
    pin: str = field(repr=False)
    number: int = field(default=0, compare=False)
    """The answer says it, too: a right PIN of before stands for nothing that was asked later."""


@dataclass(frozen=True, slots=True)
class SealApplication:
    """Store an application for good. Answer: ApplicationSealed or SealingFailed."""

    session_id: str
    record: ApplicationRecord


@dataclass(frozen=True, slots=True)
class PrepareLookUp:
    """Begin what makes sealing slow, now that the card is known. Answer: UnseenFound."""

    session_id: str
    document_type: str
    document_number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealRating:
    """Store a rating as its own entry of the chain. No answer: the resident is not kept waiting."""

    session_id: str
    subject: AppId
    service_id: str
    rating: Rating
    language: Language


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """Print the receipt of a committed application. Answer: ReceiptPrinted, ReceiptUnconfirmed,
    ReceiptFailed or ReceiptWithheld.
    """

    session_id: str
    app_id: AppId
    language: Language
    is_large: bool = False
    """In large print."""
    is_asked: bool = False
    """Somebody touched a button for it; else it is only printed if there is none yet."""
    is_staff_there: bool = False
    """Somebody on duty helps in this visit, for whom no limit counts."""


@dataclass(frozen=True, slots=True)
class KeepPaperWord:
    """Remember what a resident says of a receipt that the printer did not know of. No answer."""

    app_id: AppId
    came_out: bool


@dataclass(frozen=True, slots=True)
class PrintSlip:
    """Print a paper that a button offers. Answer: SlipTold."""

    session_id: str
    slip: Slip
    language: Language
    is_large: bool = False
    """In large print."""
    app_id: AppId | None = None
    service_id: str = ""
    on_duty: str = ""
    """Who is on duty, for the help slip; "" for nobody."""
    is_staff_there: bool = False
    """Somebody on duty helps in this visit, for whom no limit counts."""
    missing: tuple[PaperShown, ...] = ()
    """Without pages: what a visit found to be open; empty: what the office says is."""


@dataclass(frozen=True, slots=True)
class PrintWhereToGo:
    """Print the slip for a resident who keeps their data to themselves. No answer."""

    session_id: str
    service_id: str
    language: Language
    is_large: bool = False
    """In large print."""


@dataclass(frozen=True, slots=True)
class WakeCourier:
    """There is something to deliver; `is_urgent`: the technician says now, whatever rest is due."""

    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class RingBell:
    """Call the person on duty until hushed."""


@dataclass(frozen=True, slots=True)
class HushBell:
    """Somebody came."""


@dataclass(frozen=True, slots=True)
class LookUpByCard:
    """Find what this machine knows under a card. Answer: StatusFound, or KnownFound."""

    session_id: str
    document_type: str
    document_number: str = field(repr=False)
    asks_known: bool = False


@dataclass(frozen=True, slots=True)
class LookUpByNumber:
    """Find an application by receipt number and query code. Answer: StatusFound, or KnownFound."""

    session_id: str
    number: str
    code: str = field(repr=False)
    asks_known: bool = False


@dataclass(frozen=True, slots=True)
class PrintKnown:
    """Print what this machine knows about somebody. Answer: as for PrintReceipt."""

    session_id: str
    known: Known
    language: Language
    is_large: bool = False
    """In large print."""


@dataclass(frozen=True, slots=True)
class MarkSeen:
    """The resident was told of applications whose number nobody had been shown. No answer."""

    app_ids: tuple[AppId, ...]


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Check a PIN; `staff_id` "" means the technician. Answer: PinAccepted or PinRejected."""

    staff_id: str
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MakeReport:
    """Ask the doctor. Answer: ReportMade."""


@dataclass(frozen=True, slots=True)
class TestDevice:
    """Test one part live. Answer: DeviceTested."""

    port: PortName
    language: Language


@dataclass(frozen=True, slots=True)
class SetDuty:
    """Somebody is on duty from now on, or nobody (None)."""

    member: StaffMember | None


Effect = (
    TakePhoto
    | TakeCardPicture
    | TakePage
    | CutPage
    | ReadLines
    | PrepareComparison
    | CompareFaces
    | CheckWitness
    | SealApplication
    | PrepareLookUp
    | SealRating
    | PrintReceipt
    | PrintWhereToGo
    | WakeCourier
    | RingBell
    | SayAloud
    | SpellAloud
    | FallSilent
    | HushBell
    | LookUpByCard
    | LookUpByNumber
    | PrintKnown
    | KeepPaperWord
    | PrintSlip
    | MarkSeen
    | CheckPin
    | MakeReport
    | LookAtPaper
    | RefillPaper
    | TestDevice
    | SetDuty
    | WriteJournal
)
