"""The options of the machines around the kiosk: card reader, camera, printer, loudspeaker."""
# ruff: noqa: RUF009 -- `option` makes a dataclass field: each call is meant to happen once, here

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from kiosk.settings import wording
from kiosk.settings.choices import (
    CameraKind,
    CardReaderKind,
    DocumentCameraKind,
    OfficePrinterKind,
    PrinterFlow,
    PrinterKind,
    SpeakerKind,
)
from kiosk.settings.option import Rule, Table, option


@dataclass(frozen=True, slots=True)
class CardReaderSettings(Table):
    """The card reader."""

    says: ClassVar[str] = "The card reader."

    kind: CardReaderKind = option(CardReaderKind.SIMULATED, Rule("What reads cards."))
    port: str = option(
        "", Rule("For sam_serial: the serial line, such as /dev/ttyUSB0.", is_place=True)
    )
    usb_id: str = option(
        "",
        Rule(
            "For sam_serial, in place of port: vendor and product of the USB device whose serial "
            "line it is, as `lsusb` shows them (1a86:7523), with :SERIAL where two of a kind are "
            "plugged in; found again after re-plugging.",
            problem=wording.usb_id,
        ),
    )
    baud: int = option(
        115_200,
        Rule(
            "For sam_serial: the speed of the line.",
            unit="bit/s",
            allowed=(9_600, 19_200, 38_400, 57_600, 115_200),
        ),
    )
    reader_name: str = option(
        "",
        Rule(
            "For pcsc: a part of the name of the reader, or of several, as `pcsc_scan` shows it; "
            "empty: all readers. Where two hold cards, the one laid down last counts.",
            problem=wording.one_line,
        ),
    )
    travel_documents: bool = option(
        default=False,
        rule=Rule("For pcsc: whether passports and other travel documents (ICAO 9303) are read."),
    )
    csca_folder: Path | None = option(
        None,
        Rule(
            "For travel_documents: the folder with the certificates (CSCA, PEM or DER) of the "
            "states whose signatures are believed; without it none is proven."
        ),
    )
    chip_photo: bool = option(
        default=False,
        rule=Rule("For travel_documents: whether the portrait in the chip is read; takes seconds."),
    )

    photo_decoder: tuple[str, ...] = option(
        (),
        Rule(
            "For sam_serial: a program, and its arguments, that decodes the portrait on the card "
            "(docs/reference/photo-decoder.md); none: it is not decoded.",
            problem=wording.one_line,
        ),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong between the options."""
        is_both = self.kind is CardReaderKind.SAM_AND_PCSC
        is_serial = is_both or self.kind is CardReaderKind.SAM_SERIAL
        if is_serial and not self.port and not self.usb_id:
            yield "port", f'must be given for kind "{self.kind}", such as "/dev/ttyUSB0", or usb_id'
        if self.port and self.usb_id:
            yield "usb_id", "is in place of port: give one of them"
        if self.photo_decoder and not is_serial:
            yield "photo_decoder", 'is for kind "sam_serial" only'
        if self.travel_documents and not (is_both or self.kind is CardReaderKind.PCSC):
            yield "travel_documents", 'is for kind "pcsc" only'
        if self.csca_folder is not None and not self.travel_documents:
            yield "csca_folder", "is of use only with travel_documents"
        if self.chip_photo and not self.travel_documents:
            yield "chip_photo", "is of use only with travel_documents"


@dataclass(frozen=True, slots=True)
class CameraSettings(Table):
    """The camera for the face photo."""

    says: ClassVar[str] = "The camera for the face photo."

    kind: CameraKind = option(CameraKind.SIMULATED, Rule("What looks at faces."))
    source: str = option(
        "",
        Rule(
            "For opencv: a device such as /dev/v4l/by-path/...-video-index0, which keeps its name "
            "when it is plugged in again (`kiosk selftest camera` lists them), a file, or the "
            "address of a stream.",
            is_place=True,
        ),
    )
    low_source: str = option(
        "",
        Rule(
            "For opencv: a second camera, mounted low for wheelchairs and children; residents can "
            "choose it, and a lowered screen does. Empty: there is none.",
            is_place=True,
        ),
    )
    width_px: int = option(
        1280, Rule("Width that is asked of the camera.", unit="px", least=320, most=7680)
    )
    height_px: int = option(
        720, Rule("Height that is asked of the camera.", unit="px", least=240, most=4320)
    )
    mirror: bool = option(
        default=True,
        rule=Rule("Whether the live picture is a mirror; the photo never is."),
    )
    rotation_deg: int = option(
        0,
        Rule(
            "How far pictures are turned clockwise, for a camera that is mounted turned.",
            unit="deg",
            allowed=(0, 90, 180, 270),
        ),
    )
    auto_capture: bool = option(
        default=True,
        rule=Rule(
            "Whether the photo is taken by itself once all has been well for a moment; the button "
            "works either way."
        ),
    )
    formats_file: Path | None = option(
        None,
        Rule("More ID-photo formats (docs/reference/photo-formats.md), beside those that ship."),
    )
    photo_format: str = option(
        "cn.id_card",
        Rule(
            "The ID-photo format that portraits are cropped to, where a service names none of its "
            "own.",
            problem=wording.name_of_file,
        ),
    )
    detector_model: Path | None = option(
        None,
        Rule("The file of a better face detector; empty: the one that comes with OpenCV."),
    )
    detector_sha256: str = option(
        "", Rule("The SHA-256 of that file; another file is not loaded.", problem=wording.sha256)
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong between the options."""
        if self.kind is CameraKind.OPENCV and not self.source:
            yield "source", 'must be given for kind "opencv", such as "/dev/video0"'
        if self.low_source and self.low_source == self.source:
            yield "low_source", "must be another camera than source"
        if self.detector_model is not None and not self.detector_sha256:
            yield "detector_sha256", "must be given with detector_model, as sha256sum prints it"


@dataclass(frozen=True, slots=True)
class DocumentCameraSettings(Table):
    """The camera for papers and cards."""

    says: ClassVar[str] = "The camera that looks down at papers and cards."

    kind: DocumentCameraKind = option(DocumentCameraKind.SHARED, Rule("What looks down at papers."))
    source: str = option(
        "",
        Rule(
            "For opencv: a device such as /dev/video2, the address of a stream, a video, or a "
            "JPEG file that is read anew for each picture.",
            is_place=True,
        ),
    )
    width_px: int = option(
        2592, Rule("Width that is asked of the camera.", unit="px", least=640, most=7680)
    )
    height_px: int = option(
        1944, Rule("Height that is asked of the camera.", unit="px", least=480, most=4320)
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong between the options."""
        if self.kind is DocumentCameraKind.OPENCV and not self.source:
            yield "source", 'must be given for kind "opencv", such as "/dev/video2"'
        if self.kind is DocumentCameraKind.SHARED and self.source:
            yield "source", 'is for kind "opencv"; "shared" takes the source of [camera]'


_IPP_ADDRESS = Rule(
    "For ipp: ipp://192.0.2.17/ipp/print for a printer itself, or ipp://localhost/printers/NAME "
    "for a queue of CUPS.",
    problem=wording.one_line,
)
_CERTIFICATE = Rule(
    "For an address that begins with ipps: SHA-256 of the printer's own certificate, in hex; the "
    "operator's guide says how to ask for it. To another one nothing is said.",
    problem=wording.sha256,
)


@dataclass(frozen=True, slots=True)
class PrinterSettings(Table):
    """The receipt printer."""

    says: ClassVar[str] = "The receipt printer."

    kind: PrinterKind = option(PrinterKind.SIMULATED, Rule("What prints receipts."))
    host: str = option(
        "", Rule("For escpos_tcp: the printer's numeric address.", problem=wording.one_line)
    )
    port: int = option(9100, Rule("For escpos_tcp: the printer's port.", least=1, most=65_535))
    device: str = option(
        "",
        Rule(
            "For escpos_usb and escpos_serial: where it is, such as /dev/usb/lp0 or /dev/ttyS0.",
            is_place=True,
        ),
    )
    baud: int = option(
        115_200,
        Rule(
            "For escpos_serial: the speed of the line; below 38400 a receipt takes many seconds.",
            unit="bit/s",
            allowed=(9_600, 19_200, 38_400, 57_600, 115_200),
        ),
    )
    flow: PrinterFlow = option(
        PrinterFlow.RTS_CTS,
        Rule("For escpos_serial: how the printer says that it can take no more for now."),
    )
    profile: str = option(
        "",
        Rule(
            "For ESC/POS: what this model does in its own way: a name in assets/printers, or the "
            "path of a file; empty: an ordinary one. `kiosk printer` proposes one.",
            problem=wording.one_line,
        ),
    )
    address: str = option("", _IPP_ADDRESS)
    certificate: str = option("", _CERTIFICATE)
    folder: Path | None = option(None, Rule("For file: where the PDF files go."))
    paper_width_mm: int = option(80, Rule("Width of the paper roll.", unit="mm", allowed=(58, 80)))
    roll_m: int = option(
        0,
        Rule(
            "How long a roll of its paper is, to be told when it is nearly used up although the "
            "printer has no sensor for it; 0: not known.",
            unit="m",
            least=0,
            most=1000,
        ),
    )
    reprints: int = option(
        2,
        Rule(
            "How many copies of a receipt residents can print by themselves, beside the first; "
            "with somebody on duty who helps in the visit, as many as it takes.",
            least=0,
            most=20,
        ),
    )
    slip_reprints: int = option(
        2,
        Rule(
            "The same for acknowledgements; and how many more a day of a slip that says how an "
            "application stands, or what it lacks.",
            least=0,
            most=20,
        ),
    )
    open_slips_per_hour: int = option(
        60,
        Rule(
            "How many papers an hour anybody can print that bear no number: what to bring, what is "
            "missing before handing in, whom to call, where else to go; 0: as many as are asked "
            "for.",
            least=0,
            most=1000,
        ),
    )
    extra_fonts: tuple[Path, ...] = option(
        (), Rule("More font files, asked in this order for characters that ours lack.")
    )
    second_language: str = option(
        "",
        Rule(
            "A language in which every paper says everything once more, such as en; empty: none.",
            problem=wording.language_or_none,
        ),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong between the options."""
        if self.kind is PrinterKind.ESCPOS_TCP and not self.host:
            yield "host", 'must be given for kind "escpos_tcp", such as "192.0.2.17"'
        if self.kind in {PrinterKind.ESCPOS_USB, PrinterKind.ESCPOS_SERIAL} and not self.device:
            yield "device", f'must be given for kind "{self.kind.value}", such as "/dev/usb/lp0"'
        if self.kind is PrinterKind.IPP and not self.address:
            yield "address", 'must be given for kind "ipp", such as "ipp://192.0.2.17/ipp/print"'
        if self.kind is PrinterKind.FILE and self.folder is None:
            yield "folder", 'must be given for kind "file"'


@dataclass(frozen=True, slots=True)
class OfficePrinterSettings(Table):
    """A second printer, for sheets."""

    says: ClassVar[str] = "A second printer beside the receipt printer, for sheets of A4."

    kind: OfficePrinterKind = option(
        OfficePrinterKind.NONE,
        Rule("What prints acknowledgements on A4; without a receipt printer, everything."),
    )
    address: str = option("", _IPP_ADDRESS)
    certificate: str = option("", _CERTIFICATE)
    folder: Path | None = option(None, Rule("For file: where the PDF files go."))
    tray_sheets: int = option(
        0,
        Rule(
            "How many sheets a full tray holds, to be told when it is nearly empty although the "
            "printer does not say so; 0: not known.",
            least=0,
            most=5000,
        ),
    )
    takes_over: bool = option(
        default=True,
        rule=Rule(
            "Print receipts and slips here while the receipt printer prints nothing. Set false "
            "where residents can't reach the sheets."
        ),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong between the options."""
        if self.kind is OfficePrinterKind.IPP and not self.address:
            yield "address", 'must be given for kind "ipp", such as "ipp://192.0.2.17/ipp/print"'
        if self.kind is OfficePrinterKind.FILE and self.folder is None:
            yield "folder", 'must be given for kind "file"'


@dataclass(frozen=True, slots=True)
class SpeakerSettings(Table):
    """The loudspeaker."""

    says: ClassVar[str] = "The loudspeaker, for the help bell and for what is spoken."

    kind: SpeakerKind = option(SpeakerKind.SIMULATED, Rule("What makes the bell heard."))
    command: tuple[str, ...] = option(
        ("aplay", "-q"),
        Rule("For command: program and arguments; the sound file's path is added at the end."),
    )
    speech: tuple[str, ...] = option(
        (),
        Rule(
            "For command: a program that speaks what it gets on its standard input, and its"
            " arguments; {language} in them becomes en or zh_CN. Without one nothing is spoken."
        ),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong between the options."""
        if self.kind is SpeakerKind.COMMAND and not (self.command and self.command[0]):
            yield "command", 'must name a program for kind "command"'
