"""The worker's half: one factory per kind of reader, named as in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from devices.card_reader.answers import decode_key, encode_presence, read_message
from devices.frames import PictureMemory
from devices.wire import Fields, JsonObject, Message
from devices.worker_child import Handler
from kiosk.ports.card_reader import CardReader, DocumentReader


def sam_serial(config: JsonObject, _memory: PictureMemory | None) -> Mapping[str, Handler]:
    """Host the SAM module on a serial line."""
    from devices.card_reader.photo_decoder import PhotoDecoder  # noqa: PLC0415 # only if chosen
    from devices.card_reader.sam_serial import SamSerialReader  # noqa: PLC0415 # only if chosen

    fields = Fields(config)
    words = [Fields(item).text("word", 4096) for item in fields.items("photo_decoder", 32)]
    reader = SamSerialReader(
        fields.text("port", 4096),
        fields.integer("baud"),
        usb_id=fields.text("usb_id"),
        decoder=PhotoDecoder(words),
    )

    def identity(_arguments: JsonObject, timeout_s: float) -> Message:
        return Message({"identity": reader.identity(timeout_s)})

    return {**handlers(reader), "identity": identity}


def pcsc(config: JsonObject, _memory: PictureMemory | None) -> Mapping[str, Handler]:
    """Host the PC/SC reader."""
    from devices.card_reader.pcsc import PcscReader  # noqa: PLC0415 # only if chosen

    fields = Fields(config)
    travel = None
    if fields.flag("travel_documents"):
        from devices.card_reader.travel.family import (  # noqa: PLC0415 # only if chosen
            TravelDocuments,
            TravelOptions,
        )

        folder = fields.text("csca_folder", 4096)
        travel = TravelDocuments(
            TravelOptions(Path(folder) if folder else None, fields.flag("chip_photo"))
        )
    return document_handlers(PcscReader(fields.text("reader_name"), travel=travel))


def simulated(config: JsonObject, _memory: PictureMemory | None) -> Mapping[str, Handler]:
    """Host the simulated reader."""
    from devices.card_reader.simulated import SimulatedCardReader  # noqa: PLC0415 # only if chosen

    return document_handlers(SimulatedCardReader(Path(Fields(config).text("desk_folder"))))


def document_handlers(reader: DocumentReader) -> Mapping[str, Handler]:
    """Return what can be called on a hosted reader that opens documents."""

    def read_document(arguments: JsonObject, timeout_s: float) -> Message:
        key = decode_key(Fields(arguments))
        return read_message(reader.read_document(key, timeout_s))

    return {**handlers(reader), "read_document": read_document}


def handlers(reader: CardReader) -> Mapping[str, Handler]:
    """Return what can be called on a hosted reader."""

    def read_card(_arguments: JsonObject, timeout_s: float) -> Message:
        return read_message(reader.read_card(timeout_s))

    def presence(_arguments: JsonObject, timeout_s: float) -> Message:
        return Message(encode_presence(reader.presence(timeout_s)))

    def read_document(_arguments: JsonObject, timeout_s: float) -> Message:
        # A reader that reads no such documents says what lies there.
        return read_card({}, timeout_s)

    def identity(_arguments: JsonObject, _timeout_s: float) -> Message:
        return Message({"identity": ""})

    return {
        "read_card": read_card,
        "read_document": read_document,
        "presence": presence,
        "identity": identity,
    }
