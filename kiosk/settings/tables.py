"""Every option of the settings file, and all tables together; machines have their own module.

An option is declared once: type, default, unit, allowed values, a sentence. Files that settings
point at are not looked for here: whoever uses one reports that it is missing, so that a lost file
breaks one part and not the kiosk.
"""
# ruff: noqa: RUF009 -- `option` makes a dataclass field: each call is meant to happen once, here

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from kiosk.domain import Language
from kiosk.settings import wording
from kiosk.settings.choices import LogLevel, Orientation
from kiosk.settings.face_matcher import FaceMatcherSettings
from kiosk.settings.machines import (
    CameraSettings,
    CardReaderSettings,
    DocumentCameraSettings,
    OfficePrinterSettings,
    PrinterSettings,
    SpeakerSettings,
)
from kiosk.settings.option import FromAfar, Rule, Table, option
from kiosk.settings.photo_quality import PhotoQualitySettings


@dataclass(frozen=True, slots=True)
class KioskSettings(Table):
    """What holds for the whole machine."""

    says: ClassVar[str] = "What holds for the whole machine."

    state_folder: Path = option(
        Path("state"),
        Rule("Where applications, journal and keys are kept; it must be on a local disk."),
    )
    languages: tuple[Language, ...] = option(
        (Language("zh_CN"), Language("en")),
        Rule("The languages residents can choose.", problem=wording.language),
    )
    language_default: Language = option(
        Language("zh_CN"),
        Rule("The language each visit begins in; one of `languages`.", problem=wording.language),
    )
    timezone: str = option(
        "Asia/Shanghai",
        Rule("The time zone that screens and papers tell times in.", problem=wording.time_zone),
    )
    region: str = option(
        "cn",
        Rule(
            "The region whose holidays count for working days: a file of assets/regions.",
            problem=wording.name_of_file,
        ),
    )

    @property
    def language_order(self) -> tuple[Language, ...]:
        """Return the languages with the default one first."""
        others = tuple(known for known in self.languages if known != self.language_default)
        return (self.language_default, *others)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong between the options."""
        if not self.languages:
            yield "languages", "must name at least one language"
        elif self.language_default not in self.languages:
            yield "language_default", f"must be one of languages: {', '.join(self.languages)}"
        if len(set(self.languages)) != len(self.languages):
            yield "languages", "must name each language once"


@dataclass(frozen=True, slots=True)
class SiteSettings(Table):
    """Where the machine stands."""

    says: ClassVar[str] = (
        "Where the machine stands. What is empty here is as the platform told at `kiosk enrol`."
    )

    name: str = option(
        "",
        Rule("The place, as residents call it.", problem=wording.one_line, from_afar=FromAfar.YES),
    )
    phone: str = option(
        "",
        Rule(
            "The telephone number that Help shows.",
            problem=wording.one_line,
            from_afar=FromAfar.YES,
        ),
    )
    hours: str = option(
        "",
        Rule(
            "When somebody of the staff is there.", problem=wording.one_line, from_afar=FromAfar.YES
        ),
    )


@dataclass(frozen=True, slots=True)
class ScreenSettings(Table):
    """The screen; sizes on it are in millimetres, so its own size must be known."""

    says: ClassVar[str] = (
        "The screen. Everything on it is sized in millimetres, so its diagonal must be right."
    )

    diagonal_inch: float = option(
        21.5, Rule("The diagonal of the visible picture.", unit="inch", least=7, most=100)
    )
    orientation: Orientation = option(Orientation.AUTO, Rule("How the screen stands."))
    fullscreen: bool = option(
        default=True, rule=Rule("Whether the window fills the screen and has no frame.")
    )
    width_px: int = option(
        0, Rule("Width of the window; 0: as wide as the screen.", unit="px", least=0, most=16_384)
    )
    height_px: int = option(
        0, Rule("Height of the window; 0: as high as the screen.", unit="px", least=0, most=16_384)
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong between the options."""
        if (self.width_px == 0) != (self.height_px == 0):
            yield "width_px", "and height_px must both be 0 or both be given"


@dataclass(frozen=True, slots=True)
class VisitSettings(Table):
    """How long a visit waits."""

    says: ClassVar[str] = (
        "How long a visit waits. Nobody is hurried: longer is kinder, shorter is more private."
    )

    idle_s: float = option(
        90.0,
        Rule(
            "How long nothing is touched before the kiosk asks whether somebody is still there.",
            unit="s",
            least=30,
            most=300,
            from_afar=FromAfar.YES,
        ),
    )
    still_there_s: float = option(
        30.0,
        Rule(
            "How long that question stays before the visit is wiped.",
            "s",
            least=10,
            most=300,
            from_afar=FromAfar.YES,
        ),
    )
    advice_patience_s: float = option(
        10.0,
        Rule(
            "After this long a photo can be taken whatever the advice says.",
            "s",
            0,
            60,
            from_afar=FromAfar.YES,
        ),
    )
    maintenance_wipe_s: float = option(
        300.0,
        Rule(
            "How long a visit waits behind the staff's screens before it is wiped.",
            "s",
            30,
            900,
            from_afar=FromAfar.YES,
        ),
    )
    take_card_s: float = option(
        20.0,
        Rule(
            'How long "take your card" stays where the reader can\'t tell.',
            "s",
            5,
            120,
            from_afar=FromAfar.YES,
        ),
    )
    card_left_s: float = option(
        60.0,
        Rule(
            "After this long a card that was left on the reader is called for by the bell, and "
            "the journal says so.",
            "s",
            least=10,
            most=600,
        ),
    )


