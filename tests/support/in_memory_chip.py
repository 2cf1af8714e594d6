"""Reading a chip without a reader between, as the reader does it."""

from __future__ import annotations

from devices.card_reader.apdu import Response, exchange
from devices.card_reader.card_profile import Ask
from devices.card_reader.profiles import PROFILES
from kiosk.domain import Person
from kiosk.ports.card_reader import PersonRead, Unreadable, UnreadableReason
from tests.support.virtual_card import Chip

MOST_ASKED = 500
"""More commands than this to one card are a loop without end."""


def asking(chip: Chip) -> Ask:
    """Return what carries out commands on a chip."""
    asked = 0

    def transmit(command: bytes) -> Response:
        nonlocal asked
        asked += 1
        assert asked < MOST_ASKED, "it asks without end"
        answer = chip.answer(command)
        return Response(answer[:-2], int.from_bytes(answer[-2:], "big"))

    return lambda command: exchange(transmit, command)


def read_chip(chip: Chip) -> Person | PersonRead | Unreadable | None:
    """Return what the first profile that recognises a chip reads, None for no profile."""
    ask = asking(chip)
    for profile in PROFILES:
        if profile.recognise(ask):
            found = profile.read(ask)
            if isinstance(found, Person):
                assert found.document_type == profile.profile_id
                if profile.number_again(ask) != found.document_number:
                    return Unreadable(UnreadableReason.PULLED)
            return found
    return None
