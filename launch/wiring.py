"""The composition root: the only file that knows every room.

Settings in, a conductor out. Libraries are imported only when the settings choose what needs them,
and inside the lane that uses
them, so that Home is on the screen before OpenCV, SQLCipher or an HTTP client is loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from devices.desk_state import DeskState, SimulatedNetwork
from kiosk.catalogue.document_numbers import load_number_rule
from kiosk.catalogue.legal_words import load_legal_words
from kiosk.catalogue.loader import Catalogue
from kiosk.catalogue.regions import load_region
from kiosk.clock import Clock, SystemClock, boot_id
from kiosk.conductor import Conductor, House, Message, Openers, Stage
from kiosk.diagnosis import of_catalogue
from kiosk.domain import AppId, Language
from kiosk.enrolment import Enrolment, load_enrolment
from kiosk.errors import EnrolmentError
from kiosk.face_lane import FaceDesk
from kiosk.flow.world import Site, SiteRules, World
from kiosk.ports.camera import Camera
from kiosk.ports.card_reader import CardReader
from kiosk.ports.courier import Courier
from kiosk.ports.document_camera import DocumentCamera
from kiosk.ports.printer import Printer
from kiosk.ports.speaker import Speaker
from kiosk.readiness import PRINTERS, PortName, PortReport
from kiosk.settings import (
    CameraKind,
    CardReaderKind,
    DocumentCameraKind,
    FaceMatcherKind,
    OfficePrinterKind,
    PrinterKind,
    Settings,
    SpeakerKind,
    in_force,
)
from kiosk.settings.from_office import OfficeSettings, with_office
from kiosk.store import catalogues, office_settings
from kiosk.store.room import Levels, glance
from kiosk.texts import Texts, load_texts
from kiosk.timekeeping import BelievedClock, believing
from launch import absent, devices_chosen
from launch.places import CATALOGUE, LEGAL, LOCALE, NUMBERS, REGIONS
from launch.settings_check import check_settings
from launch.store_gate import StoreGate
from launch.wanted_formats import known_formats, without_unknown_formats

if TYPE_CHECKING:
    from kiosk.effects import Desk, Surroundings
    from kiosk.paper_desk import PaperDesk

QUERY_PATH = "/q/{number}?c={code}"


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A kiosk ready to be started: what every command builds on."""

    settings: Settings
    enrolment: Enrolment
    texts: dict[Language, Texts]
    catalogue: Catalogue
    world: World
    clock: Clock
    is_rehearsal: bool = False
    office: OfficeSettings = field(default_factory=OfficeSettings)
    """What of the settings comes from the office."""
    store_gate: StoreGate = field(default_factory=StoreGate)

    @property
    def zone(self) -> tzinfo:
        """The zone that screens and papers tell times in."""
        return ZoneInfo(self.settings.kiosk.timezone)

    @property
    def desk(self) -> DeskState:
        """What is laid out for simulated devices."""
        return DeskState(self.settings.kiosk.state_folder / "desk")

    def conductor(self, stage: Stage, post: Callable[[Message], None]) -> Conductor:
        """Return the conductor of this kiosk, not started yet."""
        house = House(
            zone=self.zone,
            texts=self.texts,
            versions=versions,
            settings=in_force(self.settings),
            catalogue=self.catalogue_report(),
            absent=absent.absent_parts(self.settings),
            on_damage=self._on_damage,
        )
        openers = Openers(
            desk=self.run_desk,
            paper=self.open_paper,
            reader=self.open_reader,
            camera=self.open_camera,
            document_camera=self.open_document_camera,
            courier=self.open_courier,
            speaker=self.open_speaker,
            faces=self.open_faces,
        )
        return Conductor(self.world, house, openers, stage, self.clock, post)

    def catalogue_report(self, texts: Texts | None = None) -> PortReport:
        """Return how loading the catalogue went; without `texts` in the default language."""
        texts = texts or self.texts[self.settings.kiosk.language_default]
        return of_catalogue(self.catalogue, texts)

    def open_desk(self, *, may_put_off: bool = False) -> Desk:
        """Open the store and everything that writes to it; belongs to the calling thread.

        `may_put_off`: a sweep of a long queue is owed then, and `Desk.begin` begins it.

        Raises:
            StorageError: The store can't be used.
        """
        from kiosk.effects import Desk
        from kiosk.sealing import Sealer
        from kiosk.staff import SignIn
        from kiosk.store.engine import open_store
        from kiosk.store.installation import EpochReason, open_installation, start_epoch
        from kiosk.store.keys import load_keys
        from kiosk.store.staff_files import StoredLocks
        from kiosk.store.time_known import look_at_clocks

        folder = self.settings.kiosk.state_folder
        found = self.store_gate.take_findings(
            folder, self.enrolment.kiosk_id, self.clock, may_put_off=may_put_off
        )
        keys = load_keys(folder)
        db = open_store(folder, keys.database)
        look_at_clocks(db, believing(self.clock))
        installation = open_installation(db, self.enrolment, folder)
        if not found.is_head_proven:
            installation = start_epoch(db, self.enrolment, folder, why=EpochReason.UNPROVEN)
        sealer = Sealer(
            db,
            folder,
            keys,
            self.enrolment,
            installation,
            self.world.simulated,
            self.is_rehearsal,
        )
        sealer.trust_boot()
        return Desk(
            db,
            sealer,
            SignIn(StoredLocks(db), boot_id()),
            self._surroundings(),
            self.clock,
            self.enrolment.technician_pin_hash or None,
            found,
        )

    def run_desk(self) -> Desk:
        """Open the desk for residents: how it ends is remembered.

        Raises:
            StorageError: The store can't be used.
        """
        desk = self.open_desk(may_put_off=True)
        desk.begin()
        return desk

    def open_paper(self) -> PaperDesk:
        """Open the printer, and the store to read from; belongs to the calling thread."""
        from kiosk.paper_desk import PaperDesk
        from kiosk.paper_seal import PaperSeal
        from kiosk.store.engine import open_store
        from kiosk.store.keys import load_keys

        folder = self.settings.kiosk.state_folder
        self.store_gate.pass_through(folder, self.enrolment.kiosk_id, self.clock)
        keys = load_keys(folder)
        db = open_store(folder, keys.database)
        seal = PaperSeal(self.enrolment.kiosk_id, keys.sign)
        warm_up = devices_chosen.paper_warm_up(self.settings)
        has_roll = self.settings.printer.kind is not PrinterKind.NONE
        printer = absent.or_misset(self.open_printer) if has_roll else None
        office = absent.or_misset(self.open_office_printer)
        return PaperDesk(db, printer, self._surroundings(), self.clock, seal, warm_up, office)

    def open_reader(self) -> CardReader:
        """Return the card reader of the settings."""
        return devices_chosen.open_reader(self.settings, self.desk)

    def open_camera(self) -> Camera:
        """Return the camera of the settings."""
        return devices_chosen.open_camera(self.settings, self.desk)

    def open_document_camera(self) -> DocumentCamera:
        """Return the document camera of the settings."""
        return devices_chosen.open_document_camera(self.settings, self.desk)

    def open_faces(self) -> FaceDesk:
        """Return what compares faces, or says that nothing does."""
        chosen = self.settings.face_matcher
        matcher = devices_chosen.open_matcher(self.settings)
        return FaceDesk(matcher, self.clock, chosen.threshold, chosen.limit_s)

    def open_printer(self) -> Printer:
        """Return the printer of the settings."""
        texts = self.texts[self.settings.kiosk.language_default]
        return devices_chosen.open_printer(self.settings, self.desk, texts)

    def open_office_printer(self) -> Printer | None:
        """Return the office printer of the settings; None: there is none."""
        texts = self.texts[self.settings.kiosk.language_default]
        return devices_chosen.open_office_printer(self.settings, self.desk, texts)

    def open_speaker(self) -> Speaker:
        """Return the loudspeaker of the settings."""
        return devices_chosen.open_speaker(self.settings, self.desk)

    def open_courier(self) -> Courier:
        """Return the courier, with a database connection of its own."""
        from sync.courier import open_courier
        from sync.courier_config import CourierConfig

        settings, folder = self.settings, self.settings.kiosk.state_folder
        self.store_gate.pass_through(folder, self.enrolment.kiosk_id, self.clock)
        return open_courier(
            CourierConfig(
                state_folder=folder,
                url=settings.platform.url or self.enrolment.platform_url,
                ca_file=settings.platform.ca_file,
                poll_s=settings.courier.poll_s,
                request_timeout_s=settings.courier.request_timeout_s,
                chunk_bytes=settings.courier.chunk_bytes,
                keep_delivered_h=settings.storage.keep_delivered_h,
                canary_every=timedelta(days=settings.courier.canary_days),
                versions=(*versions(), *releases(self.catalogue, self.office)),
                boot=boot_id(),
                levels=levels_of(settings),
            ),
            self.clock,
            is_cut=self._is_cut if self.world.simulated else lambda: False,
        )

    def is_delivered(self, app_id: str) -> bool:
        """Say whether the platform's proof for an entry is stored here."""
        from kiosk.store import entries
        from kiosk.store.engine import open_store
        from kiosk.store.keys import load_keys

        folder = self.settings.kiosk.state_folder
        db = open_store(folder, load_keys(folder).database)
        try:
            entry = entries.find(db, AppId(app_id))
            return entry is not None and entry.proof is not None
        finally:
            db.close()

    def _on_damage(self) -> None:
        from kiosk.store.boot import demand_sweep

        demand_sweep(self.settings.kiosk.state_folder)

    def _is_cut(self) -> bool:
        return not self.desk.read(SimulatedNetwork).up

    def _surroundings(self) -> Surroundings:
        from kiosk.effects import Surroundings
        from kiosk.store.retention import keep_of

        storage = self.settings.storage
        template = self.settings.platform.query_url
        if not template:
            base = self.enrolment.public_url or self.enrolment.platform_url
            template = base.rstrip("/") + QUERY_PATH
        second = self.settings.printer.second_language
        return Surroundings(
            services=self.catalogue.services,
            site=self.world.site,
            calendar=load_region(REGIONS / f"{self.settings.kiosk.region}.toml"),
            timezone=self.settings.kiosk.timezone,
            query_url=template,
            texts=self.texts,
            simulated=self.world.simulated,
            is_rehearsal=self.is_rehearsal,
            keep=keep_of(storage),
            levels=levels_of(self.settings),
            second_language=Language(second) if second else None,
            legal=load_legal_words(LEGAL / f"{self.settings.kiosk.region}.toml"),
            roll_m=self.settings.printer.roll_m,
            tray_sheets=self.settings.office_printer.tray_sheets,
            sheets_take_over=self.settings.office_printer.takes_over,
            receipts_most=1 + self.settings.printer.reprints,
            slips_most=1 + self.settings.printer.slip_reprints,
            open_slips_hour=self.settings.printer.open_slips_per_hour,
        )


