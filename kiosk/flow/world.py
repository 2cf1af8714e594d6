"""What surrounds a visit and outlives it: the catalogue, the staff, the network, the rules of this
site.

The flow reads it and never changes it; the conductor renews it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kiosk.catalogue.document_numbers import NumberRule
from kiosk.catalogue.service import PrintedOn, Service, Words
from kiosk.domain import Language, StaffMember
from kiosk.flow.document_try import DocumentWays
from kiosk.ports.printer import PrinterState

PRINTS_NOT = frozenset(
    {
        PrinterState.PAPER_OUT,
        PrinterState.COVER_OPEN,
        PrinterState.JAM,
        PrinterState.PAUSED,
        PrinterState.CUTTER,
        PrinterState.UNSUPPORTED_FORMAT,
        PrinterState.FAULT,
        PrinterState.OFFLINE,
        PrinterState.UNREACHABLE,
    }
)
"""What a printer says when no paper would come out of it."""


class Network(StrEnum):
    """What the courier last found out about the way to the platform."""

    UNKNOWN = "unknown"
    """Not tried yet since the start."""
    ONLINE = "online"
    OFFLINE = "offline"


class Room(StrEnum):
    """What the disk has room for."""

    PLENTY = "plenty"
    LOW = "low"
    """Visits go on; the technician should look."""
    FULL = "full"
    """Not enough for a whole visit: none begins. One that began goes on to its end."""


@dataclass(frozen=True, slots=True)
class SiteRules:
    """What the settings say about visits; times in seconds."""

    idle_s: float = 90.0
    still_there_s: float = 30.0
    advice_patience_s: float = 10.0
    """After this long any picture may be taken, whatever the advice."""
    takes_photo_itself: bool = True
    """Whether a photo is taken by itself once all has been well for a moment."""
    photo_format: str = ""
    """The id of the ID-photo format that is taken for a service that names none."""
    has_low_camera: bool = False
    """Whether there is a second camera, mounted low."""
    maintenance_wipe_s: float = 300.0
    """A visit suspended by maintenance is wiped after this."""
    take_card_s: float = 20.0
    """How long "take your card" stays where the reader can't tell."""
    card_left_s: float = 60.0
    """After this long a card that was left behind is called for by the bell, and reported."""
    receipts_most: int = 3
    """So many receipts of one application residents get by themselves, the first one included."""
    slips_most: int = 3
    """The same of an acknowledgement; and a day, of slips about an application."""
    languages: tuple[Language, ...] = (Language("zh_CN"), Language("en"))


@dataclass(frozen=True, slots=True)
class Site:
    """Where this machine stands and who answers the telephone."""

    name: str
    phone: str
    hours: str
    """Free text: when somebody of the staff is there."""


@dataclass(frozen=True, slots=True)
class OfficeNotice:
    """What the office wants said on Home, and the last day on which it is, if there is one."""

    words: Words
    until: date | None = None


@dataclass(frozen=True, slots=True)
class World:
    """Everything around the session; see the module."""

    services: tuple[Service, ...]
    site: Site
    rules: SiteRules
    today: date
    now: datetime
    """Aware, in the zone of the site: `world.local(time)` brings other times into it."""
    duty: StaffMember | None = None
    staff: tuple[StaffMember, ...] = ()
    network: Network = Network.UNKNOWN
    room: Room = Room.PLENTY
    has_recipients: bool = True
    """Whether there is anybody to seal to: the platform may have revoked every key."""
    notices: tuple[OfficeNotice, ...] = ()
    """What the office wants said; those that are over are among them."""
    printer: PrinterState | None = None
    """How the printer of slips was when it was asked last; None: it was not, or there is none."""
    sheet_printer: PrinterState | None = None
    """The same of the printer that receipts on sheets come from; None also: no service has them."""
    number_rule: NumberRule | None = None
    """What residents type where their card can't be read; None: this region has no such number."""
    documents: DocumentWays | None = None
    """How passports and travel permits are read; None: not at all."""
    has_face_matcher: bool = False
    """Whether a program is there that compares faces."""
    has_printer: bool = True
    """Whether a printer is meant to be there, for rolls or sheets; it may be out of order."""
    has_voice: bool = False
    """Whether a sentence would be heard, as far as the machine knows."""
    has_acknowledgement: bool = False
    """Whether a printer is there for acknowledgements, and wording for them."""
    simulated: tuple[str, ...] = ()
    """Names of the devices that are simulated; a band on every screen and paper says so."""

    @property
    def takes_applications(self) -> bool:
        """Say whether a visit that begins now can be brought to its end."""
        return self.room is not Room.FULL and self.has_recipients

    def photo_format(self, service: Service) -> str:
        """Return the id of the ID-photo format that a service gets: its own, else the site's."""
        return service.photo_format or self.rules.photo_format

    @property
    def cannot_print(self) -> bool:
        """Say whether it is known that no slip would come out."""
        return self.printer in PRINTS_NOT

    def cannot_print_receipt(self, service: Service) -> bool:
        """Say whether it is known that no receipt of a service would come out."""
        is_sheet = service.receipt_on is PrintedOn.SHEETS
        return (self.sheet_printer if is_sheet else self.printer) in PRINTS_NOT

    @property
    def notices_today(self) -> tuple[OfficeNotice, ...]:
        """Return the notices that are not over."""
        return tuple(it for it in self.notices if it.until is None or self.today <= it.until)

    def local(self, at: datetime) -> datetime:
        """Return an aware time in the zone of the site, as clocks on its walls show it."""
        return at.astimezone(self.now.tzinfo)

    def service(self, service_id: str) -> Service | None:
        """Return a service by its id, None when the catalogue has none such."""
        for service in self.services:
            if service.service_id == service_id:
                return service
        return None
