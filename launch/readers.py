"""The card reader that the settings choose."""

from __future__ import annotations

from pathlib import Path

from kiosk.ports.card_reader import CardReader, DocumentReader
from kiosk.settings import CardReaderKind
from kiosk.settings.machines import CardReaderSettings
from launch import absent


def open_reader(chosen: CardReaderSettings, desk_folder: Path) -> CardReader:
    """Return the reader, or one that says that there is none."""
    if chosen.kind is CardReaderKind.NONE:
        return absent.NoCardReader()
    return open_document_reader(chosen, desk_folder)


def open_document_reader(chosen: CardReaderSettings, desk_folder: Path) -> DocumentReader:
    """Return the reader of settings that choose one."""
    from devices.card_reader.choice import CardReaderConfig, ReaderKind, open_card_reader

    return open_card_reader(
        CardReaderConfig(
            ReaderKind(chosen.kind.value),
            chosen.port,
            chosen.baud,
            chosen.reader_name,
            desk_folder,
            chosen.travel_documents,
            chosen.csca_folder,
            chosen.chip_photo,
            chosen.usb_id,
            chosen.photo_decoder,
        )
    )
