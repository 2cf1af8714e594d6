"""A visit as one frozen value: where it stands and what is known so far.

A `Session` with step HOME and no id is nobody's visit; after every visit the session equals that
empty one again. What outlives visits (who is on duty, the network) is in `kiosk.flow.world`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kiosk.catalogue.forms import Problem
from kiosk.domain import (
    AppId,
    Applicant,
    Consent,
    Identity,
    Language,
    Person,
    Purpose,
    Relation,
    Signature,
    StaffMember,
)
from kiosk.flow.document_try import DocumentTry
from kiosk.flow.earlier import Earlier
from kiosk.flow.face_state import FaceState
from kiosk.flow.known import Known, Unseen
from kiosk.flow.paper_state import AskedSlip, Slip
from kiosk.flow.paper_state import ReceiptState as ReceiptState  # noqa: PLC0414 - named from here
from kiosk.flow.shown_state import ShownState
from kiosk.flow.staff_state import StaffPanel as StaffPanel  # noqa: PLC0414 - named from here
from kiosk.flow.staff_state import StaffStep as StaffStep  # noqa: PLC0414 - named from here
from kiosk.flow.vouching_state import Vouching as Vouching  # noqa: PLC0414 - named from here
from kiosk.photos import Advice, Photo
from kiosk.ports.card_reader import Presence, UnreadableReason
from kiosk.ports.printer import PaperForm, PrinterState


class Step(StrEnum):
    """Where a visit stands; each has one screen, one view and its texts."""

    HOME = "home"
    """Nobody's visit: services, help, progress, staff door."""
    GUIDE = "guide"
    """What the service is, what to bring, how long it takes, that it is free."""
    FOR_WHOM = "for_whom"
    """For myself, or for somebody else."""
    CARD_NOTICE = "card_notice"
    """What the card is read for, said before the reader is switched on."""
    CARD = "card"
    """The reader waits for a card."""
    OTHER_WAY = "other_way"
    """Without the chip: what is done instead, and who has to be there."""
    TYPED_NUMBER = "typed_number"
    """The number on a card that can't be read is typed."""
    CARD_PICTURE = "card_picture"
    """The camera takes the card's front, then its back."""
    DOCUMENT_WAY = "document_way"
    """A passport or travel permit: how the machine gets to know what is printed in it."""
    DOCUMENT_TYPED = "document_typed"
    DOCUMENT_PICTURE = "document_picture"
    DOCUMENT_READ = "document_read"
    """It is laid on the reader and left there."""
    WITNESS = "witness"
    """Somebody on duty says with their own PIN that they saw card and face."""
    WITNESS_LOOK = "witness_look"
    """They compare the portrait of the chip with the resident."""
    VOUCH_NOTICE = "vouch_notice"
    """Nothing to show: who can vouch, and what is kept of them, said before their card is read."""
    VOUCHER_CARD = "voucher_card"
    """The reader waits for the voucher's card."""
    VOUCHER_STANDING = "voucher_standing"
    VOUCHER_KNOWN_FOR = "voucher_known_for"
    VOUCHED_NUMBER = "vouched_number"
    """The number of whom is vouched for, if anybody knows it."""
    VOUCHED_BIRTH = "vouched_birth"
    VOUCHER_STATES = "voucher_states"
    """The voucher says: I know this person."""
    RELATION = "relation"
    """The applicant is known: who it is for, before the beneficiary's card."""
    CONSENT_DATA = "consent_data"
    CONSENT_PHOTO = "consent_photo"
    CONSENT_COMPARISON = "consent_comparison"
    QUESTION = "question"
    PAPER = "paper"
    PAPER_CORNERS = "paper_corners"
    PAPER_SEEN = "paper_seen"
    PAPERS_MISSING = "papers_missing"
    PHOTO = "photo"
    FACE_CHECK = "face_check"
    """A program compares the photo with the portrait of the chip; then what became of it."""
    REVIEW = "review"
    SIGN = "sign"
    SEALING = "sealing"
    """The application is being stored; nothing can be touched."""
    SEAL_FAILED = "seal_failed"
    """It could not be stored: everything is still here, to try again or to stop."""
    RECEIVED = "received"
    """Stored for good: number, what happens next, the receipt."""
    RATING = "rating"
    ANOTHER = "another"
    TAKE_CARD = "take_card"
    NOT_KEPT = "not_kept"
    """The resident refused the data consent: all is wiped, a slip says where to go."""
    STOPPED = "stopped"
    """Stopped midway: all is wiped, a slip says what to bring next time."""
    STATUS_ASK = "status_ask"
    """How did my application go: by card or by number?"""
    STATUS_CARD = "status_card"
    STATUS_NUMBER = "status_number"
    STATUS_SHOWN = "status_shown"
    STATUS_PAPERS = "status_papers"
    KNOWN = "known"
    """What this machine still knows about me."""
    UNSEEN = "unseen"
    """Something of an earlier visit is here whose number nobody was shown."""
    OUT_OF_SERVICE = "out_of_service"


