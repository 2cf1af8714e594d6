"""`kiosk document`: whether reader, settings and certificates read a travel document.

Says how it went and never what stands in the document: a technician tries it with their own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

from devices.card_reader.travel.passive import Authenticity
from devices.desk_state import DeskState
from kiosk.errors import BadSetting
from kiosk.ports.card_reader import (
    DocumentKey,
    KeyPart,
    NoCard,
    NoReader,
    PersonRead,
    PrintedLines,
    ReadAnswer,
    Unreadable,
    UnreadableReason,
)
from kiosk.settings import CardReaderKind, Settings, load_settings
from launch.devices_chosen import open_document_reader

_LIMIT_S = 10.0
_SHOWN = ("authenticity", "chip_opened_by")
_PARTS = {
    KeyPart.LINES: "the number or length of the lines",
    KeyPart.DOCUMENT_NUMBER: "the document number",
    KeyPart.BIRTH_DATE: "the birth date",
    KeyPart.EXPIRY_DATE: "the expiry date",
    KeyPart.OPTIONAL_DATA: "the optional data",
    KeyPart.WHOLE: "all fields together",
}
_REASONS = {
    UnreadableReason.PULLED: "It left the reader before it was read.",
    UnreadableReason.FOREIGN: "It is of no kind that is known here.",
    UnreadableReason.DAMAGED: "What its chip says is torn, or is of another document.",
    UnreadableReason.REFUSED: "Its chip takes neither PACE nor BAC from this machine.",
    UnreadableReason.LIFT_FIRST: "Lift it and lay it down again.",
    UnreadableReason.NEEDS_KEY: "Its chip opens only with its lines.",
    UnreadableReason.WRONG_KEY: "The lines do not fit.",
    UnreadableReason.UNVERIFIED: "What its chip says is not what was signed.",
}


def run_document(settings_file: Path | None) -> int:
    """Read the document on the reader with lines from standard input; return 0 if it was read.

    Raises:
        SettingsError: The settings choose no reader of travel documents.
    """
    settings = load_settings(settings_file)
    chosen = settings.card_reader
    kinds = (CardReaderKind.PCSC, CardReaderKind.SAM_AND_PCSC)
    if chosen.kind not in kinds or not chosen.travel_documents:
        raise BadSetting(
            "The settings choose no reader of travel documents.",
            'Set kind = "pcsc" and travel_documents = true in [card_reader].',
        )
    print("Lay the document on the reader, type its machine-readable lines, then an empty line.")
    key = PrintedLines("\n".join(_typed()))
    began_s = monotonic()
    answer = _read(settings, key)
    for line in told(answer, monotonic() - began_s):
        print(line)
    return 0 if isinstance(answer, PersonRead) else 1


def told(answer: ReadAnswer, took_s: float) -> Iterator[str]:
    """Yield what can be said of a reading without saying whose document it was."""
    match answer:
        case PersonRead(person, profile, photo):
            yield f"Read in {took_s:.1f} s: {profile}."
            for name, value in person.details:
                if name in _SHOWN:
                    yield f"{name}: {value}"
                if name == "authenticity":
                    yield Authenticity(value).sentence
            yield f"portrait: {len(photo)} bytes" if photo else "portrait: none"
        case NoCard():
            yield "No document lies on the reader."
        case NoReader(why):
            yield why
        case Unreadable(reason, parts):
            yield f"Not read: {_REASONS[reason]}"
            for part in parts:
                yield f"A check digit does not fit: {_PARTS[part]}."


def _typed() -> Iterator[str]:
    for line in sys.stdin:
        if not line.strip():
            return
        yield line.strip()


def _read(settings: Settings, key: DocumentKey) -> ReadAnswer:
    reader = open_document_reader(settings, DeskState(settings.kiosk.state_folder))
    try:
        return reader.read_document(key, _LIMIT_S)
    finally:
        reader.close()
