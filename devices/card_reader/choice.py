"""Which reader the settings choose; whatever kind it is, it is hosted in a worker process."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from devices.card_reader.several_readers import SeveralReaders
from devices.card_reader.worker_reader import WorkerCardReader
from devices.wire import JsonObject
from kiosk.ports.card_reader import DocumentReader


class ReaderKind(StrEnum):
    """The kinds of reader there are adapters for."""

    SAM_SERIAL = "sam_serial"
    """A resident ID card reader with a SAM module on a serial line."""
    PCSC = "pcsc"
    """A reader for contact cards through the PC/SC service."""
    SAM_AND_PCSC = "sam_and_pcsc"
    """Both at once, each in its own worker."""
    SIMULATED = "simulated"
    """Sample cards laid down from the desk window."""


@dataclass(frozen=True, slots=True)
class CardReaderConfig:
    """What the settings say about the reader; each kind uses its own part.

    `port` is the serial path; `usb_id` names the USB device whose path it is instead, found anew
    after re-plugging. `photo_decoder` is a program that decodes portraits. `reader_name` is a
    part of the PC/SC reader's name, empty for the first one; with `travel_documents` it reads those
    too, believes the states whose certificates are in `csca_folder`, and reads portraits with
    `chip_photo`. `desk_folder` is where the desk keeps its state.
    """

    kind: ReaderKind
    port: str = "/dev/ttyUSB0"
    baud: int = 115200
    reader_name: str = ""
    desk_folder: Path = Path()
    travel_documents: bool = False
    csca_folder: Path | None = None
    chip_photo: bool = False
    usb_id: str = ""
    photo_decoder: tuple[str, ...] = ()


def open_card_reader(config: CardReaderConfig) -> DocumentReader:
    """Return the configured reader.

    Never raises for a reader that is missing: it is asked for at each call, and `NoReader` is an
    answer.
    """
    sam: JsonObject = {
        "port": config.port,
        "baud": config.baud,
        "usb_id": config.usb_id,
        "photo_decoder": [{"word": word} for word in config.photo_decoder],
    }
    pcsc: JsonObject = {
        "reader_name": config.reader_name,
        "travel_documents": config.travel_documents,
        "csca_folder": str(config.csca_folder or ""),
        "chip_photo": config.chip_photo,
    }
    match config.kind:
        case ReaderKind.SAM_SERIAL:
            return _hosted(ReaderKind.SAM_SERIAL, sam)
        case ReaderKind.PCSC:
            return _hosted(ReaderKind.PCSC, pcsc)
        case ReaderKind.SAM_AND_PCSC:
            return SeveralReaders(
                {
                    "PC/SC": _hosted(ReaderKind.PCSC, pcsc),
                    "serial line": _hosted(ReaderKind.SAM_SERIAL, sam),
                }
            )
        case ReaderKind.SIMULATED:
            return _hosted(ReaderKind.SIMULATED, {"desk_folder": str(config.desk_folder)})


def _hosted(kind: ReaderKind, values: JsonObject) -> WorkerCardReader:
    return WorkerCardReader(f"devices.card_reader.hosted:{kind.value}", values)