class Overlay(StrEnum):
    """What lies over the step until it is answered."""

    NONE = "none"
    HELP = "help"
    """Who is on duty, the telephone number, the bell rings."""
    STILL_THERE = "still_there"
    STOP = "stop"
    """Do you really want to stop? Everything would be wiped."""
    CARD_TAKEN = "card_taken"
    """The card was taken before signing: go on or stop?"""
    LATE_PAPER = "late_paper"
    """A paper of the person before came out; any touch closes it."""
    ALOUD = "aloud"
    """Number and code can be read aloud; others may hear them."""


class TextScale(StrEnum):
    """Four text sizes; NORMAL is already large."""

    NORMAL = "normal"
    LARGE = "large"
    LARGER = "larger"
    LARGEST = "largest"


class Theme(StrEnum):
    """Light, dark, and black on yellow."""

    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high_contrast"


class Rating(StrEnum):
    """Five levels, GB/T 39735 and its like elsewhere; never fewer."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    FAIR = "fair"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"


class PhotoMissing(StrEnum):
    """Why an application has no face photo; an attendant checks instead."""

    CONSENT_REFUSED = "consent_refused"
    NO_CAMERA = "no_camera"
    NOT_WANTED = "not_wanted"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class Display:
    """How this resident wants to see the screens; back to the default after the visit."""

    language: Language
    text_scale: TextScale = TextScale.NORMAL
    theme: Theme = Theme.LIGHT
    is_lowered: bool = False
    """Everything touchable in the bottom 60 % of the screen."""

    @property
    def wants_large_print(self) -> bool:
        """Say whether papers come in large print, too: the words on the screen were enlarged."""
        return self.text_scale is not TextScale.NORMAL


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the store says of an application that is durable."""

    app_id: AppId
    number_groups: tuple[str, ...]
    query_code: str
    received_at: datetime
    ask_by: date
    """When to ask if nothing was heard; counted from `received_at` as if delivered then."""
    counts_from_delivery: bool
    """True when there was no network: the working days start with delivery, so `ask_by` is the
    earliest day."""
    query_url: str
    ask_by_is_certain: bool = True
    """False where the holiday list does not reach so far: the day is said with "about"."""
    slips: tuple[tuple[Slip, int], ...] = ()
    """How many papers of it beside the receipt are counted, as far as this visit was told."""


@dataclass(frozen=True, slots=True)
class StatusItem:
    """The last known state of one application, for the resident who comes back."""

    number_groups: tuple[str, ...]
    service_id: str
    received_at: datetime
    delivered_at: datetime | None
    """When the platform proved that it holds the application; None: still waiting here."""
    office_state: str
    """The office's last word (`accepted`, `more_needed`, `done`, `refused`), or "" when none has
    come."""
    office_words: str
    as_of: datetime
    """How old this knowledge is."""
    app_id: AppId | None = None
    """None: of an entry that is not known any more."""
    is_unseen: bool = False
    """Nobody was shown its number: the power failed in that moment."""
    receipt: ReceiptState = ReceiptState.NOT_PRINTED
    """What is known of the last paper."""
    copies: int = 0
    """How many receipts came out, or may have come out."""
    slips: tuple[tuple[Slip, int], ...] = ()
    """How many other papers of it are counted by now; what is not named was not printed."""

    def count_of(self, slip: Slip) -> int:
        """Return how many of a paper other than the receipt are counted."""
        return dict(self.slips).get(slip, 0)


