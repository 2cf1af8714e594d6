"""The simulated reader: reads whatever sample card the desk has laid down.

It behaves like a SAM reader that can see: a card that was read has to be lifted before it is read
again, and whether one lies there is known. What is read is marked: the profile begins with
`simulated.`, and the person has a detail `simulated`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from devices.card_reader.apdu import Response
from devices.card_reader.resident_card import TornText, parse
from devices.card_reader.simulated_cards import SAMPLE_FOLDER, sample_card
from devices.desk_state import DeskState, SimulatedCard
from kiosk.domain import Person
from kiosk.ports.card_reader import (
    DocumentKey,
    NoCard,
    NoReader,
    PersonRead,
    Presence,
    ReadAnswer,
    Unreadable,
    UnreadableReason,
)

PROFILE_PREFIX = "simulated."

_ASKS_FOR_A_KEY = (UnreadableReason.NEEDS_KEY, UnreadableReason.WRONG_KEY)
"""A passport that was not opened need not be lifted before it is tried again."""


class SimulatedCardReader:
    """A reader whose cards come from the desk's state folder; used from one thread."""

    def __init__(self, desk_folder: Path, card_folder: Path = SAMPLE_FOLDER) -> None:
        """Look at the desk in `desk_folder` at each call."""
        self._desk = DeskState(desk_folder)
        self._cards = card_folder
        # The desk replaces its file whole, so each laying-down is another file. It is held open:
        # its inode can't come again.
        self._held: BinaryIO | None = None
        self._laying = 0
        self._read_laying = -1
        self._pulled_laying = -1

    def read_card(self, timeout_s: float) -> ReadAnswer:
        """Look for a card once and read it if it is there."""
        return self._read(None, timeout_s)

    def read_document(self, key: DocumentKey, timeout_s: float) -> ReadAnswer:
        """Do the same with the key to the passport that lies there."""
        return self._read(key, timeout_s)

    def _read(self, key: DocumentKey | None, timeout_s: float) -> ReadAnswer:
        laying, state = self._look()
        if not state.reader_connected:
            return NoReader("The simulated reader is unplugged at the desk.")
        if state.card is None or laying == self._pulled_laying:
            return NoCard()
        if laying == self._read_laying:
            return Unreadable(UnreadableReason.LIFT_FIRST)
        if state.pulled_mid_read:
            self._pulled_laying = laying
            return Unreadable(UnreadableReason.PULLED)
        answer = self._answer_of(state.card, key, timeout_s)
        if self._look()[0] != laying:
            return Unreadable(UnreadableReason.PULLED)
        if isinstance(answer, PersonRead) or answer.reason not in _ASKS_FOR_A_KEY:
            self._read_laying = laying
        return answer

    def presence(self, timeout_s: float) -> Presence:
        """Say whether a card lies there."""
        laying, state = self._look()
        if not state.reader_connected:
            return Presence.CANT_TELL
        is_there = state.card is not None and laying != self._pulled_laying
        return Presence.PRESENT if is_there else Presence.ABSENT

    def close(self) -> None:
        """Let go of the desk's file."""
        if self._held is not None:
            self._held.close()
            self._held = None
            self._laying += 1

    def _look(self) -> tuple[int, SimulatedCard]:
        """Return the number of the laying-down and the state of the desk, both of one moment."""
        while True:
            laying = self._laying_now()
            state = self._desk.read(SimulatedCard)
            if self._laying_now() == laying:
                return laying, state

    def _laying_now(self) -> int:
        """Return the number of this laying-down, a new one if the desk changed anything since."""
        try:
            file = (self._desk.folder / SimulatedCard.FILE_NAME).open("rb")
        except OSError:
            file = None
        if file is None and self._held is None:
            return self._laying
        if file and self._held and os.path.sameopenfile(file.fileno(), self._held.fileno()):
            file.close()
            return self._laying
        if self._held is not None:
            self._held.close()
        self._held = file
        self._laying += 1
        return self._laying

    def _answer_of(
        self, name: str, key: DocumentKey | None, timeout_s: float
    ) -> PersonRead | Unreadable:
        card = sample_card(name, self._cards)
        if card is None:
            return Unreadable(UnreadableReason.FOREIGN)
        if card.refusal is not None:
            return Unreadable(card.refusal)
        if card.lines:
            return _passport(card.lines, key, timeout_s)
        if card.family:
            return _contact_card(card.family, card.fields)
        person = parse(card.text_block)
        if isinstance(person, TornText):
            return Unreadable(person.reason)
        return _marked(person, card.portrait_jpeg)


def _passport(
    lines: tuple[str, ...], key: DocumentKey | None, timeout_s: float
) -> PersonRead | Unreadable:
    """Read a simulated passport as a real one is read, chip and all."""
    # Imported here: most sample cards are no passports, and need no cryptography.
    from devices.card_reader.travel.family import TravelDocuments, TravelOptions  # noqa: PLC0415
    from devices.card_reader.travel.simulated_passport import (  # noqa: PLC0415
        SimulatedPassport,
        unsigned_contents,
    )

    chip = SimulatedPassport(unsigned_contents(lines))

    def ask(command: bytes) -> Response:
        answer = chip.answer(command)
        return Response(answer[:-2], int.from_bytes(answer[-2:], "big"))

    profile = TravelDocuments(TravelOptions()).profile(key, lambda: timeout_s)
    profile.recognise(ask)
    found = profile.read(ask)
    return found if isinstance(found, Unreadable) else _marked(_person_of(found))


def _contact_card(family: str, fields: Mapping[str, str]) -> PersonRead | Unreadable:
    """Read the chip of a sample card as a real one is read."""
    # Imported here: most sample cards are read by a module that knows no chips.
    from devices.card_reader.profiles import PROFILES  # noqa: PLC0415
    from devices.card_reader.sample_chips import sample_chip  # noqa: PLC0415

    ask = sample_chip(family, fields)
    for profile in PROFILES:
        if profile.recognise(ask):
            found = profile.read(ask)
            return found if isinstance(found, Unreadable) else _marked(_person_of(found))
    return Unreadable(UnreadableReason.FOREIGN)


def _person_of(found: Person | PersonRead) -> Person:
    return found.person if isinstance(found, PersonRead) else found


def _marked(person: Person, portrait: bytes = b"") -> PersonRead:
    """Return the person as one that nobody takes for real."""
    marked = replace(person, details=(*person.details, ("simulated", "true")))
    return PersonRead(marked, PROFILE_PREFIX + person.document_type, portrait)
