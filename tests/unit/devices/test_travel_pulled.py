"""Passports in the PC/SC reader, pulled and swapped at any moment: never a wrong person."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from devices.card_reader.apdu import Response
from devices.card_reader.pcsc import PcscReader
from devices.card_reader.pcsc_service import CardHandle, PcscService, PcscTrouble, ReaderState
from devices.card_reader.travel import mrz
from devices.card_reader.travel.family import TravelDocuments, TravelOptions
from devices.card_reader.travel.simulated_passport import Contents, SimulatedPassport
from kiosk.ports.card_reader import (
    DocumentKey,
    PersonRead,
    PrintedFields,
    Unreadable,
    UnreadableReason,
)
from tests.support import passports

ROUNDS = 50
GONE = (0, 0x80100016, 0x80100068, 0x80100069)


def two_people() -> list[tuple[Contents, DocumentKey, str]]:
    """Return two documents with what opens each; they differ in nothing but number and name."""
    people: list[tuple[Contents, DocumentKey, str]] = []
    for number, given_names in (("X9900001", "ANNA"), ("X9900002", "BEATE")):
        lines = passports.lines_for(number, "ERIKSSON", given_names)
        groups = {1: passports.dg1(lines), 2: passports.dg2(passports.portrait(4000))}
        on_chip = Contents(
            mrz.information(number, "450312", "320415"),
            passports.files(groups, passports.state()),
            passports.PACE_ECDH_GM_AES128,
        )
        people.append((on_chip, PrintedFields(number, "450312", "320415"), number))
    return people


class FakeService(PcscService):
    """A reader in memory whose card leaves, or is another one, from a command on."""

    def __init__(self) -> None:
        """Have no card yet."""
        self.chip: SimulatedPassport | None = None
        self.swapped_in: SimulatedPassport | None = None
        self.moment = 0
        self.code = 0
        self.sent = 0
        self.handles = 0

    def readers(self) -> list[str]:
        """Return one reader."""
        return ["Fake Reader 00"]

    def state(self, reader: str) -> ReaderState:
        """Return that a card lies there; a quick swap leaves no trace in the counter."""
        return ReaderState(is_there=True, has_card=True, is_mute=False, events=7)

    def connect(self, reader: str) -> tuple[CardHandle, int]:
        """Give a handle."""
        self.handles += 1
        return CardHandle(1), 2

    def transmit(self, handle: CardHandle, protocol: int, command: bytes) -> Response:
        """Ask the chip that is there at this command."""
        self.sent += 1
        if self.sent == self.moment:
            if self.swapped_in is None:
                raise PcscTrouble(self.code, "gone")
            self.chip = self.swapped_in
        assert self.chip is not None
        answer = self.chip.answer(command)
        return Response(answer[:-2], int.from_bytes(answer[-2:], "big"))

    def disconnect(self, handle: CardHandle) -> None:
        """Take the handle back."""
        self.handles -= 1

    def release(self) -> None:
        """Do nothing."""


@pytest.mark.parametrize("is_swapped", [False, True])
def test_never_a_wrong_person(is_swapped: bool) -> None:  # noqa: FBT001 # a parameter
    """Whenever a document leaves or another takes its place: its own data whole, or none."""
    chance = random.Random(1 + is_swapped)
    service = FakeService()
    travel = TravelDocuments(TravelOptions(reads_photo=True))
    reader = PcscReader(make_service=lambda: service, travel=travel)
    people = two_people()
    read = 0
    for round_ in range(ROUNDS):
        (on_chip, key, number), (other, _, _) = people[round_ % 2], people[1 - round_ % 2]
        service.chip = SimulatedPassport(on_chip)
        service.swapped_in = SimulatedPassport(other) if is_swapped else None
        service.sent, service.moment = 0, chance.randrange(1, 90)
        service.code = chance.choice(GONE)
        answer = reader.read_document(key, 10)
        assert service.handles == 0
        if isinstance(answer, PersonRead):
            assert answer.person.document_number == number
            read += 1
        elif is_swapped:
            assert isinstance(answer, Unreadable)
        else:
            assert answer == Unreadable(UnreadableReason.PULLED)
    assert 0 < read < ROUNDS


def test_a_document_without_this_family_is_foreign() -> None:
    """Where the settings do not choose travel documents, none is touched."""
    service = FakeService()
    service.chip = SimulatedPassport(replace(passports.contents(b"")))
    reader = PcscReader(make_service=lambda: service)
    foreign = Unreadable(UnreadableReason.FOREIGN)
    assert reader.read_card(10) == foreign
    assert reader.read_document(PrintedFields("X", "450312", "320415"), 10) == foreign