def build_kiosk(settings: Settings, *, is_rehearsal: bool = False) -> Kiosk:
    """Return a kiosk as the settings describe it.

    Raises:
        EnrolmentError: It has not been enrolled.
        SettingsError: Texts can't be read, or the settings point at what is not there.
    """
    texts = load_texts(LOCALE)
    check_settings(settings, texts, needs_printers=False)
    settings, office = with_office(settings, *office_settings.load(settings.kiosk.state_folder))
    enrolment = load_enrolment(settings.kiosk.state_folder)
    if enrolment is None:
        raise EnrolmentError(
            "This kiosk has not been enrolled with a platform.",
            "Run `kiosk enrol` with a one-time code from the office.",
        )
    clock = BelievedClock(SystemClock())
    now = clock.now().at.astimezone(ZoneInfo(settings.kiosk.timezone))
    catalogue = without_unknown_formats(
        catalogues.load(settings.kiosk.state_folder, CATALOGUE),
        known_formats(settings.camera.formats_file),
    )
    visit = settings.visit
    has_printer = not absent.absent_parts(settings) >= PRINTERS
    world = World(
        services=catalogue.services,
        site=Site(
            name=settings.site.name or enrolment.site_name,
            phone=settings.site.phone or enrolment.site_phone,
            hours=settings.site.hours,
        ),
        rules=SiteRules(
            idle_s=visit.idle_s,
            still_there_s=visit.still_there_s,
            advice_patience_s=visit.advice_patience_s,
            takes_photo_itself=settings.camera.auto_capture,
            photo_format=settings.camera.photo_format,
            has_low_camera=settings.camera.low_source != "",
            maintenance_wipe_s=visit.maintenance_wipe_s,
            take_card_s=visit.take_card_s,
            card_left_s=visit.card_left_s,
            receipts_most=1 + settings.printer.reprints,
            slips_most=1 + settings.printer.slip_reprints,
            languages=settings.kiosk.language_order,
        ),
        today=now.date(),
        now=now,
        room=glance(settings.kiosk.state_folder, levels_of(settings)),
        has_recipients=bool(enrolment.recipients),
        number_rule=load_number_rule(NUMBERS / f"{settings.kiosk.region}.toml"),
        documents=devices_chosen.document_ways(settings),
        has_face_matcher=settings.face_matcher.kind is not FaceMatcherKind.NONE,
        has_printer=has_printer,
        has_acknowledgement=has_printer
        and load_legal_words(LEGAL / f"{settings.kiosk.region}.toml") is not None,
        simulated=simulated_parts(settings),
    )
    return Kiosk(settings, enrolment, texts, catalogue, world, clock, is_rehearsal, office)


