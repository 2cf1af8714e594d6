"""Opens the devices that the settings choose; what a choice needs is imported only then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import TYPE_CHECKING, assert_never

from devices.desk_state import DeskState, PaperState, SimulatedPaper, SimulatedTray
from kiosk.errors import BadSetting
from kiosk.flow.document_try import DocumentWays
from kiosk.ports.printer import PrinterState
from kiosk.readiness import PRINTERS
from kiosk.settings import Settings
from kiosk.settings.choices import (
    CameraKind,
    CardReaderKind,
    DocumentCameraKind,
    FaceMatcherKind,
    OfficePrinterKind,
    PrinterKind,
    SpeakerKind,
)
from kiosk.texts import Texts
from launch import absent
from launch.places import PHOTO_FORMATS, SOUNDS, WATERMARK_FONT

if TYPE_CHECKING:
    from devices.camera.worker_camera import CameraConfig
    from kiosk.ports.camera import Camera
    from kiosk.ports.card_reader import CardReader, DocumentReader
    from kiosk.ports.document_camera import DocumentCamera
    from kiosk.ports.face_matcher import FaceMatcher
    from kiosk.ports.printer import Printer
    from kiosk.ports.speaker import Speaker
    from printing.opening import PrinterConfig

_PAPER = {
    PaperState.READY: PrinterState.READY,
    PaperState.LOW: PrinterState.PAPER_LOW,
    PaperState.OUT: PrinterState.PAPER_OUT,
    PaperState.COVER_OPEN: PrinterState.COVER_OPEN,
    PaperState.SILENT: PrinterState.CANT_TELL,
}


def open_reader(settings: Settings, desk: DeskState) -> CardReader:
    """Return the card reader of the settings."""
    if settings.card_reader.kind is CardReaderKind.NONE:
        return absent.NoCardReader()
    return open_document_reader(settings, desk)


def open_document_reader(settings: Settings, desk: DeskState) -> DocumentReader:
    """Return the reader of settings that choose one."""
    from devices.card_reader.choice import CardReaderConfig, ReaderKind, open_card_reader

    chosen = settings.card_reader
    return open_card_reader(
        CardReaderConfig(
            ReaderKind(chosen.kind.value),
            chosen.port,
            chosen.baud,
            chosen.reader_name,
            desk.folder,
            chosen.travel_documents,
            chosen.csca_folder,
            chosen.chip_photo,
            chosen.usb_id,
            chosen.photo_decoder,
        )
    )


def open_camera(settings: Settings, desk: DeskState) -> Camera:
    """Return the camera of the settings, or both."""
    from devices.camera.pair import CameraPair
    from devices.camera.worker_camera import open_camera, open_simulated_camera
    from devices.line_reader.worker_lines import CameraWithLines, WorkerLineReader

    chosen = settings.camera
    if chosen.kind is CameraKind.NONE:
        return absent.NoCamera()
    config = camera_config(settings)
    camera: Camera
    if chosen.kind is CameraKind.SIMULATED:
        camera = open_simulated_camera(config, desk)
    elif not chosen.low_source:
        camera = open_camera(config)
    else:
        low = replace(config, source=chosen.low_source)
        camera = CameraPair(open_camera(config), open_camera(low))
    return CameraWithLines(camera, WorkerLineReader())


def camera_config(settings: Settings) -> CameraConfig:
    """Return how the settings want the usual camera.

    Raises:
        BadSetting: The photo formats can't be read, or there is none of that name.
    """
    from devices.camera.formats import load_photo_formats
    from devices.camera.limits import Limits
    from devices.camera.worker_camera import CameraConfig

    chosen, quality = settings.camera, settings.photo_quality
    formats = load_photo_formats(PHOTO_FORMATS, chosen.formats_file)
    if chosen.photo_format not in formats:
        raise BadSetting(
            f"[camera] photo_format: there is no format {chosen.photo_format!r};"
            f" there are: {', '.join(sorted(formats))}.",
            "Name one of them, or add yours in [camera] formats_file.",
        )
    return CameraConfig(
        source=chosen.source,
        photo_format=formats[chosen.photo_format],
        width_px=chosen.width_px,
        height_px=chosen.height_px,
        mirror=chosen.mirror,
        rotation_deg=chosen.rotation_deg,
        limits=Limits(**{it.name: getattr(quality, it.name) for it in fields(Limits)}),
        detector_model=str(chosen.detector_model or ""),
        detector_sha256=chosen.detector_sha256,
        more_formats=tuple(formats.values()),
    )


def document_ways(settings: Settings) -> DocumentWays:
    """Return what this kiosk can do with travel documents: at least, somebody on duty looks."""
    reader = settings.card_reader
    reads_chip = reader.travel_documents or reader.kind is CardReaderKind.SIMULATED
    return DocumentWays(reads_chip, reads_lines=settings.camera.kind is not CameraKind.NONE)


def open_document_camera(settings: Settings, desk: DeskState) -> DocumentCamera:
    """Return the document camera of the settings; it may be the camera for faces."""
    from devices.document_camera.worker_document_camera import (
        DocumentCameraConfig,
        open_document_camera,
        open_simulated_document_camera,
    )

    chosen, face = settings.document_camera, settings.camera
    kind, source = chosen.kind.value, chosen.source
    if chosen.kind is DocumentCameraKind.SHARED:
        kind, source = face.kind.value, face.source
    if kind == DocumentCameraKind.NONE.value:
        return absent.NoDocumentCamera()
    config = DocumentCameraConfig(
        source=source,
        font=str(WATERMARK_FONT),
        width_px=chosen.width_px,
        height_px=chosen.height_px,
        # One camera is mounted in one way, whoever looks through it.
        rotation_deg=face.rotation_deg if (kind, source) == (face.kind.value, face.source) else 0,
    )
    if kind == DocumentCameraKind.SIMULATED.value:
        return open_simulated_document_camera(config, desk)
    return open_document_camera(config)


def open_matcher(settings: Settings) -> FaceMatcher | None:
    """Return the face matcher of the settings, None where faces are not compared."""
    chosen = settings.face_matcher
    match chosen.kind:
        case FaceMatcherKind.NONE:
            return None
        case FaceMatcherKind.SIMULATED:
            from devices.face_matcher.simulated import SimulatedMatcher

            return SimulatedMatcher()
        case FaceMatcherKind.PROGRAM:
            from devices.face_matcher.program import ProgramMatcher

            return ProgramMatcher(chosen.command)
        case _:
            assert_never(chosen.kind)


def open_printer(settings: Settings, desk: DeskState, texts: Texts) -> Printer:
    """Return the printer of the settings."""
    from printing.opening import open_printer

    if settings.printer.kind is PrinterKind.NONE:
        return absent.NoPrinter()
    return open_printer(
        printer_config(settings),
        paper_state=lambda: _PAPER[desk.read(SimulatedPaper).state],
        band_text=texts.say("paper.simulated"),
    )


def open_office_printer(settings: Settings, desk: DeskState, texts: Texts) -> Printer | None:
    """Return the printer for sheets, None where there is none."""
    from printing.opening import PrinterConfig, PrinterKind, open_printer

    chosen = settings.office_printer
    if chosen.kind is OfficePrinterKind.NONE:
        return None
    return open_printer(
        PrinterConfig(
            PrinterKind(chosen.kind.value),
            folder=chosen.folder or settings.kiosk.state_folder / "sheets",
            extra_fonts=tuple(str(font) for font in settings.printer.extra_fonts),
            address=chosen.address,
            certificate=chosen.certificate,
            is_for_sheets=True,
        ),
        paper_state=lambda: _PAPER[desk.read(SimulatedTray).state],
        band_text=texts.say("paper.simulated"),
    )


def printer_config(settings: Settings) -> PrinterConfig:
    """Return what the settings say of the printer, in the words of `printing`."""
    from launch.settings_check import profile_path
    from printing.opening import PrinterConfig, PrinterKind

    chosen = settings.printer
    return PrinterConfig(
        PrinterKind(chosen.kind.value),
        chosen.host,
        chosen.port,
        chosen.folder or settings.kiosk.state_folder / "papers",
        chosen.paper_width_mm,
        tuple(str(font) for font in chosen.extra_fonts),
        device=chosen.device,
        baud=chosen.baud,
        flow=chosen.flow.value,
        address=chosen.address,
        certificate=chosen.certificate,
        profile=profile_path(chosen.profile) if chosen.profile else None,
        under_way=settings.kiosk.state_folder / "paper-under-way",
    )


def paper_warm_up(settings: Settings) -> Callable[[], None] | None:
    """Return what makes the first paper as quick as the others; None where nothing is printed."""
    if absent.absent_parts(settings) >= PRINTERS:
        return None

    def warm_up() -> None:
        from printing.warming import warm_up as warm

        warm(settings.printer.paper_width_mm)

    return warm_up


def open_speaker(settings: Settings, desk: DeskState) -> Speaker:
    """Return the loudspeaker of the settings."""
    chosen = settings.speaker
    match chosen.kind:
        case SpeakerKind.NONE:
            return absent.NoSpeaker()
        case SpeakerKind.SIMULATED:
            from devices.speaker.simulated import SimulatedSpeaker

            return SimulatedSpeaker(desk)
        case SpeakerKind.COMMAND:
            from devices.speaker.command import CommandSpeaker

            return CommandSpeaker(chosen.command, SOUNDS / "help_bell.wav", chosen.speech)
        case _:
            assert_never(chosen.kind)