@dataclass(frozen=True, slots=True)
class Session:
    """One visit; see the module."""

    display: Display
    step: Step = Step.HOME
    overlay: Overlay = Overlay.NONE
    staff: StaffPanel | None = None
    session_id: str = ""
    started_at: datetime | None = None
    last_touch_s: float = 0.0
    """Monotonic seconds of the last sign of life."""
    step_since_s: float = 0.0
    still_there_since_s: float = 0.0
    """Monotonic seconds at which "Are you still there?" was asked last."""
    service_id: str = ""
    person: Person | None = field(default=None, repr=False)
    identity: Identity | None = None
    """None until it is known who the resident is, by whichever rung."""
    failed_reads: int = 0
    """How many times a card was laid down and could not be read."""
    is_failure_counted: bool = False
    """The card that lies there now is among them already."""
    tried_number: str = field(default="", repr=False)
    """A number that did not fit; typed once more alike, it is taken."""
    is_number_doubtful: bool = False
    document: DocumentTry | None = field(default=None, repr=False)
    """Of a visit with a travel document, until it is read."""
    card_pictures: tuple[Photo, ...] = field(default=(), repr=False)
    card_picture: Photo | None = field(default=None, repr=False)
    """Taken, and not yet kept."""
    is_witness_checked: bool = False
    """A witness's PIN is being checked."""
    witness_problem: str = ""
    """Message id of why the PIN would not do; "" for nothing."""
    witness_wait_s: int = 0
    is_on_behalf: bool = False
    """Somebody applies for somebody else: `person` is the beneficiary once `applicant` is known."""
    applicant: Applicant | None = field(default=None, repr=False)
    relation: Relation | None = None
    vouching: Vouching = field(default_factory=Vouching, repr=False)
    is_same_card: bool = False
    """The card that was laid down is that of somebody who is known already."""
    lift_awaited_s: float | None = None
    """Monotonic seconds since when that card lies there; None: it need not be lifted."""
    card_presence: Presence = Presence.ABSENT
    card_problem: UnreadableReason | None = None
    reader_is_gone: bool = False
    is_card_left: bool = False
    """The card of a visit that is over still lies there after a while, and that was reported."""
    card_said_s: float | None = None
    """When it was last said aloud that a card is to be taken; None: not yet."""
    is_card_bell: bool = False
    """The bell rings because of it, or because of a paper that came late."""
    has_late_paper: bool = False
    """A paper came late, and the words about it wait until they can be shown."""
    consents: tuple[Consent, ...] = ()
    answers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """(question name, value), in the order they were given; values as the form's `check` normalised
    them."""
    question: str = ""
    question_draft: str = field(default="", repr=False)
    """What was typed and would not do, to be put right; "" for nothing."""
    question_problem: Problem | None = None
    is_correcting: bool = False
    """A question was opened from the review and leads back to it."""
    advice: tuple[Advice, ...] = ()
    """What the live picture asks for now: one piece, or nothing."""
    is_face_judged: bool = True
    """Whether no advice means that all is well; not so with a detector that misses people."""
    is_camera_low: bool | None = None
    """Which of two cameras was chosen; None: as the lowered screen wants it."""
    looking_since_s: float = 0.0
    """Monotonic seconds since when another photo is wanted."""
    camera_is_gone: bool = False
    is_taking_photo: bool = False
    papers: ShownState = field(default_factory=ShownState, repr=False)
    pictures_ordered: int = 0
    """And given up, and PINs of witnesses: what answers one before the last is for nobody."""
    photo: Photo | None = field(default=None, repr=False)
    shots: tuple[Photo, ...] = field(default=(), repr=False)
    """The photos that can be chosen from, at the camera only; `photo` is one of them."""
    photo_missing: PhotoMissing | None = None
    face: FaceState = field(default_factory=FaceState, repr=False)
    """The portrait of the chip, and how comparing it went."""
    signature: Signature | None = field(default=None, repr=False)
    helper: StaffMember | None = None
    """The volunteer who helps in this visit, as the record, the receipt and the platform will
    say."""
    seal_problem: str = ""
    sealed: Sealed | None = None
    receipt: ReceiptState = ReceiptState.NOT_PRINTED
    printer_state: PrinterState | None = None
    receipt_form: PaperForm = PaperForm.SLIP
    """Whether it came from the roll or as a sheet: who waits for it looks there."""
    copies: int = 0
    """How many receipts of this application came out, or may have come out."""
    spelt: int | None = None
    """Which number or code is being read aloud, or was; a place in `aloud.sayable`."""
    slip: AskedSlip | None = None
    """The paper that was asked for last beside the receipt, and how it went."""
    rating: Rating | None = None
    earlier: Earlier = field(default_factory=Earlier, repr=False)
    status_number: str = ""
    status_problem: str = ""
    status_items: tuple[StatusItem, ...] = ()
    status_heard_at: datetime | None = None
    """When this machine last heard from the platform; None: never."""
    asks_known: bool = False
    """The look-up is for what this machine knows, not for how it goes."""
    known: Known | None = None
    unseen: tuple[Unseen, ...] = ()
    unseen_to_print: tuple[Unseen, ...] = ()
    """Those whose receipts come out after the one that is being printed."""
    resume: Step | None = None
    """Where the visit goes on once what was unseen is told."""

    @property
    def is_visit(self) -> bool:
        """Say whether somebody's visit is under way."""
        return self.session_id != ""

    def consent(self, purpose: Purpose) -> bool | None:
        """Return whether consent was given for `purpose`; None while unanswered."""
        for consent in reversed(self.consents):
            if consent.purpose is purpose:
                return consent.given
        return None

    def answer(self, name: str) -> str | None:
        """Return the answer to a question, None while unanswered."""
        return dict(self.answers).get(name)
