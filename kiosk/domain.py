"""The words of the trade as values: people, consents, photos, signatures, and how they are masked.

Pure: no I/O, no clock, no randomness. What belongs to one country (number formats, code lists) is
    data of the card
profiles and the catalogue, never of this module.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from kiosk.photos import Photo

AppId = NewType("AppId", str)
"""Id of one sealed entry: a UUIDv7 (RFC 9562), the idempotency key everywhere."""

Language = NewType("Language", str)
"""A language of the screens, as its folder in `assets/locale` is called: `zh_CN`, `en`."""

MASK = "*"


class Sex(StrEnum):
    """ISO/IEC 5218, in words."""

    UNKNOWN = "unknown"
    """Not recorded on the card, or a code nobody knows."""
    MALE = "male"
    FEMALE = "female"
    NOT_STATED = "not_stated"


class IdentifiedBy(StrEnum):
    """How this machine knows who the resident is; the office weighs it."""

    CARD = "card"
    """A chip was read and its data passed every check the profile knows."""
    ATTENDANT = "attendant"
    """A person on duty vouched for the resident."""


class IdentityAssurance(StrEnum):
    """How sure it is who the resident is, surest first: the rung of the ladder that was reached."""

    CARD_AND_ATTENDANT = "card_and_attendant"
    """The chip was read, and somebody on duty compared card and face."""
    CARD_AND_FACE = "card_and_face"
    """The chip was read, and a deployer's program found its portrait and the photo taken here alike
    (biometric verification, ISO/IEC 2382-37). Nobody vouches that the face was a living one."""
    CARD_READ = "card_read"
    """The chip was read."""
    TYPED_AND_ATTENDANT = "typed_and_attendant"
    """The number was typed, the card photographed, and somebody on duty saw card and face."""
    ATTENDANT_ALONE = "attendant_alone"
    """The number was typed, and the word of somebody on duty is all there is."""
    VOUCHED = "vouched"
    """Nothing was shown: somebody with a card of their own vouched, before somebody on duty."""

    def suffices(self, least: IdentityAssurance) -> bool:
        """Say whether this is at least as sure as `least`."""
        order = list(IdentityAssurance)
        return order.index(self) <= order.index(least)

    @property
    def is_by_machine(self) -> bool:
        """Say whether nobody of the staff stands for it."""
        return self in _BY_MACHINE


_BY_MACHINE = frozenset({IdentityAssurance.CARD_AND_FACE, IdentityAssurance.CARD_READ})
_BY_CHIP = _BY_MACHINE | {IdentityAssurance.CARD_AND_ATTENDANT}


class ComparisonOutcome(StrEnum):
    """What became of comparing two faces; none of them says that somebody is an impostor."""

    MATCH = "match"
    """The score reaches the threshold."""
    NO_MATCH = "no_match"
    """It does not: an old portrait, glasses, light, or another person."""
    NOT_COMPARED = "not_compared"
    """There is no score."""


class WhyNotCompared(StrEnum):
    """Why there is no score."""

    NO_PROGRAM = "no_program"
    """It can't be started."""
    TOO_SLOW = "too_slow"
    BROKE_OFF = "broke_off"
    """It ended without an answer."""
    GARBLED = "garbled"
    """What it said is no answer."""
    PORTRAIT_UNUSABLE = "portrait_unusable"
    """It finds no face in the portrait of the card."""
    PHOTO_UNUSABLE = "photo_unusable"
    """It finds no face in the photo."""
    REFUSED = "refused"
    """It compares neither, and says no more."""
    TOO_OFTEN = "too_often"
    """This portrait was compared without a match in visits shortly before."""


@dataclass(frozen=True, slots=True)
class FaceComparison:
    """What a program said of the portrait in the chip and the photo taken here (1:1).

    `score` is its comparison score from 0 to 1, None where there is none (`why_not` says why);
    scores of different programs can't be compared. `tries` counts this comparison and those before.
    """

    outcome: ComparisonOutcome
    threshold: float
    score: float | None = None
    matcher: str = ""
    version: str = ""
    why_not: WhyNotCompared | None = None
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Person:
    """A resident as a card describes them.

    `document_type` names the card profile (`cn.resident_id`), `document_number` is as on the card.
    A missing date is None; `valid_until`
    None with `valid_from` set means "for life". `details` holds whatever else the profile reads, as
    (name, value) pairs.
    """

    document_type: str
    document_number: str
    full_name: str
    sex: Sex = Sex.UNKNOWN
    birth_date: date | None = None
    address: str = ""
    issuer: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    details: tuple[tuple[str, str], ...] = ()

    def age_on(self, day: date) -> int | None:
        """Return the age in full years on `day`, or None when the card tells no birth date."""
        if self.birth_date is None:
            return None
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (0 if had_birthday else 1)


class Purpose(StrEnum):
    """What a resident is asked to agree to, each on its own."""

    DATA = "data"
    """Keeping and sending the card's data and the answers."""
    FACE_PHOTO = "face_photo"
    """Taking and sending a photo of the face."""
    VOUCHING = "vouching"
    """A voucher's statement, and sending their own name and number along with it."""
    FACE_COMPARISON = "face_comparison"
    """Comparing it with the portrait on the card, by a program on this machine."""