@dataclass(frozen=True, slots=True)
class PlatformSettings(Table):
    """The central platform."""

    says: ClassVar[str] = (
        "The central platform. Without an address the kiosk works, and keeps everything "
        "until it has one."
    )

    url: str = option(
        "",
        Rule("The platform's address; https, except on this machine.", problem=wording.base_url),
    )
    ca_file: Path | None = option(
        None,
        Rule(
            "The certificate (PEM) of the authority that signed the platform's; no other is "
            "trusted. Needed except on this machine."
        ),
    )
    query_url: str = option(
        "",
        Rule(
            "Where a resident can look, as printed in the receipt's QR code, with {number} and "
            "{code}; empty: a page of the platform.",
            problem=wording.query_template,
        ),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong between the options."""
        if self.url and not wording.is_loopback(self.url) and self.ca_file is None:
            yield "ca_file", "must be given for a platform that is not on this machine"


@dataclass(frozen=True, slots=True)
class CourierSettings(Table):
    """What delivers."""

    says: ClassVar[str] = "The courier, which delivers what is stored and asks for news."

    poll_s: float = option(
        60.0,
        Rule(
            "How often the platform is asked for news when all goes well.",
            "s",
            1,
            3600,
            from_afar=FromAfar.YES,
        ),
    )
    request_timeout_s: float = option(
        60.0, Rule("How long one request may take.", "s", least=2, most=900)
    )
    chunk_bytes: int = option(
        1_048_576,
        Rule("How much is sent at once on a normal link.", "bytes", 16_384, 16_777_216),
    )
    canary_days: int = option(
        30,
        Rule(
            "How often the platform is asked to open something that this kiosk sealed.",
            "days",
            least=1,
            most=180,
            from_afar=FromAfar.YES,
        ),
    )


@dataclass(frozen=True, slots=True)
class StorageSettings(Table):
    """The disk."""

    says: ClassVar[str] = "The disk that the state folder is on."

    min_free_mb: int = option(
        200,
        Rule("With less free space than this the technician is warned.", "MB", 20, 1_000_000),
    )
    refuse_free_mb: int = option(
        64,
        Rule(
            "With less free space than this no visit begins: Home says so, and whom to ask "
            "instead. The kiosk goes on by itself when there is more again.",
            "MB",
            least=16,
            most=1_000_000,
        ),
    )
    keep_delivered_h: float = option(
        72.0,
        Rule(
            "How long an envelope stays here after the platform proved that it holds it; never "
            "shorter than the time between two backups of the platform.",
            "h",
            least=24,
            most=8760,
            from_afar=FromAfar.UPWARDS,
        ),
    )
    keep_records_days: int = option(
        90,
        Rule(
            "How long the record of a delivered application stays: its proof, its state, what its "
            "receipt was printed from.",
            "days",
            least=7,
            most=3650,
            from_afar=FromAfar.UPWARDS,
        ),
    )
    keep_words_days: int = option(
        30,
        Rule(
            "How long what the office wrote stays.",
            "days",
            least=1,
            most=3650,
            from_afar=FromAfar.UPWARDS,
        ),
    )
    keep_journal_days: int = option(
        183,
        Rule(
            "How long the journal of the machine stays.",
            "days",
            least=183,
            most=3650,
            from_afar=FromAfar.UPWARDS,
        ),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong between the options."""
        if self.refuse_free_mb > self.min_free_mb:
            yield "refuse_free_mb", "must not be more than min_free_mb, which warns of it"


@dataclass(frozen=True, slots=True)
class LogSettings(Table):
    """The log."""

    says: ClassVar[str] = "The log, on standard error; it never holds personal data."

    level: LogLevel = option(LogLevel.INFO, Rule("How much is logged."))


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one kiosk. Immutable; may be used from any thread."""

    kiosk: KioskSettings = KioskSettings()
    site: SiteSettings = SiteSettings()
    screen: ScreenSettings = ScreenSettings()
    visit: VisitSettings = VisitSettings()
    card_reader: CardReaderSettings = CardReaderSettings()
    camera: CameraSettings = CameraSettings()
    document_camera: DocumentCameraSettings = DocumentCameraSettings()
    photo_quality: PhotoQualitySettings = PhotoQualitySettings()
    face_matcher: FaceMatcherSettings = FaceMatcherSettings()
    printer: PrinterSettings = PrinterSettings()
    office_printer: OfficePrinterSettings = OfficePrinterSettings()
    speaker: SpeakerSettings = SpeakerSettings()
    platform: PlatformSettings = PlatformSettings()
    courier: CourierSettings = CourierSettings()
    storage: StorageSettings = StorageSettings()
    log: LogSettings = LogSettings()
