"""Two readers and a pcscd that comes and goes: over a real one, with a card in each reader."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from devices.card_reader.choice import open_card_reader
from kiosk.ports.card_reader import (
    DocumentReader,
    NoCard,
    NoReader,
    PersonRead,
    Presence,
)
from tests.support.national_cards import ESTONIAN_NUMBER, TAIWANESE_NUMBER, EstonianChip, HealthChip
from tests.support.virtual_card import PcscDesk, pcsc_card
from tests.support.waiting import wait_until

TIMEOUT_S = 10.0  # the longest that may be asked for: the machine may be busy


def number(reader: DocumentReader) -> str | None:
    """Return the number of whoever is read now."""
    answer = reader.read_card(TIMEOUT_S)
    return answer.person.document_number if isinstance(answer, PersonRead) else None


def test_two_readers_at_once() -> None:
    """A card is read in either; of two the one laid down last counts."""
    with pcsc_card() as desk, contextlib.closing(open_card_reader(desk.config)) as reader:
        assert reader.read_card(TIMEOUT_S) == NoCard()
        desk.insert(EstonianChip(), slot=1)
        wait_until(lambda: number(reader) == ESTONIAN_NUMBER, what="the card in the second reader")
        desk.insert(HealthChip(), slot=0)
        wait_until(lambda: number(reader) == TAIWANESE_NUMBER, what="the card in the first reader")
        assert number(reader) == TAIWANESE_NUMBER
        desk.pull(slot=0)
        wait_until(lambda: number(reader) == ESTONIAN_NUMBER, what="the card left behind")
        assert reader.presence(TIMEOUT_S) is Presence.PRESENT
        desk.pull(slot=1)
        wait_until(lambda: reader.presence(TIMEOUT_S) is Presence.ABSENT, what="empty readers")
        _service_dies_and_comes_back(desk, reader)


def _service_dies_and_comes_back(desk: PcscDesk, reader: DocumentReader) -> None:
    for _ in range(2):
        desk.daemon.kill()
        assert isinstance(reader.read_card(TIMEOUT_S), NoReader)
        assert reader.presence(TIMEOUT_S) is Presence.CANT_TELL
        desk.daemon.start()
        desk.insert(EstonianChip(), slot=1)
        wait_until(lambda: number(reader) == ESTONIAN_NUMBER, what="a card after the restart")
        desk.pull(slot=1)


def test_one_of_two_readers_can_be_chosen() -> None:
    """By a part of its name; the other's card is nobody's."""
    with pcsc_card() as desk:
        config = replace(desk.config, reader_name="Reader 00 01")
        with contextlib.closing(open_card_reader(config)) as reader:
            desk.insert(HealthChip(), slot=0)
            desk.insert(EstonianChip(), slot=1)
            wait_until(lambda: number(reader) == ESTONIAN_NUMBER, what="the card in the second one")
            desk.pull(slot=1)
            wait_until(lambda: reader.presence(TIMEOUT_S) is Presence.ABSENT, what="an empty one")
            assert reader.read_card(TIMEOUT_S) == NoCard()