@dataclass(frozen=True, slots=True)
class Consent:
    """One answer to one consent question, kept inside the sealed application."""

    purpose: Purpose
    given: bool
    text_version: str
    language: Language
    at: datetime


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as strokes of points in units of 0.1 mm from the pad's top left, with the pad's
    size in the same unit.
    """

    strokes: tuple[tuple[tuple[int, int], ...], ...] = field(repr=False)
    width: int
    height: int

    @property
    def is_blank(self) -> bool:
        """Say whether nothing was drawn: fewer than three points are a slip of the finger."""
        return sum(len(stroke) for stroke in self.strokes) < 3


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A volunteer or technician of this site, as the signed staff list names them."""

    staff_id: str
    name: str
    role: StaffRole


class StaffRole(StrEnum):
    """What somebody of the staff may do at the machine."""

    VOLUNTEER = "volunteer"
    ATTENDANT = "attendant"
    TECHNICIAN = "technician"


class Relation(StrEnum):
    """What the beneficiary of an application is to the applicant."""

    CHILD = "child"
    PARENT = "parent"
    SPOUSE = "spouse"
    OTHER_RELATIVE = "other_relative"
    NEIGHBOUR = "neighbour"
    """Or a friend: somebody who is no relative."""
    WARD = "ward"
    """Somebody under the applicant's guardianship, or in their institution's care."""


class Standing(StrEnum):
    """What a voucher is to whom they vouch for."""

    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    COMMITTEE = "committee"
    """Of the village or neighbourhood, which knows who lives there."""
    OTHER = "other"
    """Whoever knows them by their work: employer, teacher, doctor."""


class KnownFor(StrEnum):
    """How long a voucher has known somebody."""

    UNDER_1_YEAR = "under_1_year"
    YEARS_1_TO_5 = "years_1_to_5"
    OVER_5_YEARS = "over_5_years"


@dataclass(frozen=True, slots=True)
class Voucher:
    """Who vouched, by the chip of their own card; no more of it than the office needs to ask."""

    document_type: str
    document_number: str = field(repr=False)
    full_name: str = field(repr=False)
    standing: Standing
    known_for: KnownFor


class ChipCheck(StrEnum):
    """How sure it is that a state wrote what a travel document's chip said."""

    PROVEN = "proven"
    """Signed by a state whose certificate this machine has."""
    SIGNED_BY_UNKNOWN = "signed_by_unknown"
    """As it was signed; the certificate of the state that signed it is not here."""
    NOT_CHECKED = "not_checked"


class LinesFrom(StrEnum):
    """How this machine got to know what is printed in a travel document."""

    TYPED = "typed"
    CAMERA = "camera"
    """A camera read its lines, and all their check digits held."""


@dataclass(frozen=True, slots=True)
class Identity:
    """How it is known who the resident is: what was seen, by whom, and when."""

    assurance: IdentityAssurance
    at: datetime
    """When this was reached; aware."""
    attendant: StaffMember | None = None
    """Who of the staff saw card and face, and confirmed it with their own PIN."""
    failed_reads: int = 0
    """How many times a card was laid down and could not be read."""
    is_number_doubtful: bool = False
    """The number was typed twice alike although its check character or date does not fit."""
    voucher: Voucher | None = None
    """Who vouched, where nothing was shown."""
    chip: ChipCheck | None = None
    """What a travel document's signature was worth; None for any other card."""
    lines_from: LinesFrom | None = None
    """How it was known what is printed in a travel document; None for any other card."""
    comparison: FaceComparison | None = None
    """How comparing the faces went, whatever came of it; None where nobody asked for it."""

    @property
    def is_by_chip(self) -> bool:
        """Say whether a chip was read."""
        return self.assurance in _BY_CHIP

    @property
    def identified_by(self) -> IdentifiedBy:
        """Return the same in the two words that older readers know."""
        return IdentifiedBy.CARD if self.is_by_chip else IdentifiedBy.ATTENDANT


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies for somebody else: stands at the machine, consents and signs."""

    person: Person = field(repr=False)
    identity: Identity
    card_pictures: tuple[Photo, ...] = field(default=(), repr=False)
    """Of their card, where its chip could not be read: front, back."""


def mask_name(full_name: str) -> str:
    """Return the name with its middle hidden, the same in every language: `张*英`, `J**n`; two
    characters keep the first.
    """
    match len(full_name):
        case 0 | 1:
            return full_name
        case 2:
            return full_name[0] + MASK
        case length:
            return full_name[0] + MASK * (length - 2) + full_name[-1]


def mask_number(number: str) -> str:
    """Return a document number with all but its first and last four characters hidden; short ones
    keep the last two.
    """
    keep = 4
    if len(number) <= 2 * keep:
        return MASK * max(len(number) - 2, 0) + number[-2:]
    return number[:keep] + MASK * (len(number) - 2 * keep) + number[-keep:]
