"""National cards over a real pcscd: each family read, pulled in mid-read, another one read."""

from __future__ import annotations

import contextlib

from devices.card_reader.choice import open_card_reader
from kiosk.ports.card_reader import (
    DocumentReader,
    PersonRead,
    Presence,
    ReadAnswer,
    Unreadable,
    UnreadableReason,
)
from tests.support.in_memory_chip import read_chip
from tests.support.national_cards import NATIONAL_CHIPS, T0Chip, another
from tests.support.virtual_card import PcscDesk, pcsc_card
from tests.support.waiting import wait_until

TIMEOUT_S = 10.0  # the longest that may be asked for: the machine may be busy


def answer_to(chip: T0Chip, desk: PcscDesk, reader: DocumentReader) -> ReadAnswer:
    """Lay a card in, read it, and take it away."""
    desk.insert(chip)
    wait_until(lambda: reader.presence(TIMEOUT_S) is Presence.PRESENT, what="a card")
    answer = reader.read_card(TIMEOUT_S)
    desk.pull()
    wait_until(lambda: reader.presence(TIMEOUT_S) is Presence.ABSENT, what="an empty reader")
    assert chip.forbidden == []
    return answer


def test_each_family_is_read_over_the_service() -> None:
    """All in the same reader, one after the other, in the turns that a chip with T=0 takes."""
    with pcsc_card() as desk, contextlib.closing(open_card_reader(desk.config)) as reader:
        for kind, make in NATIONAL_CHIPS.items():
            whole = answer_to(make(), desk, reader)
            assert isinstance(whole, PersonRead), (kind, whole)
            assert whole.person == read_chip(make())
            assert whole.profile == whole.person.document_type
            leaving = make(leaves_after=2)
            assert answer_to(leaving, desk, reader) == Unreadable(UnreadableReason.PULLED), kind
            other = answer_to(another(kind), desk, reader)
            assert isinstance(other, PersonRead), (kind, other)
            assert other.person == read_chip(another(kind))
