"""The one way from settings to a printer."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from kiosk.errors import BadSetting
from kiosk.ports.printer import Printer, PrinterState
from printing.media import PaperWidth

if TYPE_CHECKING:
    from printing.printer_lines import Line
    from printing.printer_profiles import PrinterProfile


class PrinterKind(StrEnum):
    """Where paper comes out."""

    ESCPOS_TCP = "escpos_tcp"
    """A receipt printer that speaks ESC/POS on a TCP port."""
    ESCPOS_USB = "escpos_usb"
    """The same at a device of the kernel's USB printer driver."""
    ESCPOS_SERIAL = "escpos_serial"
    """The same on a serial line."""
    IPP = "ipp"
    """An office printer, or a queue of CUPS before one."""
    FILE = "file"
    """PDF files in a folder."""
    SIMULATED = "simulated"
    """Pictures in a folder, marked as not real."""


@dataclass(frozen=True, slots=True)
class PrinterConfig:
    """What the settings say about the printer.

    `host` and `port` are for ESCPOS_TCP, `device` is for ESCPOS_USB and, with `baud` and `flow`,
    for ESCPOS_SERIAL; `folder` is for FILE and SIMULATED; `extra_fonts` are paths of TrueType files
    for characters that the kiosk's own fonts lack.
    """

    kind: PrinterKind
    host: str = ""
    port: int = 9100
    folder: Path | None = None
    paper_width_mm: int = 80
    extra_fonts: tuple[str, ...] = ()
    is_for_sheets: bool = False
    """For SIMULATED: sheets of A4 go in, and not a roll."""
    device: str = ""
    baud: int = 115_200
    flow: str = "rts_cts"
    address: str = ""
    """For IPP: of the printer, or of the queue."""
    certificate: str = ""
    """For an address with `ipps`: SHA-256 of the certificate that the printer shows."""
    profile: Path | None = None
    """The file of the printer's profile; None: an ordinary one."""
    under_way: Path | None = None
    """For receipt printers: a file that is there while a paper is; None: nothing is noted."""


def open_printer(
    config: PrinterConfig,
    *,
    paper_state: Callable[[], PrinterState] = lambda: PrinterState.READY,
    band_text: str = "SIMULATED",
) -> Printer:
    """Return the printer of the settings; nothing is asked of it yet.

    Args:
        config: From the settings.
        paper_state: What a simulated printer is to suffer from, asked at each slip.
        band_text: What a simulated printer's slips begin with.

    Raises:
        BadSetting: the settings can't describe a printer.
    """
    try:
        width = PaperWidth(config.paper_width_mm)
    except ValueError as error:
        message = f"There is no paper {config.paper_width_mm} mm wide."
        raise BadSetting(message, "Set paper_width_mm to 80 or 58.") from error
    fonts = tuple(Path(font) for font in config.extra_fonts)
    for font in fonts:
        if not font.is_file():
            message = f"The font {font} is not there."
            raise BadSetting(message, "Correct extra_fonts, or install the font.")
    # What a kind needs is imported only when it is chosen.
    match config.kind:
        case PrinterKind.ESCPOS_TCP | PrinterKind.ESCPOS_USB | PrinterKind.ESCPOS_SERIAL:
            from printing.escpos_printer import EscposPrinter  # noqa: PLC0415

            line, profile = open_line(config), profile_of(config, width)
            return EscposPrinter(line, width, profile, fonts, config.under_way)
        case PrinterKind.IPP:
            from printing.ipp_client import address_of  # noqa: PLC0415
            from printing.layout import render_a4  # noqa: PLC0415
            from printing.office_printer import OfficePrinter  # noqa: PLC0415

            address = address_of(config.address, certificate=config.certificate)
            return OfficePrinter(address, lambda it: render_a4(it, fonts))
        case PrinterKind.FILE:
            from printing.file_printer import FilePrinter  # noqa: PLC0415

            return FilePrinter(_folder(config), width, fonts)
        case PrinterKind.SIMULATED:
            from printing import simulated  # noqa: PLC0415

            kind = simulated.SimulatedPrinter
            if config.is_for_sheets:
                kind = simulated.SimulatedSheetPrinter
            return kind(_folder(config), width, band_text, paper_state, fonts)
        case _:
            assert_never(config.kind)


def open_line(config: PrinterConfig) -> Line:
    """Return the way to an ESC/POS printer; nothing is opened.

    Raises:
        BadSetting: The settings can't describe one.
    """
    from printing.printer_lines import FlowControl, SerialLine, TcpLine, UsbLine  # noqa: PLC0415

    if config.kind is PrinterKind.ESCPOS_TCP:
        return TcpLine(_numeric(config.host), _port(config.port))
    if not config.device:
        message = f"A printer of kind {config.kind} needs a device."
        raise BadSetting(message, "Set the printer's device, such as /dev/usb/lp0.")
    if config.kind is PrinterKind.ESCPOS_USB:
        return UsbLine(Path(config.device))
    return SerialLine(config.device, config.baud, FlowControl(config.flow))


def profile_of(config: PrinterConfig, width: PaperWidth) -> PrinterProfile:
    """Return the printer's profile.

    Raises:
        BadSetting: It can't be read, or its head is too narrow for the paper.
    """
    from printing.printer_profiles import GENERIC, fit_profile, load_profile  # noqa: PLC0415

    profile = GENERIC if config.profile is None else load_profile(config.profile)
    return fit_profile(profile, width)


def _numeric(host: str) -> str:
    if host == "localhost":
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(host))
    except ValueError as error:
        message = f"The printer's host {host!r} is not a numeric address."
        # A name has to be looked up, which no deadline bounds, and needs the network to be well.
        advice = "Give the printer a fixed address and write that, such as 192.168.1.50."
        raise BadSetting(message, advice) from error


def _port(port: int) -> int:
    if not 0 < port < 65536:
        message = f"The printer's port can't be {port}."
        raise BadSetting(message, "Set the port to the printer's, usually 9100.")
    return port


def _folder(config: PrinterConfig) -> Path:
    if config.folder is None:
        message = f"A {config.kind} printer needs a folder."
        raise BadSetting(message, "Set the printer's folder.")
    return config.folder
