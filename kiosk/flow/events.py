"""Everything that can happen to a visit: touched by somebody, answered by an effect, or seen by a
device.

Names are past tense. Every event carries `at`, so that time reaches the core as a fact. Answers of
effects carry the id of the
session that asked (`session_id`); answers for a session that is over are dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.domain import Language, Purpose, Signature
from kiosk.flow.answers import (
    AdviceChanged,
    ApplicationSealed,
    Broke,
    CameraGone,
    CardPictureTaken,
    CardRead,
    CardSeen,
    CardUnreadable,
    DeviceTested,
    FacesCompared,
    FromDevice,
    FromEffect,
    KnownFound,
    PhotoFailed,
    PhotoTaken,
    PinAccepted,
    PinRejected,
    ReaderGone,
    ReportMade,
    SealingFailed,
    StatusFound,
    Ticked,
    UnseenFound,
    WitnessAccepted,
    WitnessRejected,
)
from kiosk.flow.paper_events import (
    PaperConfirmed,
    PaperMissed,
    PapersChosen,
    ReceiptFailed,
    ReceiptPrinted,
    ReceiptUnconfirmed,
    ReceiptWithheld,
    ReprintAsked,
    SlipAsked,
    SlipTold,
)
from kiosk.flow.session import Rating, TextScale, Theme
from kiosk.flow.touch import Touch
from kiosk.readiness import PortName


@dataclass(frozen=True, slots=True)
class Started(Touch):
    """The big tile on Home was touched: put your card down and start."""

    session_id: str


@dataclass(frozen=True, slots=True)
class ServiceChosen(Touch):
    """A service's tile was touched."""

    session_id: str
    service_id: str


@dataclass(frozen=True, slots=True)
class Continued(Touch):
    """Next, on a screen that only tells something."""


@dataclass(frozen=True, slots=True)
class WentBack(Touch):
    """Back."""


@dataclass(frozen=True, slots=True)
class Consented(Touch):
    """Yes to one purpose, under this version of the text."""

    purpose: Purpose
    text_version: str


@dataclass(frozen=True, slots=True)
class Refused(Touch):
    """No to one purpose."""

    purpose: Purpose
    text_version: str


@dataclass(frozen=True, slots=True)
class Answered(Touch):
    """A question was answered; `raw` as typed or the chosen option's name, "" for an optional
    question left empty.
    """

    name: str
    raw: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OtherWayChosen(Touch):
    """Go on without the chip."""


@dataclass(frozen=True, slots=True)
class OnBehalfChosen(Touch):
    """It is for somebody else."""


@dataclass(frozen=True, slots=True)
class VouchingChosen(Touch):
    """Nothing can be shown: somebody vouches."""


@dataclass(frozen=True, slots=True)
class NumberTyped(Touch):
    """The number on the card was typed."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShutterPressed(Touch):
    """Take the picture now."""


@dataclass(frozen=True, slots=True)
class PhotoRetaken(Touch):
    """This one not: once more."""


@dataclass(frozen=True, slots=True)
class PhotoDeclined(Touch):
    """No photo after all; an attendant checks."""


@dataclass(frozen=True, slots=True)
class Corrected(Touch):
    """On the review, "change" beside one answer was touched; name "photo" means the photo."""

    name: str


@dataclass(frozen=True, slots=True)
class Signed(Touch):
    """The resident signed and pressed the button."""

    signature: Signature


@dataclass(frozen=True, slots=True)
class Rated(Touch):
    """One of five levels was chosen."""

    rating: Rating


@dataclass(frozen=True, slots=True)
class HelpAsked(Touch):
    """Help was touched."""


@dataclass(frozen=True, slots=True)
class HelpAnswered(Touch):
    """Somebody came, or the resident closes the help."""


@dataclass(frozen=True, slots=True)
class HelperJoined(Touch):
    """The volunteer on duty says: I am helping in this visit."""


@dataclass(frozen=True, slots=True)
class StopAsked(Touch):
    """Stop was touched."""


@dataclass(frozen=True, slots=True)
class StopConfirmed(Touch):
    """Yes, stop and wipe everything."""


@dataclass(frozen=True, slots=True)
class StopDeclined(Touch):
    """No, go on; also answers "the card was taken"."""


@dataclass(frozen=True, slots=True)
class StillHere(Touch):
    """The huge answer to "Are you still there?"."""


@dataclass(frozen=True, slots=True)
class LanguageChosen(Touch):
    """Another language for this visit."""

    language: Language


@dataclass(frozen=True, slots=True)
class TextScaleChosen(Touch):
    """Another text size for this visit."""

    text_scale: TextScale


@dataclass(frozen=True, slots=True)
class ThemeChosen(Touch):
    """Another theme for this visit."""

    theme: Theme


@dataclass(frozen=True, slots=True)
class ScreenLowered(Touch):
    """Everything touchable down, or up again."""

    is_lowered: bool


@dataclass(frozen=True, slots=True)
class StatusAsked(Touch):
    """Progress was touched on Home."""

    session_id: str


@dataclass(frozen=True, slots=True)
class StatusByCardChosen(Touch):
    """Look up by card."""


@dataclass(frozen=True, slots=True)
class StatusByNumberChosen(Touch):
    """Look up by receipt number."""


@dataclass(frozen=True, slots=True)
class KnownAsked(Touch):
    """What does this machine still know about me?"""


@dataclass(frozen=True, slots=True)
class StatusTyped(Touch):
    """Receipt number and query code were typed."""

    number: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StaffDoorOpened(Touch):
    """The staff's entry was touched, on Home or inside Help."""