def levels_of(settings: Settings) -> Levels:
    """Return how much room there has to be on the disk."""
    storage = settings.storage
    return Levels(storage.min_free_mb * 1_000_000, storage.refuse_free_mb * 1_000_000)


def simulated_parts(settings: Settings) -> tuple[str, ...]:
    """Return the names of the parts that are simulated: each screen and each paper says so."""
    chosen = (
        (PortName.CARD_READER, settings.card_reader.kind is CardReaderKind.SIMULATED),
        (PortName.CAMERA, settings.camera.kind is CameraKind.SIMULATED),
        (
            # One that is shared is named already: as the camera.
            PortName.DOCUMENT_CAMERA,
            settings.document_camera.kind is DocumentCameraKind.SIMULATED,
        ),
        (PortName.FACE_MATCHER, settings.face_matcher.kind is FaceMatcherKind.SIMULATED),
        (PortName.PRINTER, settings.printer.kind is PrinterKind.SIMULATED),
        (PortName.OFFICE_PRINTER, settings.office_printer.kind is OfficePrinterKind.SIMULATED),
        (PortName.SPEAKER, settings.speaker.kind is SpeakerKind.SIMULATED),
    )
    return tuple(port.value for port, is_simulated in chosen if is_simulated)


def releases(catalogue: Catalogue, office: OfficeSettings) -> tuple[tuple[str, str], ...]:
    """Return what the office gave and is in force here, as hello tells it; 0: nothing."""
    return ("catalogue", str(catalogue.release)), ("settings", str(office.release))


def versions() -> tuple[tuple[str, str], ...]:
    """Return the versions a technician is asked for on the telephone."""
    from importlib.metadata import version
    from platform import python_version

    return (("doorstep", version("doorstep")), ("python", python_version()))
