"""Devices that a kiosk does without: chosen with kind = "none", they say so and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from kiosk.domain import Language
from kiosk.errors import KioskError
from kiosk.photos import Photo
from kiosk.ports.camera import CameraMount, Look, NoPicture
from kiosk.ports.card_reader import NoReader, Presence, ReadAnswer
from kiosk.ports.document_camera import NotCut, Page, PageStyle, PaperLook, Side, Still
from kiosk.ports.printer import Paper, PrintAnswer, Printer, PrinterState, PrintFailed
from kiosk.readiness import PortName
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

_Printer = TypeVar("_Printer", Printer, Printer | None)


def absent_parts(settings: Settings) -> frozenset[PortName]:
    """Return the parts that this kiosk is meant to do without: nothing is wrong with them."""
    chosen = (
        (PortName.CARD_READER, settings.card_reader.kind is CardReaderKind.NONE),
        (PortName.CAMERA, settings.camera.kind is CameraKind.NONE),
        (PortName.DOCUMENT_CAMERA, _has_no_document_camera(settings)),
        (PortName.FACE_MATCHER, settings.face_matcher.kind is FaceMatcherKind.NONE),
        (PortName.PRINTER, settings.printer.kind is PrinterKind.NONE),
        (PortName.OFFICE_PRINTER, settings.office_printer.kind is OfficePrinterKind.NONE),
        (PortName.SPEAKER, settings.speaker.kind is SpeakerKind.NONE),
    )
    return frozenset(port for port, is_absent in chosen if is_absent)


def _has_no_document_camera(settings: Settings) -> bool:
    """Say whether papers can't be photographed: for there is no camera, or none to share."""
    kind = settings.document_camera.kind
    is_shared = kind is DocumentCameraKind.SHARED
    return kind is DocumentCameraKind.NONE or (
        is_shared and settings.camera.kind is CameraKind.NONE
    )


class NoCardReader:
    """There is no card reader: residents are served by an attendant."""

    def read_card(self, timeout_s: float) -> ReadAnswer:
        """Say that there is none."""
        return NoReader("none is configured")

    def presence(self, timeout_s: float) -> Presence:
        """Say that nothing can be told."""
        return Presence.ABSENT

    def close(self) -> None:
        """Do nothing."""


class NoCamera:
    """There is no camera: an attendant checks instead of a photo."""

    def look(self, timeout_s: float, photo_format: str = "") -> Look | NoPicture:
        """Say that there is none."""
        return NoPicture.MISSING

    def take(self, timeout_s: float, photo_format: str = "") -> Photo | NoPicture:
        """Say that there is none."""
        return NoPicture.MISSING

    def take_whole(self, timeout_s: float) -> Photo | NoPicture:
        """Say that there is none."""
        return NoPicture.MISSING

    def use(self, mount: CameraMount) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class NoDocumentCamera:
    """There is no document camera: papers are shown to a person."""

    def look(self, timeout_s: float) -> PaperLook | NoPicture:
        """Say that there is none."""
        return NoPicture.MISSING

    def take(self, timeout_s: float) -> Still | NoPicture:
        """Say that there is none."""
        return NoPicture.MISSING

    def cut(self, sides: Sequence[Side], style: PageStyle, timeout_s: float) -> Page | NotCut:
        """Say that nothing is cut here."""
        return NotCut.NOT_NOW

    def close(self) -> None:
        """Do nothing."""


class NoPrinter:
    """There is no printer: the number is read and written down from the screen."""

    def print_paper(self, paper: Paper, timeout_s: float) -> PrintAnswer:
        """Say that no paper came out."""
        return PrintFailed(PrinterState.UNREACHABLE)

    def state(self, timeout_s: float) -> PrinterState:
        """Say that there is none."""
        return PrinterState.UNREACHABLE

    def close(self) -> None:
        """Do nothing."""


class MissetPrinter:
    """A printer that the settings describe wrongly: the kiosk goes on without it and says why."""

    def __init__(self, why: str) -> None:
        """Keep what is wrong, and what to do."""
        self._why = why

    def print_paper(self, paper: Paper, timeout_s: float) -> PrintAnswer:
        """Say that no paper came out."""
        return PrintFailed(PrinterState.FAULT)

    def state(self, timeout_s: float) -> PrinterState:
        """Say that something is wrong with it."""
        return PrinterState.FAULT

    def misset(self) -> str:
        """Return what is wrong with the settings."""
        return self._why

    def close(self) -> None:
        """Do nothing."""


def or_misset(open_it: Callable[[], _Printer]) -> _Printer | MissetPrinter:
    """Return the printer of the settings, or one that says what is wrong with them."""
    try:
        return open_it()
    except KioskError as error:
        return MissetPrinter(str(error))


class NoSpeaker:
    """There is no loudspeaker: Help shows the telephone number."""

    def ring(self) -> None:
        """Do nothing."""

    def hush(self) -> None:
        """Do nothing."""

    def say(self, sentence: str, language: Language) -> None:
        """Do nothing."""

    def spell(self, pieces: tuple[str, ...], language: Language) -> None:
        """Do nothing."""

    def fall_silent(self) -> None:
        """Do nothing."""

    def speaks(self) -> bool:
        """Say that nobody would hear it."""
        return False

    def is_working(self) -> bool:
        """Say that nobody would hear it."""
        return False

    def close(self) -> None:
        """Do nothing."""