@dataclass(frozen=True, slots=True)
class StaffChosen(Touch):
    """A volunteer's name was touched; "" means the technician."""

    staff_id: str


@dataclass(frozen=True, slots=True)
class PinTyped(Touch):
    """A PIN was typed and confirmed."""

    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedOut(Touch):
    """The volunteer on duty signs out."""


@dataclass(frozen=True, slots=True)
class StaffDoorClosed(Touch):
    """Back to the residents' screens."""


@dataclass(frozen=True, slots=True)
class ReportAsked(Touch):
    """The technician wants the doctor's report again."""


@dataclass(frozen=True, slots=True)
class DeviceTestAsked(Touch):
    """The technician wants one part tested: read a card, look through the camera, print, reach the
    platform.
    """

    port: PortName


@dataclass(frozen=True, slots=True)
class DeviceTestEnded(Touch):
    """Enough of it: the camera may be switched off again."""


@dataclass(frozen=True, slots=True)
class SendNowAsked(Touch):
    """The technician wants the queue sent now."""


Event = (
    Touch | FromDevice | FromEffect | PinAccepted | PinRejected | ReportMade | DeviceTested | Broke
)

__all__ = [
    "AdviceChanged",
    "Answered",
    "ApplicationSealed",
    "Broke",
    "CameraGone",
    "CardPictureTaken",
    "CardRead",
    "CardSeen",
    "CardUnreadable",
    "Consented",
    "Continued",
    "Corrected",
    "DeviceTestAsked",
    "DeviceTestEnded",
    "DeviceTested",
    "Event",
    "FacesCompared",
    "FromDevice",
    "FromEffect",
    "HelpAnswered",
    "HelpAsked",
    "HelperJoined",
    "KnownAsked",
    "KnownFound",
    "LanguageChosen",
    "NumberTyped",
    "OnBehalfChosen",
    "OtherWayChosen",
    "PaperConfirmed",
    "PaperMissed",
    "PapersChosen",
    "PhotoDeclined",
    "PhotoFailed",
    "PhotoRetaken",
    "PhotoTaken",
    "PinAccepted",
    "PinRejected",
    "PinTyped",
    "Rated",
    "ReaderGone",
    "ReceiptFailed",
    "ReceiptPrinted",
    "ReceiptUnconfirmed",
    "ReceiptWithheld",
    "Refused",
    "ReportAsked",
    "ReportMade",
    "ReprintAsked",
    "ScreenLowered",
    "SealingFailed",
    "SendNowAsked",
    "ServiceChosen",
    "ShutterPressed",
    "Signed",
    "SignedOut",
    "SlipAsked",
    "SlipTold",
    "StaffChosen",
    "StaffDoorClosed",
    "StaffDoorOpened",
    "Started",
    "StatusAsked",
    "StatusByCardChosen",
    "StatusByNumberChosen",
    "StatusFound",
    "StatusTyped",
    "StillHere",
    "StopAsked",
    "StopConfirmed",
    "StopDeclined",
    "TextScaleChosen",
    "ThemeChosen",
    "Ticked",
    "Touch",
    "UnseenFound",
    "VouchingChosen",
    "WentBack",
    "WitnessAccepted",
    "WitnessRejected",
]
